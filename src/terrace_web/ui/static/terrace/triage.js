// Keyboard triage on a list of [data-triage-row]: j/k move, s r l u decide, o open, c compare.
const rows = () => [...document.querySelectorAll("[data-triage-row]")];
let at = -1;

function focusRow(place) {
  const all = rows();
  if (!all.length) return;
  at = Math.max(0, Math.min(place, all.length - 1));
  all.forEach((row, index) => (index === at ? row.setAttribute("aria-current", "true") : row.removeAttribute("aria-current")));
  all[at].focus({ preventScroll: true });
  all[at].scrollIntoView({ block: "nearest" });
}

const press = (name) => {
  const button = rows()[at]?.querySelector(`[data-triage-${name}]`);
  if (!button) return;
  if (name === "reject") {
    const details = button.closest("details");
    if (details) { details.open = true; details.querySelector("input, select")?.focus(); return; }
  }
  button.click();
};
const keys = { s: "shortlist", r: "reject", l: "later", u: "undo", o: "open", c: "compare" };
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog")) return;
  if (event.key === "j") focusRow(at + 1);
  else if (event.key === "k") focusRow(at - 1);
  else if (keys[event.key] && at >= 0) press(keys[event.key]);
  else return;
  event.preventDefault();
});
// A swapped row keeps its place in the round.
document.addEventListener("htmx:afterSwap", () => { if (at >= 0) focusRow(at); });
document.addEventListener("focusin", (event) => {
  const row = event.target.closest("[data-triage-row]");
  if (row) { at = rows().indexOf(row); rows().forEach((each) => each.removeAttribute("aria-current")); row.setAttribute("aria-current", "true"); }
});

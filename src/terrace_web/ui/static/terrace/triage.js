// Keyboard triage: j and k move between [data-triage-row], the other keys press what the row offers.
import { isTyping, shortcutsAreOn } from "./keys.js";

const KEYS = { s: "shortlist", r: "reject", l: "later", u: "undo", o: "open", c: "compare" };
const DECISIONS = new Set(["shortlist", "reject", "later"]);
const rows = () => [...document.querySelectorAll("[data-triage-row]")];
let at = -1, decided = null, latest = null, goesOn = true;

function markCurrent(row) {
  for (const each of rows()) each.toggleAttribute("aria-current", false);
  row.setAttribute("aria-current", "true");
  at = rows().indexOf(row);
}

function focusRow(place) {
  const all = rows();
  if (!all.length) return;
  const row = all[Math.max(0, Math.min(place, all.length - 1))];
  markCurrent(row);
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

// What the current row offers under a name; for "undo" else the row decided last, without rows the page.
function offered(name) {
  const within = (place) => place?.querySelector(`[data-triage-${name}]`) || null;
  const last = name === "undo" && latest ? document.getElementById(latest) : null;
  return within(rows()[at]) || within(last) || (rows().length ? null : within(document));
}

function press(name) {
  const button = offered(name);
  if (!button) return;
  const reasons = name === "reject" ? button.closest("details") : null;
  if (reasons && !reasons.open) return openReasons(reasons);
  if (DECISIONS.has(name)) decided = latest = rows()[at]?.id || null;
  button.click();
}

function openReasons(reasons) {
  reasons.open = true;
  reasons.querySelector("select, input:not([type=hidden]), textarea")?.focus();
  // All of the form, not the focused field alone: its button is the last of it.
  reasons.lastElementChild.scrollIntoView({ block: "nearest" });
}

function closeReasons(event) {
  const reasons = event.target.closest("[data-triage-row] details");
  if (!reasons) return;
  reasons.open = false;
  focusRow(at);
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") { closeReasons(event); return; }
  // The second key of "g s" has led elsewhere already.
  if (event.defaultPrevented || isTyping(event) || !shortcutsAreOn()) return;
  if (event.key === "j") focusRow(at + 1);
  else if (event.key === "k") focusRow(Math.max(at, 1) - 1);
  else if (!KEYS[event.key]) return;
  // Nothing is decided on a row nobody looks at: the first key shows which one it would be.
  else if (at >= 0 || !rows().length || event.key === "u") press(KEYS[event.key]);
  else focusRow(0);
  event.preventDefault();
});
document.addEventListener("submit", (event) => {
  const row = event.target.closest("[data-triage-row]");
  if (!row) return;
  goesOn = event.submitter?.value !== "undo";
  markCurrent(row);
  decided = row.id || null;
  latest = goesOn ? decided : null;
});
document.addEventListener("focusin", (event) => {
  const row = event.target.closest("[data-triage-row]");
  if (row) markCurrent(row);
});
// A rejection that lacked its reason leads to where it is given.
document.addEventListener("htmx:responseError", (event) => {
  decided = latest = null;
  event.target.closest?.("[data-triage-row] details")?.querySelector("select")?.focus();
});
// A decided row that stays on the page lets the next one come, one taken back does not; a removed one has made room for it.
document.addEventListener("htmx:afterSettle", () => {
  if (at < 0 || decided === null) return;
  focusRow(goesOn && rows()[at]?.id === decided ? at + 1 : at);
  decided = null;
});

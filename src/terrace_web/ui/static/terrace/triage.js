// Keyboard triage: j and k move between [data-triage-row], the other keys press what the row offers.
import { isTyping, shortcutsAreOn } from "./keys.js";

const KEYS = { s: "shortlist", r: "reject", l: "later", u: "undo", o: "open", c: "compare" };
const DECISIONS = new Set(["shortlist", "reject", "later"]);
const rows = () => [...document.querySelectorAll("[data-triage-row]")];
let at = -1, decided = null;

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

// What the current row offers under a name; without rows, and for "undo", what the page itself does.
function offered(name) {
  const own = rows()[at]?.querySelector(`[data-triage-${name}]`);
  return own || (name === "undo" || !rows().length ? document.querySelector(`[data-triage-${name}]`) : null);
}

function press(name) {
  const button = offered(name);
  if (!button) return;
  const reasons = name === "reject" ? button.closest("details") : null;
  if (reasons && !reasons.open) return openReasons(reasons);
  if (DECISIONS.has(name)) decided = rows()[at]?.id || null;
  button.click();
}

function openReasons(reasons) {
  reasons.open = true;
  reasons.querySelector("select, input:not([type=hidden]), textarea")?.focus();
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
  else if (KEYS[event.key] && (at >= 0 || !rows().length || event.key === "u")) press(KEYS[event.key]);
  else return;
  event.preventDefault();
});
document.addEventListener("submit", (event) => {
  const row = event.target.closest("[data-triage-row]");
  if (row) { markCurrent(row); decided = row.id || null; }
});
document.addEventListener("focusin", (event) => {
  const row = event.target.closest("[data-triage-row]");
  if (row) markCurrent(row);
});
// A decided row that stays on the page lets the next one come; a removed one has made room for it.
document.addEventListener("htmx:afterSettle", () => {
  if (at < 0 || decided === null) return;
  focusRow(rows()[at]?.id === decided ? at + 1 : at);
  decided = null;
});

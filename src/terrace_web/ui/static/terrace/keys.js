// Keyboard shortcuts: "/" to the search, "?" lists them, and what elements declare as data-shortcut="g m".
const STORED = "terrace-shortcuts";
const PAUSE_MS = 1200;
const FIRST = "g";
let typed = "", timer;

// A dialog that has just closed keeps the focus until the next frame: what is not shown is not typed into.
export function isTyping(event) {
  const field = event.target.closest("input, textarea, select, [contenteditable], dialog");
  return event.ctrlKey || event.metaKey || event.altKey || Boolean(field?.checkVisibility());
}

export function shortcutsAreOn() {
  try { return localStorage.getItem(STORED) !== "off"; } catch { return true; }
}

export function showShortcuts() {
  const box = document.getElementById("shortcuts");
  if (box && !box.open) box.showModal();
}

function press(keys) {
  const target = document.querySelector(`[data-shortcut="${CSS.escape(keys)}"]`);
  if (target) target.click();
  else if (keys === "g h") window.location.href = "/";
  else return false;
  return true;
}

function remember(key) {
  clearTimeout(timer);
  typed = typed ? `${typed} ${key}` : key;
  timer = setTimeout(() => { typed = ""; }, PAUSE_MS);
}

function onKey(event) {
  if (isTyping(event) || event.key.length !== 1) return;
  if (event.key === "?") return showShortcuts();
  if (!shortcutsAreOn()) return;
  if (event.key === "/") { event.preventDefault(); document.getElementById("global-search")?.focus(); return; }
  remember(event.key);
  if (press(typed)) { typed = ""; event.preventDefault(); }
  else if (typed !== FIRST) typed = "";
}

export function startKeys() {
  document.addEventListener("keydown", onKey);
  const box = document.querySelector("[data-shortcuts-switch]");
  if (!box) return;
  box.checked = shortcutsAreOn();
  box.addEventListener("change", () => localStorage.setItem(STORED, box.checked ? "on" : "off"));
}

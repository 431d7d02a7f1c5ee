// Short messages at the edge of the page, read aloud, gone after a while unless one looks at them.
const STAYS_MS = 8000;

export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.content || "";
}

// Shows text; level is success, info, warning or error; `undo` is an address to post to.
export function showToast(text, level = "info", undo = "") {
  const area = document.getElementById("toasts");
  const box = document.createElement("div");
  box.className = `alert alert-${level === "error" ? "danger" : level}`;
  box.append(Object.assign(document.createElement("div"), { className: "alert-text", textContent: text }));
  if (undo) box.append(undoButton(area, box, undo));
  box.append(closeButton(area));
  area.append(box);
  if (level !== "error") leaveLater(box);
  return box;
}

export function words(name) {
  return document.getElementById("toasts").dataset[name] || "";
}

// Removes an element after a while; not while it is pointed at or holds the focus.
export function leaveLater(box) {
  let timer;
  const start = () => { timer = setTimeout(() => box.remove(), STAYS_MS); };
  for (const name of ["mouseenter", "focusin"]) box.addEventListener(name, () => clearTimeout(timer));
  for (const name of ["mouseleave", "focusout"]) box.addEventListener(name, () => { clearTimeout(timer); start(); });
  start();
}

function closeButton(area) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn-close" });
  button.dataset.dismiss = "";
  button.setAttribute("aria-label", area.dataset.close);
  return button;
}

function undoButton(area, box, address) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm", textContent: area.dataset.undo });
  button.addEventListener("click", () => { box.remove(); undo(address); });
  return button;
}

async function undo(address) {
  await window.htmx.ajax("POST", address, { source: document.body, swap: "none" });
  document.body.dispatchEvent(new CustomEvent("undone"));
}

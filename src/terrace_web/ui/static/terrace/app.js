// What every page needs: htmx with the CSRF token, theme, shortcuts, suggestions, messages.
document.documentElement.classList.add("js");

const token = () => document.querySelector('meta[name="csrf-token"]').content;
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token();
});
document.addEventListener("htmx:responseError", (event) => {
  const said = event.detail.xhr.responseText;
  toast(said && said.length < 300 && !said.includes("<") ? said : document.body.dataset.failure || `HTTP ${event.detail.xhr.status}`, "danger");
});

export function toast(text, tone = "info") {
  let area = document.querySelector(".toast-area");
  if (!area) {
    area = Object.assign(document.createElement("div"), { className: "toast-area" });
    area.setAttribute("role", "status");
    document.body.append(area);
  }
  const box = Object.assign(document.createElement("div"), { className: `alert alert-${tone} mb-0`, textContent: text });
  area.append(box);
  setTimeout(() => box.remove(), 8000);
}

const menu = document.querySelector("details.menu");
if (menu && window.matchMedia("(max-width: 991px)").matches) menu.open = false;
for (const focus of document.querySelectorAll("[data-focus]")) focus.focus();

document.addEventListener("click", (event) => {
  const target = event.target;
  if (target.closest("[data-dismiss]")) target.closest(".alert").remove();
  if (target.closest("[data-theme-toggle]")) toggleTheme();
  if (target.closest("[data-shortcuts]")) document.getElementById("shortcuts").showModal();
  if (target.closest("[data-print]")) window.print();
  const copy = target.closest("[data-copy]");
  if (copy) navigator.clipboard.writeText(copy.dataset.copy).then(() => toast(copy.dataset.copied || "✓", "success"));
  for (const open of document.querySelectorAll("details.user-menu[open]")) if (!open.contains(target)) open.open = false;
});

// A form with data-confirm asks first; without JavaScript its page asks itself.
document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirm || event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

function toggleTheme() {
  const next = document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark";
  document.documentElement.dataset.bsTheme = next;
  document.cookie = `theme=${next};path=/;max-age=31536000;samesite=lax`;
  document.dispatchEvent(new CustomEvent("terrace:theme", { detail: next }));
}

const places = { h: "/", a: "/market/achievements/", n: "/market/needs/", d: "/desk/" };
let awaiting = false;
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
  if (awaiting && places[event.key]) { window.location.href = places[event.key]; return; }
  awaiting = event.key === "g";
  if (event.key === "/") { document.getElementById("global-search")?.focus(); event.preventDefault(); }
  if (event.key === "?") document.getElementById("shortcuts").showModal();
});

// Filter forms answer while one types or ticks; without JavaScript they have a button.
for (const form of document.querySelectorAll("form[data-instant]")) {
  form.addEventListener("change", () => form.requestSubmit());
}

// Suggestions: a combobox over the links that the server renders.
const search = document.querySelector("form[data-suggest-url]");
if (search) {
  const input = search.querySelector("input[type=search]");
  const list = Object.assign(document.createElement("div"), { className: "suggestions", id: "suggestions", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.placeholder);
  search.append(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-controls": "suggestions", "aria-expanded": "false", "aria-autocomplete": "list" })) input.setAttribute(name, value);
  let timer, asked = 0;
  const close = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const options = () => [...list.querySelectorAll("[role=option]")];
  const choose = (step) => {
    const all = options();
    if (!all.length) return;
    const at = all.findIndex((each) => each.getAttribute("aria-selected") === "true");
    const next = all[(at + step + all.length) % all.length];
    all.forEach((each) => each.setAttribute("aria-selected", String(each === next)));
    next.id = next.id || `suggestion-${all.indexOf(next)}`;
    input.setAttribute("aria-activedescendant", next.id);
    next.scrollIntoView({ block: "nearest" });
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    const text = input.value.trim();
    if (!text) return close();
    timer = setTimeout(async () => {
      const mine = ++asked;
      const answer = await fetch(`${search.dataset.suggestUrl}?q=${encodeURIComponent(text)}`, { headers: { "HX-Request": "true" } });
      if (!answer.ok || mine !== asked) return;
      list.innerHTML = await answer.text();
      list.hidden = !options().length;
      input.setAttribute("aria-expanded", String(!list.hidden));
    }, 150);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") { choose(1); event.preventDefault(); }
    if (event.key === "ArrowUp") { choose(-1); event.preventDefault(); }
    if (event.key === "Escape") close();
    const chosen = list.querySelector('[aria-selected="true"]');
    if (event.key === "Enter" && chosen && !list.hidden) { event.preventDefault(); window.location.href = chosen.href; }
  });
  input.addEventListener("blur", () => setTimeout(close, 200));
}

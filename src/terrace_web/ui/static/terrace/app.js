// What every page needs: htmx with the CSRF token, messages, dialogs, theme, shortcuts, search.
import { startDialogs } from "./dialogs.js";
import { showShortcuts, startKeys } from "./keys.js";
import { startOptions } from "./options.js";
import { startSuggestions } from "./suggest.js";
import { csrfToken, leaveLater, showToast, words } from "./toasts.js";
import { startPaper, themeName, wear } from "./theme.js";
import { startTicked } from "./ticked.js";
import { startUploads } from "./uploads.js";

document.documentElement.classList.add("js");

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = csrfToken();
});
document.addEventListener("htmx:responseError", (event) => showToast(saidBy(event.detail.xhr), "error"));
for (const name of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(name, () => showToast(words("failed"), "error"));
for (const name of ["htmx:beforeRequest", "htmx:afterRequest"]) {
  document.addEventListener(name, (event) => event.detail.target?.setAttribute("aria-busy", String(name === "htmx:beforeRequest")));
}
document.addEventListener("toast", (event) => showToast(event.detail.text, event.detail.level, event.detail.undo));

// A plain sentence of the server is shown as it is; of a page only what it comes to.
function saidBy(answer) {
  const text = (answer.responseText || "").trim();
  if (text && text.length < 300 && !text.includes("<")) return text;
  return words(answer.status >= 500 ? "broken" : answer.status === 429 ? "busy" : "changed");
}

document.addEventListener("click", (event) => {
  const on = (selector) => event.target.closest(selector);
  if (on("[data-dismiss]")) on(".alert")?.remove();
  if (on("[data-theme-toggle]")) toggleTheme();
  if (on("[data-shortcuts]")) showShortcuts();
  if (on("[data-print]")) window.print();
  if (on("[data-copy]")) copy(on("[data-copy]").dataset.copy);
  closeMenus((menu) => !menu.contains(event.target));
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details.menu[open]");
  closeMenus(() => true);
  open?.querySelector("summary").focus();
});

// The focus has gone on: what lay over the page goes too, on a phone the side menu as well.
document.addEventListener("focusin", (event) => {
  closeMenus((menu) => !menu.contains(event.target));
  if (HTMLElement.prototype.hidePopover) closePanels(event.target);
});

// Not from the button that opened it: what that does on a click would open it again.
function closePanels(focused) {
  for (const panel of document.querySelectorAll("[popover]:popover-open")) {
    if (!panel.contains(focused) && focused.popoverTargetElement !== panel) panel.hidePopover();
  }
}

function closeMenus(fits) {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (fits(menu)) menu.open = false;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    showToast(words("copied"), "success");
  } catch {
    showToast(text, "info");
  }
}

function toggleTheme() {
  const next = themeName() === "dark" ? "light" : "dark";
  wear(next);
  const secure = location.protocol === "https:" ? ";secure" : "";
  document.cookie = `theme=${next};path=/;max-age=31536000;samesite=lax${secure}`;
}

// Filters change the address without a new page; the language is switched where one is now.
document.addEventListener("submit", (event) => {
  if (event.target.matches(".language-switch")) event.target.elements.next.value = location.pathname + location.search;
});

// Filter forms answer when something is ticked; without JavaScript they have a button.
document.addEventListener("change", (event) => event.target.closest("form[data-instant]")?.requestSubmit());

startDialogs();
startKeys();
document.querySelectorAll("form[data-suggest-url]").forEach(startSuggestions);
startOptions();
startPaper();
startTicked();
startUploads();
document.querySelectorAll("[data-passing]").forEach(leaveLater);
document.querySelector("[data-focus]")?.focus();

export { showToast as toast };

// The form of a record: drafts saved while one types, counters, entries of lists as chips.
const form = document.querySelector("form[data-autosave]");
const EVERY = 20_000;
let isDirty = false, isLeaving = false, isSaving = false, isTold = false;

const save = () => {
  if (!isDirty || isLeaving) return;
  isDirty = false;
  form.dispatchEvent(new CustomEvent("terrace:autosave"));
};

if (form) {
  for (const typed of ["input", "change"]) form.addEventListener(typed, () => { isDirty = true; isTold = false; });
  form.addEventListener("focusout", () => setTimeout(save, 400));
  form.addEventListener("submit", submitWhenSaved);
  document.body.addEventListener("htmx:beforeRequest", (event) => { isSaving ||= event.target.id === "draft-state"; });
  document.body.addEventListener("htmx:afterRequest", () => { isSaving = false; });
  setInterval(save, EVERY);
  // What could not be sent is kept and sent again with the next save.
  for (const failed of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) document.body.addEventListener(failed, () => { isDirty = true; });
  window.addEventListener("beforeunload", (event) => { if ((isDirty || isWrong()) && !isLeaving) event.preventDefault(); });
  document.addEventListener("click", followWhenSaved);
  document.body.addEventListener("htmx:afterSettle", rememberVersion);
  window.addEventListener("pageshow", takeOlderVersion);
  form.querySelectorAll("[data-counter]").forEach(count);
  form.querySelectorAll("[data-chips]").forEach(showEntries);
}

// Two saves at once would make two drafts of a new record, or a conflict with oneself.
function submitWhenSaved(event) {
  isLeaving = true;
  if (!isSaving) return;
  event.preventDefault();
  document.body.addEventListener("htmx:afterRequest", () => form.requestSubmit(event.submitter), { once: true });
}

// A link takes along what is on the screen. Where a field cannot be saved it leads to what is wrong, once.
function followWhenSaved(event) {
  const link = event.target.closest("a[href]");
  const isElsewhere = !link || link.target || link.hasAttribute("download") || link.getAttribute("href").startsWith("#");
  const isPlain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (isElsewhere || !isPlain || event.defaultPrevented || isTold || !(isDirty || isSaving)) return;
  event.preventDefault();
  whenSaved(() => {
    isTold = isWrong();
    if (isTold) return stateOfDraft().scrollIntoView({ block: "center" });
    rememberVersion();
    location.assign(link.href);
  });
}

// What cannot be sent is tried twice; then the browser asks before it leaves.
function whenSaved(then, times = 2) {
  if (!times || !(isDirty || isSaving)) { then(); return; }
  document.body.addEventListener("htmx:afterRequest", () => setTimeout(whenSaved, 0, then, times - 1), { once: true });
  if (!isSaving) save();
}

function stateOfDraft() { return document.getElementById("draft-state"); }
function isWrong() { return "wrong" in stateOfDraft().dataset; }

// "Back" loads the form anew and the browser types the older text into it: that text belongs to the version it began with.
function takeOlderVersion() {
  const begun = history.state?.version, isBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  if (isBack && begun && [...form.elements].some(saysOtherwise)) form.elements.version.value = begun;
  rememberVersion();
}

function rememberVersion() {
  history.replaceState({ ...history.state, version: form.elements.version.value }, "");
}

function saysOtherwise(field) {
  if (field.options) return field.value !== ([...field.options].find((each) => each.defaultSelected) ?? field.options[0]).value;
  if (field.type === "checkbox") return field.checked !== field.defaultChecked;
  return "defaultValue" in field && field.type !== "hidden" && field.value !== field.defaultValue;
}

function count(area) {
  const longest = Number(area.getAttribute("maxlength"));
  if (!longest) return;
  const shown = Object.assign(document.createElement("div"), { className: "counter" });
  area.after(shown);
  const tell = () => {
    shown.textContent = `${area.value.length} / ${longest}`;
    shown.classList.toggle("is-near", area.value.length > 0.9 * longest);
  };
  area.addEventListener("input", tell);
  tell();
}

function showEntries(area) {
  const list = Object.assign(document.createElement("ul"), { className: "chips entry-chips" });
  area.after(list);
  const entries = () => {
    const text = area.value.trimStart();
    const byLine = text.includes("\n") && area.dataset.chips !== "words";
    return [...new Set((byLine ? text.split("\n") : text.split(/[,，、;；\n]/)).map((each) => each.trim()).filter(Boolean))];
  };
  const tell = () => list.replaceChildren(...entries().map((each) => {
    const entry = document.createElement("li");
    entry.append(Object.assign(document.createElement("span"), { className: "chip", textContent: each }));
    return entry;
  }));
  area.addEventListener("input", tell);
  tell();
}

// A form whose page asks before it is left with something typed and not sent.
for (const form of document.querySelectorAll("form[data-guarded]")) {
  let isDirty = false;
  form.addEventListener("input", () => { isDirty = true; });
  form.addEventListener("submit", () => { isDirty = false; });
  window.addEventListener("beforeunload", (event) => { if (isDirty) event.preventDefault(); });
}

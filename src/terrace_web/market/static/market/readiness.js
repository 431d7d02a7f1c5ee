// A yes counts only with evidence, so a yes opens the place for it.
document.addEventListener("change", ({ target }) => {
  if (target.type === "radio" && target.value === "yes") target.closest("fieldset").querySelector("details").open = true;
});

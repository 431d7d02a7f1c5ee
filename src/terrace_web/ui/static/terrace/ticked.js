// Buttons for what is ticked, data-ticked names the boxes: silent until one is, and asking with the number.
export function startTicked() {
  document.addEventListener("change", follow);
  document.addEventListener("htmx:afterSettle", follow);
  // Coming back, a browser ticks anew what was ticked.
  window.addEventListener("pageshow", follow);
  follow();
}

function follow() {
  for (const button of document.querySelectorAll("[data-ticked]")) {
    const ticked = document.querySelectorAll(`input[name="${button.dataset.ticked}"]:checked`).length;
    const { askOne, askMany } = button.dataset;
    button.disabled = ticked === 0;
    if (askMany) button.dataset.confirm = (ticked === 1 ? askOne : askMany).replace("{n}", ticked);
  }
}

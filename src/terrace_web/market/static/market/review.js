// The button under the review list: silent until something is ticked, and it asks with the number.
const button = document.querySelector("[data-publish-many]");

function follow() {
  const ticked = document.querySelectorAll(".review-table input[name=code]:checked").length;
  button.disabled = ticked === 0;
  button.dataset.confirm = (ticked === 1 ? button.dataset.askOne : button.dataset.askMany).replace("{n}", ticked);
}

if (button) {
  document.addEventListener("change", follow);
  // Coming back, a browser ticks anew what was ticked.
  window.addEventListener("pageshow", follow);
  follow();
}

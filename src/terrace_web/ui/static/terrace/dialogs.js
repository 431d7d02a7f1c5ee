// Questions before what cannot be undone: forms, buttons, links and htmx requests.
const dialog = () => document.getElementById("confirm-dialog");

// Asks; resolves to whether the user agreed. Words: question, details, action, tone.
export function ask({ question, details = "", action = "", tone = "danger" }) {
  const box = dialog();
  const go = box.querySelector("[data-confirm-go]");
  box.querySelector("#confirm-title").textContent = question;
  box.querySelector("#confirm-text").textContent = details;
  go.textContent = action || go.dataset.default;
  go.className = `btn btn-${tone}`;
  box.returnValue = "";
  box.showModal();
  return new Promise((resolve) => {
    box.addEventListener("close", () => resolve(box.returnValue === "yes"), { once: true });
  });
}

// What agrees is called like what was pressed, unless it says otherwise.
function wordsOf(element, pressed = element) {
  const said = element.dataset;
  return { question: said.confirm, details: said.confirmDetails, action: said.confirmAction || pressed?.innerText?.trim(), tone: said.confirmTone };
}

async function confirmSubmit(event) {
  const asking = [event.submitter, event.target].find((each) => each?.dataset?.confirm);
  if (!asking || asking.dataset.confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!(await ask(wordsOf(asking, event.submitter)))) return;
  asking.dataset.confirmed = "yes";
  event.target.requestSubmit(event.submitter);
  delete asking.dataset.confirmed;
}

async function confirmLink(link) {
  if (!(await ask(wordsOf(link)))) return;
  const form = dialog().querySelector("form");
  form.action = link.href;
  form.submit();
}

export function startDialogs() {
  const box = dialog();
  box.querySelector("form").addEventListener("submit", (event) => { event.preventDefault(); box.close("yes"); });
  box.querySelector("[data-close-dialog]").addEventListener("click", () => box.close(""));
  document.addEventListener("submit", confirmSubmit, true);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-confirm]");
    if (link) { event.preventDefault(); confirmLink(link); }
  });
  document.addEventListener("htmx:confirm", (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    ask({ ...wordsOf(event.target, null), question: event.detail.question }).then((agreed) => agreed && event.detail.issueRequest(true));
  });
}

// Fields that offer what the server knows as one types: a native list, filled from data-options.
const WAIT_MS = 150;
let timer, asked = 0;

export function startOptions() {
  document.addEventListener("input", (event) => {
    const field = event.target.closest?.("input[data-options]");
    if (!field) return;
    clearTimeout(timer);
    timer = setTimeout(() => offer(field), WAIT_MS);
  });
}

async function offer(field) {
  const text = field.value.trim(), mine = ++asked;
  if (!text || chosen(field, text)) return;
  try {
    const answer = await fetch(`${field.dataset.options}?q=${encodeURIComponent(text)}`);
    const found = answer.ok ? await answer.text() : "";
    if (mine === asked) field.list.innerHTML = found;
  } catch {
    // Without suggestions a name can still be typed in whole.
  }
}

const chosen = (field, text) => [...field.list.options].some((each) => each.value === text);

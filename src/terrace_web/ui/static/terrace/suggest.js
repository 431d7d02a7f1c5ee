// Suggestions under the top search: a combobox over the links that the server renders.
const WAIT_MS = 120;

export function startSuggestions(form) {
  const input = form.querySelector("input[type=search]");
  const list = makeList(form, input);
  const count = makeCount(form);
  let timer, asked = 0;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    const text = input.value.trim();
    if (!text) { close(input, list); count.textContent = ""; return; }
    timer = setTimeout(async () => {
      const mine = ++asked;
      const found = await fetchOptions(form.dataset.suggestUrl, text);
      if (mine !== asked || found === null) return;
      show(input, list, found);
      count.textContent = countOf(form, list);
    }, WAIT_MS);
  });
  input.addEventListener("keydown", (event) => onKey(event, input, list));
  input.addEventListener("blur", () => setTimeout(() => close(input, list), 200));
}

function makeList(form, input) {
  const list = Object.assign(document.createElement("div"), { className: "suggestions", id: "suggestions", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.placeholder);
  form.append(list);
  const states = { role: "combobox", "aria-controls": "suggestions", "aria-expanded": "false", "aria-autocomplete": "list" };
  for (const [name, value] of Object.entries(states)) input.setAttribute(name, value);
  return list;
}

// Says to who does not see the list how many came.
function makeCount(form) {
  const count = Object.assign(document.createElement("span"), { className: "visually-hidden" });
  count.setAttribute("role", "status");
  form.append(count);
  return count;
}

// The last option leads to all results and is no suggestion.
function countOf(form, list) {
  const { none, one, many } = form.dataset;
  const found = list.querySelectorAll("[role=option]:not(.suggestion-all)").length;
  return found > 1 ? many.replace("{n}", found) : [none, one][found];
}

async function fetchOptions(address, text) {
  try {
    const answer = await fetch(`${address}?q=${encodeURIComponent(text)}`, { headers: { "HX-Request": "true" } });
    return answer.ok ? await answer.text() : null;
  } catch {
    return null;
  }
}

const optionsOf = (list) => [...list.querySelectorAll("[role=option]")];
const chosenOf = (list) => list.querySelector('[aria-selected="true"]');

function show(input, list, html) {
  list.innerHTML = html;
  optionsOf(list).forEach((each, at) => { each.id = `suggestion-${at}`; each.tabIndex = -1; each.setAttribute("aria-selected", "false"); });
  list.hidden = !optionsOf(list).length;
  input.setAttribute("aria-expanded", String(!list.hidden));
  input.removeAttribute("aria-activedescendant");
}

function close(input, list) {
  list.hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function choose(input, list, step) {
  const all = optionsOf(list);
  if (!all.length || list.hidden) return;
  const at = all.indexOf(chosenOf(list));
  const next = all[at < 0 && step < 0 ? all.length - 1 : (at + step + all.length) % all.length];
  all.forEach((each) => each.setAttribute("aria-selected", String(each === next)));
  input.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
}

function onKey(event, input, list) {
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (steps[event.key]) { choose(input, list, steps[event.key]); event.preventDefault(); }
  if (event.key === "Escape" && !list.hidden) { close(input, list); event.preventDefault(); }
  const chosen = chosenOf(list);
  if (event.key === "Enter" && chosen && !list.hidden) { event.preventDefault(); window.location.href = chosen.href; }
}

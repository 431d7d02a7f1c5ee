// Colours for what is drawn on a canvas, taken from the page's own palette.
export const SERIES = {
  light: ["#0f5f58", "#b06f00", "#2f64a8", "#9b3d6b", "#55781f", "#6b54a8"],
  dark: ["#58bbab", "#f0b44a", "#84b3ea", "#e08fb8", "#a8c96b", "#b7a4ee"],
};

const root = document.documentElement;

export function themeName() {
  const set = root.dataset.bsTheme;
  return set || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
}

// A custom property of the page as a colour that a canvas understands.
export function colour(name) {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  // Where the system forces colours all of them would be one: text on its own ground.
  probe.style.forcedColorAdjust = "none";
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

// Shows a theme until another is chosen; without a name the system's own.
export function wear(theme) {
  if (theme) root.dataset.bsTheme = theme;
  else delete root.dataset.bsTheme;
  document.dispatchEvent(new CustomEvent("terrace:theme", { detail: theme }));
}

// Paper is light, and a canvas does not follow the style sheet for print.
export function startPaper() {
  let worn;
  addEventListener("beforeprint", () => { worn = root.dataset.bsTheme; wear("light"); });
  addEventListener("afterprint", () => wear(worn));
}

// Calls `draw` again whenever light and dark change.
export function onTheme(draw) {
  document.addEventListener("terrace:theme", draw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
}

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

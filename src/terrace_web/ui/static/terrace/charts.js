// Charts from data in the page: <div class="chart" data-chart="#id-of-json" aria-label="...">.
const palette = ["#12655a", "#c27c0e", "#3b6fb6", "#9b3d6b", "#5b7f2b", "#7a5bb5"];

function draw(box) {
  const source = document.querySelector(box.dataset.chart);
  if (!source || !window.echarts) return;
  const dark = document.documentElement.dataset.bsTheme === "dark";
  const chart = window.echarts.init(box, dark ? "dark" : null, { renderer: "canvas" });
  const option = JSON.parse(source.textContent);
  chart.setOption({
    color: palette,
    backgroundColor: "transparent",
    aria: { enabled: true },
    animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    ...option,
    // The HTML tooltip carries inline styles, which the content security policy forbids.
    tooltip: { renderMode: "richText", ...(option.tooltip || {}) },
  });
  box.setAttribute("role", "img");
  window.addEventListener("resize", () => chart.resize());
  document.addEventListener("terrace:theme", () => { chart.dispose(); draw(box); }, { once: true });
}
for (const box of document.querySelectorAll("[data-chart]")) draw(box);

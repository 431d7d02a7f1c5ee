// Charts from figures in the page: <div class="chart" data-chart="#id-of-json" aria-label="...">.
import { calm, colour, onTheme, SERIES, themeName } from "./theme.js";

const drawn = new WeakMap();

function frame() {
  const text = colour("--t-text"), quiet = colour("--t-quiet"), line = colour("--t-line");
  const axis = { axisLabel: { color: quiet }, axisLine: { lineStyle: { color: quiet } }, splitLine: { lineStyle: { color: line } }, nameTextStyle: { color: quiet } };
  return {
    color: SERIES[themeName()],
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: text },
    legend: { top: 0, itemWidth: 14, textStyle: { color: text } },
    grid: { left: 8, right: 16, top: 40, bottom: 8, outerBoundsMode: "same" },
    categoryAxis: axis, valueAxis: axis, timeAxis: axis, logAxis: axis,
    radar: { axisName: { color: text }, splitLine: { lineStyle: { color: line } }, axisLine: { lineStyle: { color: line } }, splitArea: { show: false } },
  };
}

function draw(box) {
  const source = document.querySelector(box.dataset.chart);
  if (!source || !window.echarts) return;
  drawn.get(box)?.dispose();
  const chart = window.echarts.init(box, frame(), { renderer: "canvas" });
  const option = JSON.parse(source.textContent);
  // A tooltip in HTML carries inline styles, which the content security policy forbids.
  chart.setOption({ animation: !calm(), ...option, tooltip: { ...(option.tooltip || {}), renderMode: "richText" } });
  box.setAttribute("role", "img");
  drawn.set(box, chart);
}

const boxes = (part = document) => [...part.querySelectorAll("[data-chart]")];
const resizing = new ResizeObserver((entries) => entries.forEach((entry) => drawn.get(entry.target)?.resize()));

function start(part) {
  for (const box of boxes(part)) { draw(box); resizing.observe(box); }
}
start(document);
onTheme(() => boxes().forEach(draw));
document.addEventListener("htmx:load", (event) => start(event.detail.elt));

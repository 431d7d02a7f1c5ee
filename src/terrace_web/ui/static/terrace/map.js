// The landscape: <div class="map-canvas" data-map-url="..." data-labels='{"need": "Needs", ...}'>.
// The address answers {"points": [{x, y, kind, title, fields, url}], "clusters": [{x, y, label}]}.
import { colour, onTheme, SERIES, themeName } from "./theme.js";

const SYMBOLS = ["circle", "diamond", "triangle", "rect"];
const LISTED = 50;
const NARROW = 600;

// The points that fit what is ticked and typed in the filter form.
export function filterPoints(points, { kinds, fields, text }) {
  const words = text.trim().toLowerCase();
  return points.filter((point) =>
    (!kinds.length || kinds.includes(point.kind)) &&
    (!fields.length || (point.fields || []).some((each) => fields.includes(each))) &&
    (!words || point.title.toLowerCase().includes(words)));
}

function readFilters(form) {
  const chosen = (name) => (form ? [...form.querySelectorAll(`[name=${name}]:checked`)].map((each) => each.value) : []);
  return { kinds: chosen("kind"), fields: chosen("fields"), text: form?.querySelector("[name=q]")?.value || "" };
}

function seriesOf(points, kinds, labels) {
  return kinds.map((kind, at) => ({
    name: labels[kind] || kind,
    type: "scatter",
    symbol: SYMBOLS[at % SYMBOLS.length],
    symbolSize: at ? 10 : 8,
    itemStyle: { color: SERIES[themeName()][at], opacity: 0.75 },
    emphasis: { scale: 1.8 },
    data: points.filter((point) => point.kind === kind).map((point) => ({ ...point, value: [point.x, point.y] })),
  }));
}

// On a narrow map a name is its field, or its first words; the list below has it whole.
function clusterSeries(clusters, width) {
  const narrow = width < NARROW;
  const label = { show: true, fontWeight: 600, fontSize: narrow ? 11 : 12, color: colour("--t-text"), backgroundColor: colour("--t-surface"), opacity: 0.88, padding: [2, 5], borderRadius: 3, lineHeight: 16, align: "center" };
  const named = (name) => (narrow ? wrapped(shortened(name), 16) : wrapped(name, 26));
  const data = clusters.map((each) => ({ value: [each.x, each.y], label: { ...label, formatter: named(each.label) } }));
  return { type: "scatter", silent: true, symbolSize: 1, itemStyle: { opacity: 0 }, labelLayout: (of) => keepInside(of, width), data };
}

function shortened(name) {
  const [field] = name.split(/: |：| · /);
  return field === name ? name.split(/, |、/)[0] : field;
}

// Moves a name that would be cut at an edge of the map, and leaves out one that covers another.
function keepInside({ labelRect }, width) {
  const left = Math.max(0, 4 - labelRect.x), right = Math.max(0, labelRect.x + labelRect.width - width + 4);
  return { hideOverlap: true, dx: left - right };
}

function optionOf(points, clusters, kinds, labels, width) {
  const series = seriesOf(points, kinds, labels);
  const axis = { show: false, min: (of) => of.min - 0.02, max: (of) => of.max + 0.02, scale: true };
  const zoom = { type: "inside", filterMode: "none" };
  return {
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    legend: { data: series.map((each) => each.name), top: 6, textStyle: { color: colour("--t-text") } },
    grid: { left: 8, right: 8, top: 40, bottom: 8 },
    xAxis: axis, yAxis: axis,
    dataZoom: [{ ...zoom, xAxisIndex: 0 }, { ...zoom, yAxisIndex: 0 }],
    tooltip: { renderMode: "richText", confine: true, formatter: (entry) => wrapped(entry.data.title || "") },
    series: [...series, clusterSeries(clusters, width)],
  };
}

// Lines of so many letters: a box of a fixed width would hide points beside a short line.
function wrapped(text, width = 48) {
  const parts = text.match(new RegExp(`.{1,${width}}(\\s|$)|.{1,${width}}`, "g"));
  return (parts || [text]).slice(0, 4).map((line) => line.trim()).join("\n");
}

// The same points as links, for keyboards and screen readers.
function listPoints(list, points) {
  if (!list) return;
  list.replaceChildren(...points.slice(0, LISTED).map((point) => {
    const line = document.createElement("li");
    line.append(Object.assign(document.createElement("a"), { href: point.url, textContent: point.title }));
    return line;
  }));
}

async function start(box) {
  const answer = await fetch(box.dataset.mapUrl, { headers: { Accept: "application/json" } });
  if (!answer.ok || !window.echarts) { box.textContent = box.dataset.failed || ""; return; }
  const { points, clusters = [] } = await answer.json();
  const labels = JSON.parse(box.dataset.labels || "{}");
  const kinds = [...new Set([...Object.keys(labels), ...points.map((point) => point.kind)])];
  const form = document.querySelector("form[data-map-filters]");
  const chart = window.echarts.init(box, null, { renderer: "canvas" });
  const show = () => {
    const kept = filterPoints(points, readFilters(form));
    chart.setOption(optionOf(kept, clusters, kinds, labels, chart.getWidth()), { replaceMerge: ["series"] });
    const count = document.querySelector("[data-map-count]");
    if (count) count.textContent = kept.length.toLocaleString("en");
    listPoints(document.querySelector("[data-map-list]"), kept);
  };
  chart.on("click", (entry) => { if (entry.data?.url) window.location.href = entry.data.url; });
  form?.addEventListener("input", show);
  form?.addEventListener("submit", (event) => { event.preventDefault(); show(); });
  document.querySelectorAll("[data-map-zoom]").forEach((button) => button.addEventListener("click", () => zoom(chart, Number(button.dataset.mapZoom))));
  document.querySelector("[data-map-reset]")?.addEventListener("click", () => zoom(chart, 0));
  // Observing begins with a call of its own; the map is drawn already.
  new ResizeObserver(() => { if (chart.getWidth() !== box.clientWidth || chart.getHeight() !== box.clientHeight) { chart.resize(); show(); } }).observe(box);
  onTheme(show);
  show();
}

// Zooms by a factor around the middle; 0 shows everything again.
function zoom(chart, factor) {
  const { start: from, end: to } = chart.getOption().dataZoom[0];
  const middle = (from + to) / 2, half = factor ? Math.min(50, (to - from) / (2 * factor)) : 50;
  const batch = [0, 1].map((dataZoomIndex) => ({ dataZoomIndex, start: Math.max(0, (factor ? middle : 50) - half), end: Math.min(100, (factor ? middle : 50) + half) }));
  chart.dispatchAction({ type: "dataZoom", batch });
}

document.querySelectorAll("[data-map-url]").forEach(start);

// The technology landscape: <div class="map-canvas" data-map-url="..." data-labels='{"need": "...", "achievement": "..."}'>.
const box = document.querySelector("[data-map-url]");
const colours = { need: "#c27c0e", achievement: "#12655a" };

async function start() {
  const answer = await fetch(box.dataset.mapUrl);
  if (!answer.ok) return;
  const { points, clusters } = await answer.json();
  const labels = JSON.parse(box.dataset.labels || "{}");
  const chart = window.echarts.init(box, document.documentElement.dataset.bsTheme === "dark" ? "dark" : null);
  const filters = document.querySelector("form[data-map-filters]");
  const chosen = (name) => filters ? [...filters.querySelectorAll(`[name=${name}]:checked`)].map((each) => each.value) : [];

  const show = () => {
    const kinds = chosen("kind"), fields = chosen("fields");
    const words = (filters?.querySelector("[name=q]")?.value || "").trim().toLowerCase();
    const kept = points.filter((point) =>
      (!kinds.length || kinds.includes(point.kind)) &&
      (!fields.length || point.fields.some((each) => fields.includes(each))) &&
      (!words || point.title.toLowerCase().includes(words)));
    const series = ["achievement", "need"].map((kind) => ({
      name: labels[kind] || kind,
      type: "scatter",
      symbol: kind === "need" ? "diamond" : "circle",
      symbolSize: kind === "need" ? 9 : 7,
      itemStyle: { color: colours[kind], opacity: 0.75 },
      emphasis: { scale: 1.8 },
      data: kept.filter((point) => point.kind === kind).map((point) => ({ value: [point.x, point.y], ...point })),
    }));
    series.push({ type: "scatter", name: "", silent: true, symbolSize: 1, itemStyle: { opacity: 0 }, data: clusters.map((each) => ({ value: [each.x, each.y], label: { show: true, formatter: each.label, fontSize: 11, opacity: 0.85 } })) });
    chart.setOption({
      backgroundColor: "transparent",
      animation: false,
      legend: { data: series.slice(0, 2).map((each) => each.name), top: 4 },
      grid: { left: 8, right: 8, top: 36, bottom: 8 },
      xAxis: { show: false, min: -0.02, max: 1.02 },
      yAxis: { show: false, min: -0.02, max: 1.02 },
      dataZoom: [{ type: "inside", xAxisIndex: 0, filterMode: "none" }, { type: "inside", yAxisIndex: 0, filterMode: "none" }],
      tooltip: { renderMode: "richText", formatter: (entry) => entry.data.title || "" },
      series,
    }, { replaceMerge: ["series"] });
    const count = document.querySelector("[data-map-count]");
    if (count) count.textContent = String(kept.length);
  };
  chart.on("click", (entry) => { if (entry.data?.url) window.location.href = entry.data.url; });
  filters?.addEventListener("input", show);
  filters?.addEventListener("submit", (event) => { event.preventDefault(); show(); });
  window.addEventListener("resize", () => chart.resize());
  document.querySelector("[data-map-reset]")?.addEventListener("click", () => chart.dispatchAction({ type: "dataZoom", batch: [{ dataZoomIndex: 0, start: 0, end: 100 }, { dataZoomIndex: 1, start: 0, end: 100 }] }));
  show();
}
if (box && window.echarts) start();

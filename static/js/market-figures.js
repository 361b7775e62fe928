// Draws the chart of the market's figures. Every figure stands in the table as well.
(() => {
  "use strict";
  const figure = document.querySelector("[data-market-chart]");
  const source = document.getElementById("market-chart-data");
  if (!figure || !source) return;
  const data = JSON.parse(source.textContent);
  const canvas = figure.querySelector(".chart-canvas");
  const choice = document.querySelector("[data-chart-choice]");
  const language = document.documentElement.lang || "en";
  const short = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 });
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const forced = matchMedia("(forced-colors: active)");
  let chart = null;

  const colours = () => {
    const style = getComputedStyle(document.documentElement);
    const token = (name) => style.getPropertyValue(name).trim();
    if (!forced.matches) {
      return { free: token("--free"), asked: token("--laid"), ink: token("--ink-2"), line: token("--line"), surface: token("--surface"), font: token("--sans") };
    }
    const text = getComputedStyle(document.body).color;
    const link = getComputedStyle(document.querySelector("main a")).color;
    return { free: link, asked: text, ink: text, line: text, surface: getComputedStyle(document.body).backgroundColor, font: token("--sans") };
  };

  const chosen = () => data.groups[Number(new FormData(choice).get("group")) || 0];
  const said = (value) => `${short.format(value)} ${data.pairs}`;
  // Neighbouring weeks are one area with one label.
  const stops = data.stops.reduce((areas, week) => {
    const last = areas.at(-1);
    if (last && last[1] === week - 1) last[1] = week;
    else areas.push([week, week]);
    return areas;
  }, []);

  const options = () => {
    const colour = colours();
    const group = chosen();
    const text = { color: colour.ink, fontFamily: colour.font, fontSize: 12 };
    return {
      animation: !still.matches,
      animationDuration: 250,
      textStyle: text,
      grid: { left: 4, right: 4, top: 12, bottom: 4, containLabel: true },
      tooltip: {
        trigger: "axis",
        renderMode: "richText", // the HTML of the other mode needs inline styles
        backgroundColor: colour.surface,
        borderColor: colour.line,
        textStyle: text,
        formatter: (points) => {
          const index = points[0].dataIndex;
          const name = data.stops.includes(index) ? `${data.weeks[index]} · ${data.stop}` : data.weeks[index];
          return `${name}\n${data.free}: ${said(group.free[index])}\n${data.asked}: ${said(group.asked[index])}`;
        },
      },
      xAxis: { type: "category", data: data.weeks, axisLabel: { ...text, formatter: (label) => label.slice(5), hideOverlap: true }, axisLine: { lineStyle: { color: colour.line } }, axisTick: { show: false } },
      yAxis: { type: "value", axisLabel: { ...text, formatter: (value) => short.format(value) }, splitLine: { lineStyle: { color: colour.line } } },
      series: [
        { name: data.free, type: "bar", data: group.free, itemStyle: { color: colour.free, borderRadius: [2, 2, 0, 0] }, barCategoryGap: "25%",
          markArea: {
            silent: true,
            itemStyle: { color: colour.line, opacity: 0.5 },
            label: { ...text, position: "insideTop", formatter: data.stop },
            data: stops.map(([first, last]) => [{ xAxis: data.weeks[first] }, { xAxis: data.weeks[last] }]),
          } },
        { name: data.asked, type: "line", step: "middle", data: group.asked, symbol: "circle", symbolSize: 5, lineStyle: { color: colour.asked, width: 3 }, itemStyle: { color: colour.asked } },
      ],
    };
  };

  const draw = () => {
    if (!chart) return;
    canvas.setAttribute("aria-label", `${chosen().name}: ${data.free} / ${data.asked}`);
    chart.setOption(options(), true);
  };

  const begin = () => {
    canvas.replaceChildren();
    chart = window.echarts.init(canvas, null, { renderer: "canvas" });
    draw();
    figure.dataset.drawn = "1";
    new ResizeObserver(() => chart.resize()).observe(canvas);
    choice.addEventListener("change", draw);
    for (const query of [matchMedia("(prefers-color-scheme: dark)"), still, forced]) query.addEventListener("change", draw);
    new MutationObserver(draw).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  };

  // The library is large: it is fetched when the chart comes into view, and on this page alone.
  const watcher = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watcher.disconnect();
    const script = document.createElement("script");
    script.src = figure.dataset.marketChart;
    script.addEventListener("load", begin);
    document.head.append(script);
  }, { rootMargin: "100px" });
  watcher.observe(figure);
})();

/* Draws the chart of the costs from the table below it: the table is the truth, and all there is without this script. */
(() => {
  const ROWS_DRAWN_MAX = 40;
  const COLOURS = {
    light: ["#0f766e", "#d97706", "#2563eb", "#9333ea", "#64748b"],
    dark: ["#2dd4bf", "#fbbf24", "#60a5fa", "#c084fc", "#94a3b8"],
  };
  const frame = document.querySelector("[data-chart-of]");
  const table = frame && document.getElementById(frame.dataset.chartOf);
  if (!table || !window.Chart) return;

  const rows = [...table.tBodies[0].rows].slice(0, ROWS_DRAWN_MAX);
  const kinds = [...table.tHead.rows[0].cells].slice(1, -1).map((cell) => cell.textContent.trim());
  const labels = rows.map((row) => row.cells[0].textContent.trim());
  const euros = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: "EUR" });
  const isUpright = frame.dataset.by === "month";
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => {
    const chosen = document.documentElement.dataset.bsTheme;
    return chosen === "dark" || (chosen !== "light" && dark.matches);
  };

  const colour = (chart) => {
    const style = getComputedStyle(document.body);
    const tones = COLOURS[isDark() ? "dark" : "light"];
    chart.data.datasets.forEach((set, place) => {
      set.backgroundColor = tones[place % tones.length];
    });
    chart.options.color = style.color;
    for (const scale of Object.values(chart.options.scales)) scale.ticks.color = style.color;
    chart.update("none");
  };

  frame.hidden = false;
  const amounts = { stacked: true, ticks: { callback: (value) => euros.format(value) } };
  const names = { stacked: true, grid: { display: false }, ticks: { autoSkip: isUpright } };
  const chart = new window.Chart(frame.querySelector("canvas"), {
    type: "bar",
    data: {
      labels,
      datasets: kinds.map((kind, place) => ({
        label: kind,
        data: rows.map((row) => Number(row.cells[place + 1].dataset.cents) / 100),
        maxBarThickness: 36,
      })),
    },
    options: {
      animation: false,
      maintainAspectRatio: false,
      indexAxis: isUpright ? "x" : "y",
      scales: isUpright ? { x: names, y: amounts } : { x: amounts, y: names },
      plugins: {
        tooltip: { callbacks: { label: (item) => `${item.dataset.label}: ${euros.format(item.raw)}` } },
      },
    },
  });
  colour(chart);
  dark.addEventListener("change", () => colour(chart));
  new MutationObserver(() => colour(chart)).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
})();

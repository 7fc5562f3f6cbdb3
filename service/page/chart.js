// Small bar charts as plain SVG. In: categories with one value for each series. Out: a figure with the
// numbers written beside the bars. Widths are percentages, so that letters keep their size at every width.

import { h, svg } from "./dom.js";
import { formatNumber, t } from "./i18n.js";

const BAR = 14;
const GAP = 16;
const LABEL = 38;
const PLOT = 46;

/** Of two series the first is the earlier year's, paler than the later one. */
function classOf(index, count) {
  return count > 1 && index === 0 ? "earlier" : "later";
}

function barOf(value, most, series, y) {
  const width = most > 0 ? (PLOT * value) / most : 0;
  return [
    svg("rect", { class: `bar ${series}`, x: `${LABEL}%`, y, width: `${Math.max(width, 0.4).toFixed(2)}%`, height: BAR, rx: 2 }),
    svg("text", { class: "value", x: `${(LABEL + width + 1).toFixed(2)}%`, y: y + BAR - 3 }, formatNumber(value)),
  ];
}

function rowOf(category, most, top) {
  const height = BAR * category.values.length;
  return [
    svg("text", { class: "label", x: `${LABEL - 1.5}%`, y: top + height / 2 + 5, "text-anchor": "end" }, category.label),
    category.values.map((value, i) =>
      value === null
        ? svg("text", { class: "value none", x: `${LABEL}%`, y: top + BAR * i + BAR - 3 }, t("chart.none"))
        : barOf(value, most, classOf(i, category.values.length), top + BAR * i),
    ),
  ];
}

/** A chart; `series` are the names of its one or two series, told in the legend when there are two. */
export function barChart(title, categories, series) {
  const most = Math.max(0, ...categories.flatMap((category) => category.values.map((value) => value ?? 0)));
  const step = BAR * series.length + GAP;
  const told = categories.map(({ label, values }) => `${label} ${values.map((v) => (v === null ? t("chart.none") : formatNumber(v))).join(" / ")}`);
  const legend = series.length > 1 && h("p", { class: "legend" }, series.map((name, i) => h("span", { class: `key ${classOf(i, series.length)}` }, name)));
  return h(
    "figure",
    { class: "chart" },
    h("figcaption", {}, title),
    legend,
    svg(
      "svg",
      { role: "img", "aria-label": `${title}: ${told.join("; ")}`, width: "100%", height: categories.length * step },
      categories.map((category, i) => rowOf(category, most, i * step)),
    ),
  );
}

function valueOf(evidence, code) {
  const found = evidence.indicators.get(`${code}|total`) ?? evidence.indicators.get(code);
  return found?.value ?? null;
}

const CHARTS = {
  requests: ["requests.received", "requests.carried_in", "requests.closed", "outcomes.total", "requests.carried_out"],
  outcomes: [
    "outcomes.granted", "outcomes.partially_granted", "outcomes.denied", "outcomes.unavailable", "outcomes.not_processed",
    "outcomes.other", "replies.already_public", "replies.not_this_agency", "replies.nonexistent", "replies.asked_to_amend",
    "replies.referred_elsewhere",
  ],
  remedies: ["review.upheld", "review.corrected", "review.other", "review.pending", "litigation.upheld", "litigation.corrected", "litigation.other", "litigation.pending"],
};

/** The charts that people plot of one report, or of two side by side; what neither states is left out. */
export function chartsOf(evidences, series) {
  return Object.entries(CHARTS).flatMap(([name, codes]) => {
    const categories = codes
      .map((code) => ({ label: t(`short.${code}`), values: evidences.map((evidence) => valueOf(evidence, code)) }))
      .filter(({ values }) => values.some((value) => value !== null));
    return categories.length ? [barChart(t(`chart.${name}`), categories, series)] : [];
  });
}

// Two years of one body side by side. In: the service's comparison and the two reports. Out: what does not fit
// between the years, charts, and every indicator with its change. It computes nothing: changes are the service's.

import { chartsOf } from "./chart.js";
import { checkList } from "./checks.js";
import { growingList, h } from "./dom.js";
import { collectEvidence } from "./evidence.js";
import { nameOf, shownValue, stateOf } from "./figure.js";
import { formatNumber, t, term } from "./i18n.js";

function nameOfYear(report) {
  const { year, title } = report.document;
  return year ? t("year", { year }) : title ?? report.id.slice(0, 12);
}

function yearCard(report) {
  const { title, issuer, year, form } = report.document;
  return h(
    "div",
    {},
    h("a", { href: `#/reports/${report.id}`, lang: "zh-CN" }, title ?? t("untitled")),
    h("p", { class: "line" }, [issuer, year && t("year", { year }), term("form", form)].filter(Boolean).map((part) => h("span", {}, part))),
  );
}

function links(comparison, evidences) {
  if (!comparison.checks.length) return h("p", { class: "hint" }, t("compare.checks.none"));
  const order = { fail: 0, unknown: 1, pass: 2 };
  const checks = [...comparison.checks].sort((a, b) => order[a.status] - order[b.status]);
  // The operands stand in two texts: here they are told, the reports show them.
  const tell = (pointed, attributes, ...children) => h("span", attributes, children);
  const counts = { fail: 0, pass: 0, unknown: 0 };
  for (const check of checks) counts[check.status] += 1;
  return [h("p", { class: "hint" }, t("compare.verdict", counts)), checkList(checks, evidences[1], tell, 100)];
}

function statementCell(statement, change) {
  const indicator = statement && { ...change, ...statement };
  return h("td", { class: "number" }, h("span", { class: `figure ${stateOf(indicator)}` }, shownValue(indicator)));
}

function changeCell(change) {
  if (change === null) return h("td", { class: "number none" }, "—");
  const direction = change > 0 ? "up" : change < 0 ? "down" : null;
  return h("td", { class: `number ${direction ?? "none"}` }, change > 0 ? `+${formatNumber(change)}` : formatNumber(change));
}

function changeRow(change) {
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, nameOf(change)),
    statementCell(change.earlier, change),
    statementCell(change.later, change),
    changeCell(change.change),
    h("td", { class: "number" }, change.change_percent === null ? "—" : `${formatNumber(change.change_percent)}%`),
    h("td", { class: "unit" }, change.unit),
  );
}

function hasChanged({ earlier, later, change }) {
  return change === null ? earlier?.status !== later?.status : change !== 0;
}

function isTotal({ applicant }) {
  return applicant === null || applicant === "total";
}

function changeTable(comparison, reports) {
  const body = h("tbody", {});
  const foot = h("p", {});
  const changed = h("input", { type: "checkbox", checked: true, change: fill });
  const applicants = h("input", { type: "checkbox", change: fill });
  function fill() {
    const isShown = (change) => (!changed.checked || hasChanged(change)) && (applicants.checked || isTotal(change));
    const shown = comparison.indicators.filter(isShown);
    body.replaceChildren();
    foot.replaceChildren(growingList(body, shown, changeRow, (n) => t("more", { n })).more);
  }
  fill();
  const heads = [t("column.indicator"), ...reports.map(nameOfYear), t("column.change"), t("column.percent"), t("column.unit")];
  const table = h(
    "table",
    { class: "plain changes" },
    h("caption", {}, t("compare.caption")),
    h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))),
    body,
  );
  return [
    h("p", { class: "row" }, h("label", {}, changed, t("compare.changed")), h("label", {}, applicants, t("compare.applicants"))),
    h("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": t("compare.caption") }, table),
    foot,
  ];
}

/** Fills the view. */
export function showComparison(root, comparison, reports) {
  const evidences = reports.map((report) => collectEvidence(report, ""));
  const charts = chartsOf(evidences, reports.map(nameOfYear));
  root.replaceChildren(
    h("h1", { tabindex: "-1" }, t("compare.title")),
    h("div", { class: "years" }, reports.map(yearCard)),
    ...comparison.warnings.map((warning) => h("p", { class: "note", lang: "zh-CN" }, warning.message)),
    h("h2", {}, t("compare.checks")),
    ...[links(comparison, evidences)].flat(Infinity),
    h("h2", {}, t("compare.charts")),
    h("div", { class: "charts" }, charts.length ? charts : h("p", { class: "hint" }, t("charts.none"))),
    h("h2", {}, t("compare.values")),
    ...changeTable(comparison, reports),
  );
}

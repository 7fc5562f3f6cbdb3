// The arithmetic as sentences. In: checks, evidence, and `point(pointed, attributes, ...children)`, which makes
// what leads to the figures: a button on the page, a link in a saved one. Out: lists whose sentences and operands
// lead to the figures that they compare. The sentences are the service's own, in Chinese.

import { growingList, h } from "./dom.js";
import { keyOf } from "./evidence.js";
import { nameOf } from "./figure.js";
import { formatNumber, t, term } from "./i18n.js";

const SYMBOLS = { fail: "✕ ", unknown: "？", pass: "✓ " };

function operandPointer(operand, evidence, point) {
  const indicator = operand.code && evidence.indicators.get(keyOf(operand.code, operand.applicant));
  const name = indicator ? nameOf(indicator) : operand.label;
  const value = operand.value === null ? t("operand.missing") : formatNumber(operand.value);
  const shown = [h("span", { class: "name" }, name), " ", h("b", {}, value)];
  const pointed = evidence.operand(operand);
  if (!pointed.marks.length && !pointed.targets.length) return h("span", { class: "operand" }, shown);
  return point(pointed, { class: "operand" }, shown);
}

function operandList(check, evidence, point) {
  const items = check.operands.map((operand) => h("li", {}, operandPointer(operand, evidence, point)));
  return h("details", {}, h("summary", {}, t("operands", { n: items.length })), h("ul", { class: "operands" }, items));
}

function checkItem(check, evidence, point) {
  const sentence = point(evidence.check(check), { class: "sentence", lang: "zh-CN" }, check.message);
  return h(
    "li",
    { class: `check ${check.status}` },
    h(
      "span",
      { class: "rule" },
      h("span", { "aria-hidden": "true" }, SYMBOLS[check.status]),
      h("span", { class: "heard" }, term("status", check.status)),
      term("rule", check.rule),
    ),
    h("div", {}, sentence, operandList(check, evidence, point)),
  );
}

export function checkList(checks, evidence, point, step) {
  const list = h("ol", { class: "checks" });
  const { more } = growingList(list, checks, (check) => checkItem(check, evidence, point), (n) => t("more", { n }), step);
  return [list, more];
}

function countOf(summary, status) {
  return Object.values(summary).reduce((sum, counts) => sum + (counts[status] ?? 0), 0);
}

/** What stands on top of a report: how the arithmetic went, and each failure. */
export function verdict(report, evidence, point, step = 20) {
  const counts = Object.fromEntries(["fail", "pass", "unknown"].map((status) => [status, countOf(report.check_summary, status)]));
  const failed = report.checks.filter((check) => check.status === "fail");
  const key = counts.fail ? "verdict.fails" : counts.pass ? "verdict.holds" : "verdict.nothing";
  const list = failed.length > 0 && checkList(failed, evidence, point, step);
  return h(
    "details",
    { class: `verdict ${counts.fail ? "fail" : "hold"}`, open: true },
    h("summary", {}, h("h2", {}, t(key, counts)), h("span", { class: "counts" }, t("verdict.counts", counts))),
    list,
  );
}

function summaryTable(summary) {
  const statuses = ["fail", "unknown", "pass"];
  return h(
    "table",
    { class: "plain summary" },
    h("caption", {}, t("checks.summary")),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("column.rule")), statuses.map((s) => h("th", { scope: "col" }, term("status", s))))),
    h(
      "tbody",
      {},
      Object.entries(summary).map(([rule, counts]) =>
        h("tr", {}, h("th", { scope: "row" }, term("rule", rule)), statuses.map((s) => h("td", { class: `number ${counts[s] ? s : "none"}` }, formatNumber(counts[s])))),
      ),
    ),
  );
}

function warningList(report, evidence, point) {
  const list = h("ol", { class: "checks warnings" });
  const toItem = (warning, i) => {
    const words = h("span", { lang: "zh-CN" }, warning.message);
    const target = `warning:${i}`;
    const content = warning.span ? point(evidence.target(target), { class: "sentence", "data-target": target }, words) : words;
    return h("li", {}, h("p", {}, content));
  };
  const { more } = growingList(list, report.warnings, toItem, (n) => t("more", { n }));
  return [h("h3", {}, t("warnings", { n: report.warnings.length })), list, more];
}

/** The whole of the arithmetic: failed, undecided, passed, and what could not be placed. */
export function checksPanel(report, evidence, point) {
  const groups = ["fail", "unknown", "pass"].map((status) => {
    const checks = report.checks.filter((check) => check.status === status);
    if (!checks.length) return null;
    const heading = h("summary", {}, t("checks.group", { status: term("status", status), n: checks.length }));
    return h("details", { class: "group", open: status === "fail" }, heading, checkList(checks, evidence, point, 100));
  });
  return [
    report.checks.length ? summaryTable(report.check_summary) : h("p", { class: "empty" }, t("verdict.nothing")),
    groups,
    report.warnings.length ? warningList(report, evidence, point) : null,
  ];
}

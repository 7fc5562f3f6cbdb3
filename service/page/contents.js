// What a report says besides its tables: who reports for when, its outline, problems, improvements, documents
// cited, and every other figure of the prose. In: a report. Out: lists that lead to their places in the text.

import { growingList, h } from "./dom.js";
import { t, term } from "./i18n.js";

const FACTS = ["title", "kind", "form", "year", "issuer", "compiler", "region", "period", "published_on"];

function sayPeriod(period) {
  if (!period.start && !period.end) return null;
  return [period.start ?? "…", period.end ?? "…"].join(" – ");
}

function sayRegion(region) {
  if (!region) return null;
  const path = region.path?.join(" › ") ?? region.name;
  return region.code ? `${path}（${region.code}）` : path;
}

const SAY = {
  kind: (document) => term("kind", document.kind),
  form: (document) => term("form", document.form),
  region: (document) => sayRegion(document.region),
  period: (document) => sayPeriod(document.period),
};

function factList(document) {
  const facts = FACTS.map((name) => [t(`fact.${name}`), SAY[name] ? SAY[name](document) : document[name]]);
  const contacts = Object.entries(document.contacts).map(([name, value]) => [term("contact", name), value]);
  const stated = [...facts, ...contacts.filter(([, value]) => value !== null)];
  return h(
    "dl",
    { class: "facts" },
    stated.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", { class: value === null ? "none" : null }, value ?? t("fact.none")))),
  );
}

function placed(className, words, span, onPlace) {
  return h("li", { class: className }, h("button", { type: "button", class: "place", click: () => onPlace(span) }, words));
}

function listOf(title, items, toElement) {
  if (!items.length) return null;
  const list = h("ol", { class: "places", lang: "zh-CN" });
  const { more } = growingList(list, items, toElement, (n) => t("more", { n }));
  return [h("h3", {}, title), list, more];
}

function sayCitation({ title, number }) {
  return [title && `《${title}》`, number].filter(Boolean).join(" ");
}

/** Facts and outline; `onPlace(span)` shows a span in the text. */
export function contentsPanel(report, onPlace) {
  return [
    h("h3", {}, t("facts")),
    factList(report.document),
    listOf(t("sections"), report.sections, (s) => placed(`depth-${Math.min(s.level, 4)}`, `${s.number ?? ""} ${s.title}`.trim(), s.span, onPlace)),
    listOf(t("problems"), report.problems, (item) => placed(null, item.text, item.span, onPlace)),
    listOf(t("improvements"), report.improvements, (item) => placed(null, item.text, item.span, onPlace)),
    listOf(t("citations"), report.citations, (item) => placed(null, sayCitation(item), item.span, onPlace)),
  ];
}

/** The figures that are no statutory indicator; also a function that makes the n-th of them visible. */
export function quantitiesPanel(report) {
  const body = h("tbody", {});
  const toRow = (quantity, i) =>
    h(
      "tr",
      {},
      h("td", { class: "number" }, h("button", { type: "button", class: "figure quantity", "data-target": `quantity:${i}` }, quantity.text)),
      h("td", { lang: "zh-CN" }, quantity.subject ?? "—"),
      h("td", { class: "unit" }, quantity.section ?? "—"),
    );
  const { more, reach } = growingList(body, report.quantities, toRow, (n) => t("more", { n }));
  const heads = ["column.figure", "column.subject", "column.section"];
  const table = h(
    "table",
    { class: "plain quantities" },
    h("caption", {}, t("quantities.caption", { n: report.quantities.length })),
    h("thead", {}, h("tr", {}, heads.map((key) => h("th", { scope: "col" }, t(key))))),
    body,
  );
  return { elements: report.quantities.length ? [table, more] : [h("p", { class: "empty" }, t("quantities.none"))], reach };
}

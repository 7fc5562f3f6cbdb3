// The statutory form as the regulation prints it, filled. In: a form as the service describes it, cell by cell
// (`GET /v1/forms/{form}`), evidence, a maker of figures. Out: tables under the headings of the report.
// Indicators that the form has no cell for, most of them told in prose, stand in a table of their own.

import { h } from "./dom.js";
import { keyOf } from "./evidence.js";
import { nameOf } from "./figure.js";
import { t, term } from "./i18n.js";

const PART_RE = /^[一二三四五六七八九十]+、/;

function scrollable(label, ...children) {
  return h("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": label }, ...children);
}

function spanOf(cell) {
  return { colspan: cell.colspan > 1 ? cell.colspan : null, rowspan: cell.rowspan > 1 ? cell.rowspan : null };
}

function headCell(cell) {
  // The corner of the matrix explains the columns' arithmetic: it heads no column.
  if (cell.colspan > 1 && cell.rowspan > 1) return h("td", { ...spanOf(cell), class: "corner" }, cell.label);
  return h("th", { ...spanOf(cell), scope: cell.colspan > 1 ? "colgroup" : "col" }, cell.label);
}

function labelCell(cell, level) {
  const isGroup = cell.rowspan > 1;
  const turned = isGroup && PART_RE.test(cell.label) ? "turned" : `level-${level}`;
  return h("th", { ...spanOf(cell), scope: isGroup ? "rowgroup" : "row", class: turned }, h("span", {}, cell.label));
}

function bodyRow(line, level, figureAt) {
  if (line.every((cell) => !cell.code)) {
    return h("tr", { class: "group" }, h("th", { scope: "row", class: `level-${level}`, colspan: line.length }, line[0].label));
  }
  const units = line.length === 3 && line[1].label !== null && line[2].code;
  return h(
    "tr",
    { class: line.some((cell) => cell.code?.endsWith(".total")) ? "total" : null },
    line.map((cell, i) => {
      if (cell.code) return h("td", { class: "number" }, figureAt(cell));
      return units && i === 1 ? h("td", { class: "unit" }, cell.label) : labelCell(cell, level);
    }),
  );
}

/** One printed table with its figures; `levels` is how deep each line of its body stands. */
function printedTable(table, figureAt) {
  const levels = table.rows.length === table.body.length ? table.rows.map((row) => row.level) : table.body.map(() => 1);
  return h(
    "table",
    { class: `form ${table.name}` },
    h("caption", {}, table.title ?? table.part),
    h("thead", {}, table.head.map((line) => h("tr", {}, line.map(headCell)))),
    h("tbody", {}, table.body.map((line, i) => bodyRow(line, levels[i], figureAt))),
  );
}

function otherTable(indicators, figure) {
  const row = (indicator) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, nameOf(indicator), h("span", { class: "code" }, indicator.code)),
      h("td", { class: "number" }, figure(indicator)),
      h("td", { class: "unit" }, indicator.unit),
      h("td", { class: "origin" }, term("source", indicator.source)),
    );
  const heads = ["column.indicator", "column.value", "column.unit", "column.source"];
  return h(
    "table",
    { class: "form others" },
    h("caption", {}, t("table.others")),
    h("thead", {}, h("tr", {}, heads.map((key) => h("th", { scope: "col" }, t(key))))),
    h("tbody", {}, indicators.map(row)),
  );
}

/** The tables of a report, heading by heading; `form` is null where the report follows none. */
export function formTables(report, evidence, form, figure) {
  const placed = new Set();
  const parts = [];
  let part = null;
  for (const table of form?.tables ?? []) {
    const keys = [];
    const element = printedTable(table, (cell) => {
      keys.push(keyOf(cell.code, cell.applicant));
      return figure(evidence.indicators.get(keys.at(-1)));
    });
    keys.forEach((key) => placed.add(key));
    const isPrinted = keys.some((key) => evidence.indicators.get(key)?.source === "table");
    if (table.part !== part) parts.push(h("h3", {}, table.part));
    part = table.part;
    if (!isPrinted) parts.push(h("p", { class: "note" }, t("table.absent", { name: table.title ?? table.part })));
    parts.push(scrollable(table.title ?? table.part, element));
  }
  const others = report.indicators.filter((indicator) => !placed.has(keyOf(indicator.code, indicator.applicant)));
  if (others.length) parts.push(h("h3", {}, t("table.others")), scrollable(t("table.others"), otherTable(others, figure)));
  return parts;
}

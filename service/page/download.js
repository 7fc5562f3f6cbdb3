// Results as files: JSON as the service gave it, CSV with one row for each indicator, and the marked text as
// one HTML page that needs nothing else: no script, links between cells and their places in the text.

import { getReportCsv } from "./api.js";
import { verdict } from "./checks.js";
import { h } from "./dom.js";
import { collectEvidence } from "./evidence.js";
import { figureMaker } from "./figure.js";
import { formTables } from "./form-pane.js";
import { t, term } from "./i18n.js";
import { TextPane } from "./text-pane.js";

const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

function nameOf(report, suffix) {
  const { issuer, year } = report.document;
  const name = [issuer, year].filter(Boolean).join("-") || report.id.slice(0, 12);
  return `${name.replace(/[^\p{L}\p{N}-]+/gu, "_")}.${suffix}`;
}

function save(blob, name) {
  const url = URL.createObjectURL(blob);
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

export function downloadJson(report) {
  save(new Blob([JSON.stringify(report, null, 2)], { type: "application/json" }), nameOf(report, "json"));
}

export async function downloadCsv(report) {
  save(await getReportCsv(report.id), nameOf(report, "csv"));
}

/** Marks as places that a link leads to, each leading back to its first cell. */
function anchorMarks(container, evidence) {
  const named = new Set();
  for (const element of container.querySelectorAll("mark")) {
    const index = element.dataset.mark;
    for (const name of ["role", "tabindex", "data-mark", "data-piece"]) element.removeAttribute(name);
    if (!named.has(index)) element.id = `mark-${index}`;
    named.add(index);
    const target = evidence.marks[index].targets.find((name) => !name.includes(":"));
    if (target) element.replaceChildren(h("a", { href: `#cell-${target}` }, ...element.childNodes));
  }
  for (const chunk of container.children) chunk.removeAttribute("style");
}

function markedText(text, evidence) {
  const container = h("div", { class: "text", lang: "zh-CN" });
  const pane = new TextPane(container, () => {});
  pane.show(text, evidence.marks, (mark) => term("kind", mark.kind));
  pane.makeEverything();
  anchorMarks(container, evidence);
  return container;
}

/** The whole page as an element; the styles are those of this page. */
export function markedPage(report, text, form, styles) {
  const evidence = collectEvidence(report, text);
  const toMark = (key) => {
    const [mark] = evidence.byTarget.get(key) ?? [];
    return mark === undefined ? null : `#mark-${mark}`;
  };
  const point = ({ marks }, attributes, ...children) =>
    marks.length ? h("a", { ...attributes, href: `#mark-${marks[0]}` }, children) : h("span", attributes, children);
  const { title, issuer, year } = report.document;
  return h(
    "html",
    { lang: document.documentElement.lang },
    h(
      "head",
      {},
      h("meta", { charset: "utf-8" }),
      h("meta", { "http-equiv": "Content-Security-Policy", content: POLICY }),
      h("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
      h("title", {}, title ?? t("untitled")),
      h("style", {}, styles),
    ),
    h(
      "body",
      { class: "saved" },
      h(
        "main",
        {},
        h("header", { class: "report-head" }, h("h1", {}, title ?? t("untitled")), h("p", { class: "line" }, [issuer, year].filter(Boolean).map((part) => h("span", {}, part)))),
        verdict(report, evidence, point, Infinity),
        h("h2", {}, t("side.data")),
        formTables(report, evidence, form, figureMaker(evidence, toMark)),
        h("h2", {}, t("side.text")),
        markedText(text, evidence),
        h("p", { class: "colophon" }, t("saved.by", { id: report.id, version: report.parser_version })),
      ),
    ),
  );
}

export async function downloadMarked(report, text, form) {
  const styles = await (await fetch(new URL("page.css", import.meta.url))).text();
  const page = markedPage(report, text, form, styles);
  save(new Blob(["<!doctype html>\n", page.outerHTML], { type: "text/html;charset=utf-8" }), nameOf(report, "html"));
}

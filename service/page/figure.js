// One figure as a cell, a button or a link. In: an indicator, or none where the report has no such cell.
// Out: an element that shows by form, not only by colour, whether it is a number, zero, blank, not
// applicable or absent, and where it was read.

import { h } from "./dom.js";
import { keyOf } from "./evidence.js";
import { currentLanguage, formatFigure, t, term } from "./i18n.js";

/** `value`, `zero`, `blank`, `not_applicable` or `absent`. */
export function stateOf(indicator) {
  if (!indicator) return "absent";
  if (indicator.status !== "reported") return indicator.status;
  return indicator.value === 0 ? "zero" : "value";
}

/** What stands in the cell: the number, or a word. */
export function shownValue(indicator) {
  const state = stateOf(indicator);
  if (state === "value" || state === "zero") return formatFigure(indicator.value, indicator.qualifier);
  return t(`state.${state}`);
}

const codebook = new Map();

/** Takes the names and definitions of codes from the service's codebook. */
export function learnCodes(entries) {
  for (const entry of entries) codebook.set(entry.code, entry);
}

/** What a code means, in the language of the page. */
export function definitionOf(code) {
  return codebook.get(code)?.[`definition_${currentLanguage()}`] ?? "";
}

/** The figure's name: that of its code, and whom it counts. */
export function nameOf(indicator) {
  const label = codebook.get(indicator.code)?.[`label_${currentLanguage()}`] ?? indicator.label;
  return indicator.applicant ? t("named", { label, applicant: term("applicant", indicator.applicant) }) : label;
}

/** The whole of it in words, for people who hear the page. */
export function sayFigure(indicator) {
  const unit = indicator.value === null ? "" : indicator.unit;
  return t("said", { name: nameOf(indicator), value: shownValue(indicator), unit, source: term("source", indicator.source) });
}

/** Makes cells: `figure(indicator)` is a button, or a link where `link(key)` says where to. */
export function figureMaker(evidence, link = null) {
  return (indicator) => {
    const state = stateOf(indicator);
    if (!indicator) return h("span", { class: "figure absent", title: t("state.absent.long") }, t("state.absent"));
    const key = keyOf(indicator.code, indicator.applicant);
    const fails = evidence.failing.has(key);
    const attributes = {
      class: `figure ${state} ${indicator.source}${fails ? " fails" : ""}`,
      "aria-label": sayFigure(indicator) + (fails ? t("said.fails") : ""),
      title: sayFigure(indicator),
    };
    const target = link?.(key);
    if (link) return h(target ? "a" : "span", { ...attributes, id: `cell-${key}`, href: target }, shownValue(indicator));
    return h("button", { ...attributes, type: "button", "data-target": key }, shownValue(indicator));
  };
}

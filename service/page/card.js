// What is lit, told in words under the form. In: a selection, the report, the text pane (none without the text).
// Out: an element that screen readers speak when it changes: the figure, what it means, its places, its failures.

import { h } from "./dom.js";
import { definitionOf, sayFigure } from "./figure.js";
import { formatFigure, t, term } from "./i18n.js";

const MOST_TOLD = 5;
const MOST_FAILURES = 3;
// Characters told on each side of a figure, and how far to look for them: tags between them may be long.
const AROUND = 24;
const FAR = 600;

export class Card {
  /** `onPlace(span)` shows a span in the text. */
  constructor(report, evidence, pane, onPlace) {
    Object.assign(this, { report, evidence, pane, onPlace });
    this.element = h("div", { class: "card", role: "status" }, h("p", { class: "hint" }, t("card.hint")));
  }

  fill({ targets, marks }) {
    const isOne = targets.length <= 1;
    const told = targets.slice(0, MOST_TOLD).map((target) => (isOne ? this._whole(target) : this._line(target)));
    const more = targets.length > MOST_TOLD && h("p", { class: "hint" }, t("card.more", { n: targets.length - MOST_TOLD }));
    const quotes = isOne && this.pane ? marks.slice(0, MOST_TOLD).map((index) => this._quote(index)) : [];
    this.element.replaceChildren(...[told, more, quotes].flat().filter(Boolean));
    this.element.scrollTop = 0;
  }

  /** One of several things that are lit. */
  _line(target) {
    const [kind, index] = target.split(":");
    if (!index) {
      const indicator = this.evidence.indicators.get(target);
      return h("p", {}, sayFigure(indicator), " ", h("span", { class: "code" }, indicator.code));
    }
    if (kind === "warning") return h("p", { lang: "zh-CN" }, this.report.warnings[index].message);
    const { text, subject } = this.report.quantities[index];
    return h("p", { lang: "zh-CN" }, h("b", {}, text), " ", subject ?? "");
  }

  _whole(target) {
    const indicator = this.evidence.indicators.get(target);
    if (!indicator) return this._line(target);
    const failures = (this.evidence.failing.get(target) ?? []).slice(0, MOST_FAILURES);
    return h(
      "div",
      {},
      this._line(target),
      h("p", { class: "hint" }, definitionOf(indicator.code)),
      indicator.observations.length > 1 && this._observations(indicator),
      failures.map((index) => h("p", { class: "fails", lang: "zh-CN" }, this.report.checks[index].message)),
    );
  }

  /** Where else the text states the figure. */
  _observations(indicator) {
    const toItem = ({ value, qualifier, source, span }) => {
      const words = `${value === null ? t("state.blank") : formatFigure(value, qualifier)} · ${term("source", source)}`;
      if (!span || !this.pane) return h("li", {}, words);
      return h("li", {}, h("button", { type: "button", class: "operand", click: () => this.onPlace(span) }, words));
    };
    return h("div", { class: "seen" }, h("span", {}, t("card.seen")), h("ul", { class: "operands" }, indicator.observations.map(toItem)));
  }

  /** The words around a mark. */
  _quote(index) {
    const { start, end } = this.evidence.marks[index];
    const before = this.pane.read(Math.max(0, start - FAR), start).slice(-AROUND);
    const after = this.pane.read(end, Math.min(end + FAR, this.pane.text.length)).slice(0, AROUND);
    const marked = this.pane.read(start, Math.min(end, start + FAR)) || t("state.blank");
    return h("blockquote", { lang: "zh-CN" }, "…", before, h("b", {}, marked), after, "…");
  }
}

// One report: the verdict on top, the text on the left, the form on the right, each pointing at the other.
// In: a report, its text (or none, for a report opened from a link), the printed form. A selection is what is
// lit in both panes at once: targets (indicators, quantities, warnings) and marks in the text.

import { Card } from "./card.js";
import { chartsOf } from "./chart.js";
import { checksPanel, verdict } from "./checks.js";
import { contentsPanel, quantitiesPanel } from "./contents.js";
import { h } from "./dom.js";
import { downloadCsv, downloadJson, downloadMarked } from "./download.js";
import { collectEvidence } from "./evidence.js";
import { figureMaker, nameOf } from "./figure.js";
import { formTables } from "./form-pane.js";
import { t, term } from "./i18n.js";
import { sayProblem } from "./problems.js";
import { Tabs } from "./tabs.js";
import { TextPane } from "./text-pane.js";

const KINDS = ["table", "prose", "quantity", "warning"];
const STATES = ["zero", "blank", "not_applicable", "absent"];

export class ReportView {
  /** `others` are the other opened reports, `onText(text)` is called when the text is given later. */
  constructor(root, { report, text, form, others, onText }) {
    Object.assign(this, { root, report, text, form, others, onText });
    this.evidence = collectEvidence(report, text);
    this.figure = figureMaker(this.evidence);
    this._pointer = (pointed, attributes, ...children) =>
      h("button", { ...attributes, type: "button", click: () => this._point(pointed, "check") }, children);
  }

  show() {
    this._panes = h("div", { class: "panes", "data-side": this.text === null ? "data" : "text" }, this._textSide(), this._dataSide());
    this.root.replaceChildren(this._head(), verdict(this.report, this.evidence, this._pointer), this._switch(), this._panes);
    if (this.text !== null) this.pane.show(this.text, this.evidence.marks, (mark) => this._describe(mark));
  }

  // What stands above the panes.

  _head() {
    const { document: facts } = this.report;
    const line = [facts.issuer, facts.year && t("year", { year: facts.year }), term("form", facts.form), facts.region?.name];
    return h(
      "header",
      { class: "report-head" },
      h(
        "div",
        {},
        h("h1", { tabindex: "-1", lang: "zh-CN" }, facts.title ?? t("untitled")),
        h("p", { class: "line" }, [...new Set(line.filter(Boolean))].map((part) => h("span", {}, part))),
        facts.kind === "annual_report" ? null : h("p", { class: "note" }, t(`kind.${facts.kind}.note`)),
      ),
      this._actions(),
    );
  }

  _actions() {
    const button = (key, click) => h("button", { type: "button", "data-action": key, click }, t(`action.${key}`));
    return h(
      "div",
      { class: "actions", role: "group", "aria-label": t("actions") },
      button("json", () => downloadJson(this.report)),
      button("csv", () => downloadCsv(this.report)),
      this.text !== null && button("marked", () => downloadMarked(this.report, this.text, this.form)),
      button("print", () => this.print()),
      button("link", (event) => this._copyLink(event.currentTarget)),
      this._comparison(),
    );
  }

  _comparison() {
    if (!this.others.length) return null;
    const open = (event) => (location.hash = `#/compare/${this.report.id}/${event.target.value}`);
    const option = ({ report, name }) => h("option", { value: report.id }, report.document.title ?? name ?? report.id.slice(0, 12));
    const first = h("option", { value: "", disabled: true, selected: true }, t("action.compare"));
    return h("select", { "aria-label": t("action.compare"), change: open }, first, this.others.map(option));
  }

  async _copyLink(button) {
    try {
      await navigator.clipboard.writeText(location.href);
      button.textContent = t("action.link.done");
    } catch {
      prompt(t("action.link"), location.href);
    }
  }

  print() {
    this.tabs.fillAll();
    this.pane?.makeEverything();
    window.print();
  }

  /** On a narrow screen one side shows at a time. */
  _switch() {
    const button = (side) =>
      h("button", { type: "button", "data-side": side, "aria-pressed": "false", click: () => this._turnTo(side) }, t(`side.${side}`));
    this._sides = h("div", { class: "switch", role: "group", "aria-label": t("sides") }, button("text"), button("data"));
    queueMicrotask(() => this._turnTo(this._panes.dataset.side));
    return this._sides;
  }

  _turnTo(side) {
    this._panes.dataset.side = side;
    for (const button of this._sides.children) button.setAttribute("aria-pressed", String(button.dataset.side === side));
  }

  // The left pane.

  _textSide() {
    const side = h("section", { class: "side text-side" });
    side.append(h("header", { class: "side-head" }, h("h2", { id: "text-title" }, t("side.text")), this.text !== null && this._legend(KINDS, "kind")));
    if (this.text === null) {
      side.append(this._textForm());
      return side;
    }
    const container = h("div", { class: "text", role: "region", tabindex: "0", "aria-labelledby": "text-title", lang: "zh-CN" });
    this.pane = new TextPane(container, (mark) => this._point(this.evidence.mark(mark), "text"));
    side.append(container);
    return side;
  }

  _legend(names, group) {
    return h("p", { class: "legend" }, names.map((name) => h("span", { class: `key ${name}` }, term(group, name))));
  }

  /** A report from a link comes without its text: the service keeps none. */
  _textForm() {
    const area = h("textarea", { rows: "8", "aria-label": t("text.give"), spellcheck: "false" });
    const give = (event) => {
      event.preventDefault();
      this.onText(area.value).catch((problem) => (status.textContent = sayProblem(problem)));
    };
    const status = h("p", { role: "status", class: "problem" });
    return h("form", { class: "no-text", submit: give }, h("p", {}, t("text.absent")), area, h("button", { class: "primary" }, t("text.give")), status);
  }

  _describe(mark) {
    const names = mark.targets.map((target) => this._nameOf(target)).filter(Boolean);
    return [term("kind", mark.kind), ...names.slice(0, 3)].join(" · ") + (mark.fails ? t("said.fails") : "");
  }

  _nameOf(target) {
    const [kind, index] = target.split(":");
    if (kind === "quantity" && index) return this.report.quantities[index].subject;
    if (kind === "warning" && index) return this.report.warnings[index].message;
    return nameOf(this.evidence.indicators.get(target));
  }

  // The right pane.

  _dataSide() {
    const quantities = quantitiesPanel(this.report);
    this._reachQuantity = quantities.reach;
    this.tabs = new Tabs(t("side.data"), [
      { name: "form", label: t("tab.form"), fill: () => this._formPanel() },
      { name: "quantities", label: t("tab.quantities"), fill: () => quantities.elements },
      { name: "checks", label: t("tab.checks"), fill: () => [checksPanel(this.report, this.evidence, this._pointer)] },
      { name: "contents", label: t("tab.contents"), fill: () => contentsPanel(this.report, (span) => this._place(span)) },
      { name: "charts", label: t("tab.charts"), fill: () => this._chartsPanel() },
    ]);
    this._card = new Card(this.report, this.evidence, this.pane, (span) => this._place(span));
    const side = h("section", { class: "side data-side" }, h("header", { class: "side-head" }, this.tabs.list), this.tabs.bodies, this._card.element);
    side.addEventListener("click", (event) => {
      const target = event.target.closest("[data-target]")?.dataset.target;
      if (target && !target.startsWith("warning:")) this._point(this.evidence.target(target), "data");
    });
    return side;
  }

  _formPanel() {
    const tables = formTables(this.report, this.evidence, this.form, this.figure);
    if (!tables.length) return [h("p", { class: "empty" }, t("form.none"))];
    const note = this.report.document.form === "prose" ? h("p", { class: "note" }, t("form.prose.note")) : null;
    return [this._legend(STATES, "key"), note, ...tables];
  }

  _chartsPanel() {
    const charts = chartsOf([this.evidence], [this.report.document.title ?? ""]);
    return charts.length ? charts : [h("p", { class: "empty" }, t("charts.none"))];
  }

  // Selection.

  /** Lights up what is pointed at, in both panes; `from` is the side that keeps its scroll position. */
  _point(pointed, from) {
    const leadsOn = from === "text" ? pointed.targets : pointed.marks;
    // What is out of sight cannot be scrolled to: the side that shows it comes first.
    if (this.text !== null && leadsOn.length) this._turnTo(from === "text" ? "data" : "text");
    if (from === "check") this._panes.scrollIntoView({ block: "nearest" });
    this._lightCells(pointed.targets, from);
    this.pane?.light(pointed.marks, { scroll: from !== "text" });
    this._card.fill(pointed);
  }

  _lightCells(targets, from) {
    for (const element of this.root.querySelectorAll(".data-side .lit")) element.classList.remove("lit");
    const [first] = targets;
    if (first && from !== "data") this._openTabOf(first);
    const cells = targets.flatMap((target) => [...this.root.querySelectorAll(`.data-side [data-target="${CSS.escape(target)}"]`)]);
    for (const cell of cells) cell.classList.add("lit");
    if (from !== "data") cells.find((cell) => cell.offsetParent)?.scrollIntoView({ block: "center", inline: "center" });
  }

  _openTabOf(target) {
    const [kind, index] = target.split(":");
    if (!index) this.tabs.open("form");
    else if (kind === "quantity") {
      this.tabs.open("quantities");
      this._reachQuantity(Number(index));
    } else this.tabs.open("checks");
  }

  _place(span) {
    if (this.text === null) return;
    this._turnTo("text");
    this.pane.revealOffset(this.evidence.range(span)[0]);
  }
}

// The start: a text is pasted, files are dropped or chosen, a sample is tried. In: what a person gives. Out: reports,
// remembered for this session. Several files make a list with progress, read two at a time; two of the reports
// opened can be chosen to be compared.

import { postReport, Problem } from "./api.js";
import { h } from "./dom.js";
import { isReadable, readText } from "./files.js";
import { formatNumber, t, term } from "./i18n.js";
import { wellFormed } from "./offsets.js";
import { sayProblem } from "./problems.js";
import { remember } from "./session.js";

const AT_A_TIME = 2;

/** Has the service read a text, and remembers what it says. */
export async function readReport(text, name = null) {
  const sent = wellFormed(text);
  if (!sent.text.trim()) throw new Problem(422, "empty_text");
  const report = await postReport(sent.bytes);
  remember(report, sent.text, name);
  return report;
}

function openReport(report) {
  location.hash = `#/reports/${report.id}`;
}

export class HomeView {
  constructor(root, samples) {
    this.root = root;
    this._jobs = [];
    this._area = root.querySelector("textarea");
    this._status = root.querySelector("[data-part=status]");
    this._list = root.querySelector("[data-part=list]");
    this._samples = root.querySelector("[data-part=samples]");
    this._names = samples;
    this._listen();
  }

  _listen() {
    const form = this.root.querySelector("form");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this._readOne(() => this._area.value, null);
    });
    this._area.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    });
    const chosen = this.root.querySelector("input[type=file]");
    this.root.querySelector("[data-part=choose]").addEventListener("click", () => chosen.click());
    chosen.addEventListener("change", () => {
      this.readFiles([...chosen.files]);
      chosen.value = "";
    });
  }

  /** Called whenever the view comes into sight or the language changes. */
  show() {
    this._say("");
    this._samples.replaceChildren(
      ...this._names.map((name) =>
        h("button", { type: "button", class: "chip", "data-sample": name, click: () => this._readSample(name) }, t(`sample.${name}`)),
      ),
    );
    this._showList();
  }

  _say(words, isProblem = false) {
    this._status.textContent = words;
    this._status.classList.toggle("problem", isProblem);
  }

  async _readOne(getText, name) {
    this.root.setAttribute("aria-busy", "true");
    this._say(t("reading"));
    try {
      const report = await readReport(await getText(), name);
      this._jobs.push({ name: name ?? t("pasted"), report });
      this._area.value = "";
      openReport(report);
    } catch (problem) {
      this._say(sayProblem(problem), true);
    } finally {
      this.root.removeAttribute("aria-busy");
    }
  }

  async _readSample(name) {
    await this._readOne(async () => (await fetch(new URL(`samples/${name}`, import.meta.url))).text(), t(`sample.${name}`));
  }

  /** One file opens its report; several are read in turn and listed. */
  async readFiles(files) {
    const readable = files.filter(isReadable);
    if (files.length === 1 && readable.length === 1) {
      await this._readOne(() => this._textOf(files[0]), files[0].name);
      return;
    }
    const jobs = files.map((file) => ({ name: file.name, file: isReadable(file) ? file : null, state: isReadable(file) ? "waiting" : "refused" }));
    this._jobs.push(...jobs);
    this._showList();
    const waiting = jobs.filter((job) => job.file);
    const work = async () => {
      for (let job = waiting.shift(); job; job = waiting.shift()) await this._readJob(job);
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, work));
  }

  async _textOf(file) {
    const text = await readText(file);
    if (text === null) throw new Problem(400, "no_text");
    return text;
  }

  async _readJob(job) {
    job.state = "reading";
    this._showList();
    try {
      job.report = await readReport(await this._textOf(job.file), job.name);
      job.state = "done";
    } catch (problem) {
      job.state = "failed";
      job.problem = problem;
    }
    job.file = null;
    this._showList();
  }

  _showList() {
    this._list.hidden = !this._jobs.length;
    if (!this._jobs.length) return;
    const done = this._jobs.filter((job) => job.report || job.state === "failed" || job.state === "refused").length;
    const heads = ["column.choose", "column.report", "column.year", "column.form", "column.read", "column.fails"];
    const chosen = new Set([...this._list.querySelectorAll("input:checked")].map((box) => box.value));
    this._list.replaceChildren(
      h("h2", { id: "opened-title" }, t("opened")),
      h("progress", { max: this._jobs.length, value: done, "aria-label": t("opened.progress"), hidden: done === this._jobs.length }),
      h("p", { class: "hint", role: "status" }, t("opened.count", { done, all: this._jobs.length })),
      h(
        "div",
        { class: "scroll", role: "region", tabindex: "0", "aria-labelledby": "opened-title" },
        h(
          "table",
          { class: "plain opened" },
          h("thead", {}, h("tr", {}, heads.map((key) => h("th", { scope: "col" }, t(key))))),
          h("tbody", {}, this._jobs.map((job) => this._row(job, chosen))),
        ),
      ),
      this._comparison(),
    );
    this._checkChoice();
  }

  _row(job, chosen) {
    if (!job.report) {
      const words = job.problem ? sayProblem(job.problem) : t(`job.${job.state ?? "waiting"}`);
      const isFailed = job.state === "failed" || job.state === "refused";
      return h("tr", { class: job.state }, h("td", {}), h("td", {}, job.name), h("td", { colspan: "4", class: isFailed ? "problem" : "hint" }, words));
    }
    const { id, document: facts, indicators, check_summary: summary } = job.report;
    const failed = Object.values(summary).reduce((sum, counts) => sum + counts.fail, 0);
    const title = facts.title ?? job.name;
    return h(
      "tr",
      { class: "done" },
      h("td", {}, h("input", { type: "checkbox", value: id, checked: chosen.has(id), "aria-label": t("choose", { title }), change: () => this._checkChoice() })),
      h("td", {}, h("a", { href: `#/reports/${id}`, lang: "zh-CN" }, title), h("span", { class: "code" }, job.name)),
      h("td", { class: "number" }, facts.year ?? "—"),
      h("td", {}, term("form", facts.form)),
      h("td", { class: "number" }, formatNumber(indicators.length)),
      h("td", { class: failed ? "number fails" : "number" }, formatNumber(failed)),
    );
  }

  _comparison() {
    const compare = () => {
      const [first, second] = this._chosen();
      location.hash = `#/compare/${first}/${second}`;
    };
    return h("p", {}, h("button", { type: "button", "data-part": "compare", click: compare }, t("compare.chosen")), h("span", { class: "hint" }, t("compare.how")));
  }

  _chosen() {
    return [...new Set([...this._list.querySelectorAll("input:checked")].map((box) => box.value))];
  }

  _checkChoice() {
    this._list.querySelector("[data-part=compare]").disabled = this._chosen().length !== 2;
  }
}

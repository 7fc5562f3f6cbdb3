// The page's start and its ways: `#/` gives, `#/reports/{id}` shows, `#/compare/{id}/{id}` compares.

import { compareReports, getCodebook, getForm, getReport, onKeyNeeded } from "./api.js";
import { showComparison } from "./compare-view.js";
import { h } from "./dom.js";
import { learnCodes } from "./figure.js";
import { HomeView, readReport } from "./home-view.js";
import { currentLanguage, setLanguage, t, translateDocument } from "./i18n.js";
import { sayProblem } from "./problems.js";
import { ReportView } from "./report-view.js";
import { SAMPLES } from "./samples/names.js";
import { knownReport, knownText, openedReports, rememberReport } from "./session.js";

const VIEWS = ["home", "report", "compare"];
const views = Object.fromEntries(VIEWS.map((name) => [name, document.getElementById(name)]));
const home = new HomeView(views.home, SAMPLES);
let turn = 0;

function reveal(name) {
  for (const view of VIEWS) views[view].hidden = view !== name;
  // What is out of sight is made anew when it is shown again; a large text is not kept twice.
  for (const view of ["report", "compare"]) if (view !== name) views[view].replaceChildren();
  document.body.dataset.view = name;
  window.scrollTo(0, 0);
}

function showMessage(view, title, words) {
  view.replaceChildren(
    h("div", { class: "message" }, h("h1", { tabindex: "-1" }, title), h("p", {}, words), h("p", {}, h("a", { href: "#/" }, t("message.back")))),
  );
}

/** The report of an id: opened before, or remembered by the service. */
async function findReport(id) {
  const known = knownReport(id);
  if (known) return known;
  const report = await getReport(id);
  rememberReport(report);
  return report;
}

async function showReport(id) {
  const report = await findReport(id);
  const form = await getForm(report.document.form);
  learnCodes(await getCodebook());
  const text = knownText(id);
  const others = openedReports().filter((other) => other.report.id !== id);
  const onText = async (given) => {
    const read = await readReport(given);
    if (read.id === id) route();
    else location.hash = `#/reports/${read.id}`;
  };
  return () => new ReportView(views.report, { report, text, form, others, onText }).show();
}

async function showTwo(ids) {
  const reports = await Promise.all(ids.slice(0, 2).map(findReport));
  reports.sort((a, b) => (a.document.year ?? 0) - (b.document.year ?? 0));
  const comparison = await compareReports(reports[0].id, reports[1].id);
  learnCodes(await getCodebook());
  return () => showComparison(views.compare, comparison, reports);
}

async function prepare(view, ids) {
  if (view === "report") return showReport(ids[0]);
  if (view === "compare") return showTwo(ids);
  return () => home.show();
}

function readWay() {
  const [, kind, ...ids] = location.hash.split("/");
  if (kind === "reports" && ids[0]) return ["report", ids];
  if (kind === "compare" && ids[1]) return ["compare", ids];
  return ["home", []];
}

async function route() {
  const mine = ++turn;
  const [view, ids] = readWay();
  views[view].setAttribute("aria-busy", "true");
  let show;
  try {
    show = await prepare(view, ids);
  } catch (problem) {
    const words = sayProblem(problem);
    show = () => showMessage(views[view], problem.status === 404 ? t("expired") : t("message.failed"), problem.status === 404 ? t("expired.how") : words);
  }
  // A slow answer to an earlier way is not shown over a later one.
  if (mine !== turn) return;
  reveal(view);
  show();
  views[view].removeAttribute("aria-busy");
  // Who follows a link is taken to the heading; who opens the page begins at its top.
  if (mine > 1) views[view].querySelector("h1")?.focus();
}

/** The dialog that asks for the service's key. */
function askForKey(wasWrong) {
  const dialog = document.getElementById("key");
  const field = dialog.querySelector("input");
  dialog.querySelector("[data-part=wrong]").hidden = !wasWrong;
  field.value = "";
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) =>
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "give" ? field.value.trim() : null), { once: true }),
  );
}

function listenForDrops() {
  const stop = (event) => event.preventDefault();
  addEventListener("dragover", (event) => {
    stop(event);
    document.body.classList.add("dragging");
  });
  addEventListener("dragleave", (event) => event.relatedTarget ?? document.body.classList.remove("dragging"));
  addEventListener("drop", (event) => {
    stop(event);
    document.body.classList.remove("dragging");
    const files = [...event.dataTransfer.files];
    if (!files.length) return;
    if (location.hash !== "#/" && location.hash !== "") location.hash = "#/";
    home.readFiles(files);
  });
}

function listenForLanguage() {
  const button = document.getElementById("language");
  button.addEventListener("click", () => {
    setLanguage(currentLanguage() === "zh" ? "en" : "zh");
    translateDocument();
    route();
  });
}

function listenForSkipping() {
  document.getElementById("skip").addEventListener("click", (event) => {
    event.preventDefault();
    document.getElementById("main").focus();
  });
}

onKeyNeeded(askForKey);
listenForDrops();
listenForLanguage();
listenForSkipping();
translateDocument();
addEventListener("hashchange", route);
route();

// The service, the page's only source of data. In: texts and ids. Out: reports, or a `Problem` with what the
// service said. Where it asks for a key, the person is asked once, and the key stays in this tab's session.

const BASE = new URL("./", document.baseURI);
const KEY = "gongkai.key";
const RETRIES = 3;

/** A request that failed: `status` 0 when there was no answer; `code` and `detail` are the service's words. */
export class Problem extends Error {
  constructor(status, code = "", detail = "") {
    super(code || String(status));
    this.status = status;
    this.code = code;
    this.detail = detail;
  }
}

let askForKey = async () => null;
let asking = null;

/** `ask(isWrong)` resolves to a key, or null when the person gives none. */
export function onKeyNeeded(ask) {
  askForKey = ask;
}

/** One question, however many requests wait for its answer. */
function askOnce(wasWrong) {
  asking ??= askForKey(wasWrong).finally(() => (asking = null));
  return asking;
}

function wait(seconds) {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

async function toProblem(response) {
  const isProblem = (response.headers.get("Content-Type") ?? "").includes("problem+json");
  const body = isProblem ? await response.json().catch(() => ({})) : {};
  return new Problem(response.status, body.code, body.detail);
}

/** The JSON of an answer; what a proxy puts in its place is a problem, not a fault of the page. */
async function readJson(response) {
  try {
    return await response.json();
  } catch {
    throw new Problem(response.status);
  }
}

async function send(path, options) {
  const key = sessionStorage.getItem(KEY);
  const headers = { ...options.headers, ...(key ? { Authorization: `Bearer ${key}` } : {}) };
  try {
    return { key, response: await fetch(new URL(path, BASE), { ...options, headers }) };
  } catch {
    throw new Problem(0);
  }
}

/** A request that asks for a key when one is needed and comes back later when the service is busy. */
async function request(path, options = {}) {
  for (let retries = 0; ; ) {
    const { key, response } = await send(path, options);
    if (response.ok) return response;
    if (response.status === 401) {
      // Another request may have been given a key meanwhile: that one is tried before the person is asked.
      if (key === sessionStorage.getItem(KEY)) {
        const given = await askOnce(Boolean(key));
        if (!given) throw await toProblem(response);
        sessionStorage.setItem(KEY, given);
      }
    } else if ((response.status === 429 || response.status === 503) && retries < RETRIES) {
      retries += 1;
      await wait(Math.min(Number(response.headers.get("Retry-After")) || retries, 30));
    } else {
      throw await toProblem(response);
    }
  }
}

/** Reads a text: its report. A web page is sent as text too, for the report depends on the characters alone. */
export async function postReport(bytes) {
  const headers = { "Content-Type": "text/plain; charset=utf-8", Accept: "application/json" };
  return readJson(await request("v1/reports", { method: "POST", headers, body: bytes }));
}

/** The report that the service remembers under an id; a `Problem` with 404 when it no longer does. */
export async function getReport(id) {
  return readJson(await request(`v1/reports/${id}`, { headers: { Accept: "application/json" } }));
}

/** The report as CSV in the service's columns. */
export async function getReportCsv(id) {
  return (await request(`v1/reports/${id}`, { headers: { Accept: "text/csv" } })).blob();
}

/** Two remembered reports of one issuer, compared. */
export async function compareReports(earlier, later) {
  const body = JSON.stringify({ earlier: { id: earlier }, later: { id: later } });
  return readJson(await request("v1/comparisons", { method: "POST", headers: { "Content-Type": "application/json" }, body }));
}

const published = new Map();

/** What only a release changes is asked for once. */
function getOnce(path) {
  if (!published.has(path)) {
    const asked = request(path, { headers: { Accept: "application/json" } }).then(readJson);
    asked.catch(() => published.delete(path));
    published.set(path, asked);
  }
  return published.get(path);
}

/** A form as the law prints it; null for a report that follows none. */
export async function getForm(form) {
  return /^\d{4}$/.test(form) ? getOnce(`v1/forms/${form}`) : null;
}

/** What every code means, in Chinese and English. */
export async function getCodebook() {
  return (await getOnce("v1/indicators")).indicators;
}

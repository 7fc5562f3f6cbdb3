// What was opened since this tab was opened: reports and their texts, in memory. Texts that are not large are
// also kept in the tab's session storage, so that a reload still shows the evidence; closing the tab forgets all.

const PREFIX = "gongkai.text.";
const MOST_KEPT = 200_000;

const reports = new Map();
const texts = new Map();

export function remember(report, text, name) {
  reports.set(report.id, { report, name });
  texts.set(report.id, text);
  if (text.length > MOST_KEPT) return;
  try {
    sessionStorage.setItem(PREFIX + report.id, text);
  } catch {
    // The storage is full: then only the memory holds it.
  }
}

/** Keeps a report that came without its text, from a link. */
export function rememberReport(report) {
  if (!reports.has(report.id)) reports.set(report.id, { report, name: null });
}

export function knownReport(id) {
  return reports.get(id)?.report ?? null;
}

export function knownText(id) {
  return texts.get(id) ?? sessionStorage.getItem(PREFIX + id);
}

/** The reports in the order in which they were opened. */
export function openedReports() {
  return [...reports.values()];
}

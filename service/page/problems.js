// What went wrong, in words for people. In: a `Problem`, or anything else that was thrown. Out: a sentence.

import { Problem } from "./api.js";
import { t, term } from "./i18n.js";

/** The page's own words for the problem's code or else its status; the service's words where there are none. */
export function sayProblem(problem) {
  if (!(problem instanceof Problem)) throw problem;
  const known = [problem.code, String(problem.status)].find((name) => name && term("problem", name) !== name);
  return known ? term("problem", known) : t("problem.other", { status: problem.status, detail: problem.detail });
}

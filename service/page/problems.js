// What went wrong, in words for people. In: a `Problem`, or anything else that was thrown. Out: a sentence.

import { Problem } from "./api.js";
import { t } from "./i18n.js";

const KNOWN = new Set([0, 400, 401, 403, 404, 413, 415, 422, 429, 503]);

export function sayProblem(problem) {
  if (!(problem instanceof Problem)) throw problem;
  const words = t(`problem.${KNOWN.has(problem.status) ? problem.status : "other"}`, { status: problem.status });
  return problem.detail ? `${words}（${problem.detail}）` : words;
}

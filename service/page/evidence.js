// Where the report stands in the text. In: a report and its text. Out: marks, one for each span that
// anything refers to, and for each thing (an indicator, a quantity, a warning) the marks that show it.

import { toUnits } from "./offsets.js";

const RANK = { table: 0, prose: 1, derived: 1, quantity: 2, warning: 3, operand: 4 };

/** The name of an indicator within one report. */
export function keyOf(code, applicant) {
  return applicant ? `${code}|${applicant}` : code;
}

function operandTarget(operand, indicators) {
  const key = operand.code ? keyOf(operand.code, operand.applicant) : null;
  return key && indicators.has(key) ? key : null;
}

class Evidence {
  constructor(report, text) {
    this.report = report;
    this.marks = [];
    this.byTarget = new Map();
    this.indicators = new Map(report.indicators.map((i) => [keyOf(i.code, i.applicant), i]));
    this.failing = new Map();
    this._bySpan = new Map();
    this._units = toUnits(text);
    for (const [key, indicator] of this.indicators) {
      this._add(indicator.span, indicator.source, key);
      for (const seen of indicator.observations) this._add(seen.span, seen.source, key);
    }
    report.quantities.forEach((quantity, i) => this._add(quantity.span, "quantity", `quantity:${i}`));
    report.warnings.forEach((warning, i) => this._add(warning.span, "warning", `warning:${i}`));
    report.checks.forEach((check, i) => this._point(check, i));
  }

  _add(span, kind, target) {
    if (!span) return null;
    const name = `${span[0]}-${span[1]}`;
    let index = this._bySpan.get(name);
    if (index === undefined) {
      index = this.marks.push({ start: this._units(span[0]), end: this._units(span[1]), kind, targets: [], fails: false }) - 1;
      this._bySpan.set(name, index);
    }
    const mark = this.marks[index];
    if (RANK[kind] < RANK[mark.kind]) mark.kind = kind;
    if (target && !mark.targets.includes(target)) {
      mark.targets.push(target);
      if (!this.byTarget.has(target)) this.byTarget.set(target, []);
      this.byTarget.get(target).push(index);
    }
    return index;
  }

  /** Every operand of a check gets a mark; those of a failed one are known as failing. */
  _point(check, index) {
    for (const operand of check.operands) {
      const mark = this._add(operand.span, "operand", null);
      if (check.status !== "fail") continue;
      const target = operandTarget(operand, this.indicators);
      if (target) {
        if (!this.failing.has(target)) this.failing.set(target, []);
        this.failing.get(target).push(index);
      }
      const shown = mark !== null ? [mark] : this.byTarget.get(target) ?? [];
      for (const i of shown) this.marks[i].fails = true;
    }
  }

  /** What an operand is: the things and the marks to light up. */
  operand(operand) {
    const target = operandTarget(operand, this.indicators);
    const index = operand.span ? this._bySpan.get(`${operand.span[0]}-${operand.span[1]}`) : undefined;
    if (index === undefined) return this.target(target);
    return { targets: target ? [target] : this.marks[index].targets, marks: [index] };
  }

  target(target) {
    return { targets: target ? [target] : [], marks: this.byTarget.get(target) ?? [] };
  }

  check(check) {
    const parts = check.operands.map((operand) => this.operand(operand));
    return { targets: parts.flatMap((p) => p.targets), marks: parts.flatMap((p) => p.marks) };
  }

  mark(index) {
    return { targets: this.marks[index].targets, marks: [index] };
  }

  /** UTF-16 offsets of a span of the report. */
  range(span) {
    return [this._units(span[0]), this._units(span[1])];
  }
}

/** The evidence of one report; without its text, offsets stay code points and nothing is shown by them. */
export function collectEvidence(report, text) {
  return new Evidence(report, text ?? "");
}

/**
 * Overlapping marks as pieces that do not overlap, in order. A clause that says "none" may hold a figure of
 * its own: the inner mark is the piece's face, the outer one lists the piece too. An empty span, the place
 * of a blank cell, is an empty piece.
 */
export function toPieces(marks) {
  const order = marks.map((_, i) => i).sort((a, b) => marks[a].start - marks[b].start || marks[b].end - marks[a].end);
  const pieces = [];
  const piecesOf = marks.map(() => []);
  let open = [];
  let position = 0;
  const emit = (start, end, holders) => {
    const face = holders.reduce((best, i) => (marks[i].end - marks[i].start < marks[best].end - marks[best].start ? i : best));
    for (const i of holders) piecesOf[i].push(pieces.length);
    pieces.push({ start, end, face });
  };
  const closeUpTo = (limit) => {
    while (open.length) {
      const next = Math.min(limit, ...open.map((i) => marks[i].end));
      if (next > position) emit(position, next, open);
      position = Math.max(position, next);
      open = open.filter((i) => marks[i].end > position);
      if (next === limit) break;
    }
    position = Math.max(position, limit);
  };
  for (const i of order) {
    closeUpTo(marks[i].start);
    if (marks[i].end > marks[i].start) open.push(i);
    else emit(marks[i].start, marks[i].start, [...open, i]);
  }
  closeUpTo(Infinity);
  return { pieces, piecesOf };
}

// Reading a web page's source as a person would. In: markup. Out: tokens `[start, end)` that are no text
// for the reader (tags, comments, scripts), each with the break that it makes (`line`, `cell` or none),
// and character references with what they stand for. Display only: what a figure is, the service says.

const TAG_RE = /<!--|<(\/?)([a-z][a-z0-9:-]*)(?=[\s/>])[^<>]*>|<[!?][^<>]*>|&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});/gi;
const LINES = new Set(
  "address article aside blockquote body br caption center dd div dl dt footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tbody tfoot thead title tr ul".split(" "),
);
const CELLS = new Set(["td", "th"]);
const UNREAD = new Set(["script", "style", "template", "noscript"]);
const REFERENCES = {
  amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0", ensp: "\u2002", emsp: "\u2003", middot: "·",
  ldquo: "“", rdquo: "”", lsquo: "‘", rsquo: "’", mdash: "—", ndash: "–", hellip: "…", times: "×", permil: "‰",
};

/** Whether a text is a web page: that it opens like one or holds structural tags. */
export function isMarkup(text) {
  return /^\s*(?:<!doctype html|<html|<\?xml)/i.test(text.slice(0, 500)) || /<\/(?:p|div|td|tr|table|body|html)>/i.test(text);
}

function dereference(reference) {
  const name = reference.slice(1, -1);
  if (name[0] !== "#") return REFERENCES[name] ?? null;
  const code = /^#x/i.test(name) ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10);
  return code > 31 && code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000) ? String.fromCodePoint(code) : null;
}

function endOfUnread(text, tag, from) {
  const close = new RegExp(`</${tag}\\s*>`, "gi");
  close.lastIndex = from;
  return close.exec(text) ? close.lastIndex : text.length;
}

function endOfTag(text, match, end) {
  if (match[0] === "<!--") {
    const close = text.indexOf("-->", end);
    return close < 0 ? text.length : close + 3;
  }
  const name = (match[2] ?? "").toLowerCase();
  return !match[1] && UNREAD.has(name) ? endOfUnread(text, name, end) : end;
}

/**
 * The breaks that tags make. One is owed until text follows, so that `</p></td><td><p>` is the step to a further cell
 * and no line; an empty cell is stepped over at once.
 */
class Breaks {
  owed = null;
  hasText = false;
  cells = 0;
  cellHasText = false;

  /** Text begins: what is owed is made by the tags before it. */
  meetText(last) {
    if (last && this.owed) last.makes = this.owed;
    this.owed = null;
    this.hasText = this.cellHasText = true;
  }

  meetTag(name, closing, last) {
    if (LINES.has(name)) {
      if (name === "tr") this.cells = 0;
      if (this.hasText && (name === "tr" || this.owed !== "cell")) this.owed = "line";
    } else if (CELLS.has(name) && !closing) {
      this.cells += 1;
      if (this.cells > 1) {
        if (!this.cellHasText && this.owed && last) last.makes = this.owed;
        this.owed = "cell";
        this.hasText = true;
      }
      this.cellHasText = false;
    }
  }
}

/** The tokens of a web page in order, without overlap; neighbours that only blanks separate are one. */
export function findTokens(text) {
  const tokens = [];
  const breaks = new Breaks();
  let end = 0;
  TAG_RE.lastIndex = 0;
  for (let match = TAG_RE.exec(text); match; match = TAG_RE.exec(text)) {
    const start = match.index;
    const blank = !text.slice(end, start).trim();
    if (!blank) breaks.meetText(tokens.at(-1));
    if (match[0][0] === "&") {
      const shown = dereference(match[0]);
      breaks.meetText(tokens.at(-1));
      if (shown !== null) tokens.push({ start, end: TAG_RE.lastIndex, makes: null, shown });
    } else {
      breaks.meetTag((match[2] ?? "").toLowerCase(), match[1] === "/", tokens.at(-1));
      TAG_RE.lastIndex = endOfTag(text, match, TAG_RE.lastIndex);
      const last = tokens.at(-1);
      const goesOn = last && last.shown === undefined && blank && last.end === end && !last.makes;
      if (goesOn) last.end = TAG_RE.lastIndex;
      else tokens.push({ start, end: TAG_RE.lastIndex, makes: null });
    }
    end = TAG_RE.lastIndex;
  }
  if (text.slice(end).trim()) breaks.meetText(tokens.at(-1));
  return tokens;
}

// The text with its marks. In: a text, marks, a container. Out: the text in chunks of some thousand
// characters, each an element that the browser lays out only when it is near the screen; chunks are made
// in slices of a few milliseconds, or at once when something in them is pointed at. Every character of the
// submitted text is in a text node, the tags of a web page in hidden ones.

import { h } from "./dom.js";
import { toPieces } from "./evidence.js";
import { findTokens, isMarkup } from "./markup.js";

const CHUNK = 3000;
const SLICE_MS = 8;
const ALIGNED_RE = /\S {3,}\S/g;

/** Chunk boundaries: at the first line end behind `CHUNK` characters, or inside a line that has no end. */
export function toChunks(text) {
  const ends = [];
  for (let start = 0; start < text.length; start = ends.at(-1)) {
    let end = text.indexOf("\n", start + CHUNK) + 1;
    if (end === 0 && start + 2 * CHUNK >= text.length) end = text.length;
    if (end === 0 || end > start + 2 * CHUNK) {
      end = Math.min(start + CHUNK, text.length);
      // Half of a surrogate pair is no character.
      if (/[\udc00-\udfff]/.test(text[end] ?? "")) end += 1;
    }
    ends.push(end);
  }
  return ends;
}

/** Whether columns are aligned by runs of blanks, as in text out of a PDF: only a fixed pitch shows them. */
function isAligned(text) {
  const sample = text.slice(0, 200_000);
  return (sample.match(ALIGNED_RE) ?? []).length > 15;
}

function firstEndingAfter(items, offset) {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (items[middle].end <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

export class TextPane {
  /** `onPick(markIndex)` is called when a mark is clicked, or chosen by key. */
  constructor(container, onPick) {
    this.container = container;
    this._lit = [];
    const pick = (event) => {
      const element = event.target.closest("mark");
      if (element) onPick(Number(element.dataset.mark), element);
    };
    container.addEventListener("click", pick);
    container.addEventListener("keydown", (event) => {
      if ((event.key === "Enter" || event.key === " ") && event.target.closest("mark")) {
        event.preventDefault();
        pick(event);
      } else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
        this._step(event, event.key === "ArrowRight" ? 1 : -1);
      }
    });
  }

  /** Shows a text; `describe(mark)` names a mark for people who do not see its colour. */
  show(text, marks, describe) {
    this.text = text;
    this.marks = marks;
    this._describe = describe;
    this._elements = new Map();
    Object.assign(this, toPieces(marks));
    this._chunkEnds = toChunks(text);
    this._tokens = isMarkup(text) ? findTokens(text) : [];
    this.container.classList.toggle("markup", this._tokens.length > 0);
    this.container.classList.toggle("aligned", !this._tokens.length && isAligned(text));
    this._chunks = this._chunkEnds.map((end, i) => {
      const chunk = h("div", { class: "chunk" });
      chunk.style.setProperty("contain-intrinsic-block-size", `auto ${this._guessHeight(this._chunkEnds[i - 1] ?? 0, end)}px`);
      return chunk;
    });
    this.container.replaceChildren(...this._chunks);
    this._made = new Array(this._chunks.length).fill(false);
    this._makeAll(0, this.container.firstChild);
  }

  _guessHeight(start, end) {
    const perLine = Math.max(12, this.container.clientWidth / 17);
    const lines = (this.text.slice(start, end).match(/\n/g) ?? []).length + (end - start) / perLine;
    return Math.round(lines * 29);
  }

  _makeAll(from, first) {
    const deadline = performance.now() + SLICE_MS;
    let i = from;
    while (i < this._chunks.length && performance.now() < deadline) this._make(i++);
    // A text that was shown meanwhile has other chunks, and its own turn.
    if (i < this._chunks.length) setTimeout(() => first === this._chunks[0] && this._makeAll(i, first), 0);
  }

  makeEverything() {
    this._chunks.forEach((_, i) => this._make(i));
  }

  _make(index) {
    if (this._made[index]) return;
    this._made[index] = true;
    const start = this._chunkEnds[index - 1] ?? 0;
    const end = this._chunkEnds[index];
    const parts = [];
    let position = start;
    let i = firstEndingAfter(this.pieces, start);
    // An empty piece at the very start of the chunk ends there, and belongs to it.
    while (i > 0 && this.pieces[i - 1].start === start && this.pieces[i - 1].end === start) i -= 1;
    const isLast = index === this._chunks.length - 1;
    for (; i < this.pieces.length; i++) {
      const piece = this.pieces[i];
      if (piece.start > end || (piece.start === end && !(isLast && piece.end === end))) break;
      parts.push(...this._runs(position, Math.max(piece.start, start)));
      position = Math.min(piece.end, end);
      parts.push(this._mark(i, Math.max(piece.start, start), position));
    }
    parts.push(...this._runs(position, end));
    this._chunks[index].append(...parts);
  }

  _mark(pieceIndex, start, end) {
    const piece = this.pieces[pieceIndex];
    const mark = this.marks[piece.face];
    const kind = `${mark.kind}${mark.fails ? " fails" : ""}${start === end ? " blank" : ""}`;
    const element = h(
      "mark",
      { class: kind, "data-mark": piece.face, "data-piece": pieceIndex, role: "button", tabindex: this._elements.size ? "-1" : "0",
        title: this._describe(mark), "aria-label": start === end ? this._describe(mark) : null },
      ...this._runs(start, end),
    );
    if (!this._elements.has(pieceIndex)) this._elements.set(pieceIndex, []);
    this._elements.get(pieceIndex).push(element);
    return element;
  }

  /** The text between two offsets: strings, and for a web page its tags as hidden text. */
  _runs(start, end) {
    if (!this._tokens.length || start >= end) return start < end ? [this.text.slice(start, end)] : [];
    const runs = [];
    let position = start;
    for (let i = firstEndingAfter(this._tokens, start); i < this._tokens.length && this._tokens[i].start < end; i++) {
      const token = this._tokens[i];
      const from = Math.max(token.start, start);
      const to = Math.min(token.end, end);
      if (from > position) runs.push(this.text.slice(position, from));
      // What a character reference stands for is drawn from the attribute: text nodes hold the source alone.
      const opens = from === token.start;
      runs.push(
        h(
          "span",
          { class: opens && token.makes ? `tag breaks-${token.makes}` : "tag", "data-shown": opens ? token.shown : null },
          h("span", { class: "raw" }, this.text.slice(from, to)),
        ),
      );
      position = to;
    }
    if (position < end) runs.push(this.text.slice(position, end));
    return runs;
  }

  /** What a reader sees between two offsets, in one line. */
  read(start, end) {
    let seen = "";
    let position = start;
    for (let i = firstEndingAfter(this._tokens, start); i < this._tokens.length && this._tokens[i].start < end; i++) {
      const token = this._tokens[i];
      seen += this.text.slice(position, Math.max(token.start, position)) + (token.shown ?? (token.makes ? " " : ""));
      position = Math.min(token.end, end);
    }
    return (seen + this.text.slice(position, end)).replace(/\s+/g, " ");
  }

  _chunkAt(offset) {
    let low = 0;
    let high = this._chunkEnds.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this._chunkEnds[middle] <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  _elementsAt(pieceIndex) {
    const { start, end } = this.pieces[pieceIndex];
    const last = this._chunkAt(Math.max(start, end - 1));
    for (let chunk = this._chunkAt(start); chunk <= last; chunk++) this._make(chunk);
    return this._elements.get(pieceIndex) ?? [];
  }

  /** Lights marks up and brings the first into view. */
  light(markIndexes, { scroll = true } = {}) {
    for (const element of this._lit) element.classList.remove("lit");
    if (!this.text) return;
    const pieces = new Set(markIndexes.flatMap((index) => this.piecesOf[index]));
    this._lit = [...pieces].flatMap((piece) => this._elementsAt(piece));
    for (const element of this._lit) element.classList.add("lit");
    if (this._lit.length) this._rove(this._lit[0]);
    if (scroll && this._lit.length) this.reveal(this._lit[0]);
  }

  /** Scrolls to an element; chunks on the way get their true height only then, hence the second look. */
  reveal(element) {
    const toMiddle = () => element.scrollIntoView({ block: "center", inline: "nearest" });
    toMiddle();
    requestAnimationFrame(() => requestAnimationFrame(toMiddle));
  }

  /** Scrolls to an offset that has no mark, such as a heading. */
  revealOffset(offset) {
    const index = this._chunkAt(offset);
    this._make(index);
    const before = this.text.slice(this._chunkEnds[index - 1] ?? 0, offset).length;
    const walker = document.createTreeWalker(this._chunks[index], NodeFilter.SHOW_TEXT);
    let passed = 0;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      passed += node.length;
      if (passed > before) {
        this.reveal(node.parentElement.closest("mark, .tag") ?? this._anchor(node, before - passed + node.length));
        return;
      }
    }
  }

  _anchor(node, offset) {
    const anchor = h("span", { class: "anchor" });
    this.container.querySelector(".anchor")?.remove();
    (offset > 0 ? node.splitText(offset) : node).before(anchor);
    return anchor;
  }

  _rove(element) {
    this.container.querySelector('mark[tabindex="0"]')?.setAttribute("tabindex", "-1");
    element.setAttribute("tabindex", "0");
  }

  /** The next or previous mark by arrow key: one stop of the Tab key for the whole text. */
  _step(event, direction) {
    const current = event.target.closest("mark");
    if (!current) return;
    event.preventDefault();
    const next = Number(current.dataset.piece) + direction;
    if (!this.pieces[next]) return;
    const [element] = this._elementsAt(next);
    this._rove(element);
    element.focus({ preventScroll: true });
    this.reveal(element);
  }
}

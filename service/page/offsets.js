// Code points to UTF-16. The service counts spans in Unicode code points, JavaScript in UTF-16 units:
// every emoji and every rare ideograph (𠮷) before a span moves it by one. One pass over the text, then
// one binary search for each offset.

const PAIR_RE = /[\ud800-\udbff][\udc00-\udfff]/g;

/** A function from an offset in code points of `text` to one in UTF-16 units. */
export function toUnits(text) {
  // pairs[i] is the code point offset of the i-th character that takes two units.
  const pairs = [];
  for (const match of text.matchAll(PAIR_RE)) pairs.push(match.index - pairs.length);
  return (offset) => {
    let low = 0;
    let high = pairs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pairs[middle] < offset) low = middle + 1;
      else high = middle;
    }
    return offset + low;
  };
}

/** The text as UTF-8 bytes and as what those bytes say: an unpaired surrogate cannot be sent. */
export function wellFormed(text) {
  const bytes = new TextEncoder().encode(text);
  return { bytes, text: new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes) };
}

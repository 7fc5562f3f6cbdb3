// Files to texts. In: dropped or chosen files. Out: their text. The byte-order mark decides, then UTF-8, then
// GB18030, each strictly, as the service does; what is none of them is no text.

const NAMES_RE = /\.(?:txt|text|html?|md|markdown)$/i;

export const ACCEPTED = ".txt,.text,.html,.htm,.md,.markdown";

function encodingOf(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return ["utf-16le"];
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return ["utf-16be"];
  return ["utf-8", "gb18030"];
}

/** Whether a file's name is one that the page reads. */
export function isReadable(file) {
  return NAMES_RE.test(file.name);
}

/** The text of a file, or null where its bytes are no text. */
export async function readText(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  for (const encoding of encodingOf(bytes)) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
      if (!text.includes("\0")) return text;
    } catch {
      // Not in this encoding.
    }
  }
  return null;
}

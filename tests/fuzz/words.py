"""The words that texts are made of which nobody wrote: what the reader looks for, and what breaks readers.

In: `words.toml` and the labels of the codebook. Out: `WORDS`; `write_dictionary` is the same for libFuzzer.
"""

import itertools
import tomllib
from pathlib import Path

from service.extraction.codebook import load_entries

SEEN = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
# Controls, line ends, marks of direction, private-use characters, halves of pairs, digits of other kinds.
ODD = "\0\r\x0c\u2028\u200b\u202e\u2066\ufeff\ue000\U000f0000\ud800\udfff\u0301１²½٣Ⅳ"
LABELS = dict.fromkeys(entry.label for entry in load_entries())
WORDS = (*itertools.chain.from_iterable(SEEN.values()), *ODD, *LABELS)


def write_dictionary(path: Path) -> None:
    """One word a line, in quotes, its bytes in hexadecimal."""
    words = (word.encode("utf-8", "surrogatepass") for word in WORDS)
    path.write_text("".join('"' + "".join(f"\\x{byte:02x}" for byte in word) + '"\n' for word in words))

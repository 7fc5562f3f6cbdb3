"""The words that patterns of several modules name: levels, endings of bodies, the words of the year, numerals.

In: ``vocabulary.toml``. Out: parts of patterns; those of single characters stand in a set, ``[{LEVELS}]``, the others
are groups. It compiles nothing.
"""

from typing import Final

from service.extraction.codebook import load_toml
from service.extraction.codebook.words import any_of

_WORDS = load_toml("vocabulary.toml")
_BODIES = _WORDS["bodies"]

LEVELS: Final[str] = _WORDS["levels"]
NUMERALS: Final[str] = _WORDS["numerals"]
MEANS: Final = any_of(_WORDS["means"])
YEAR_WORD: Final = any_of(_WORDS["year"])
BUREAUS: Final[str] = _BODIES["bureaus"]
OFFICE: Final = any_of(_BODIES["offices"])
TOWNSHIP: Final = any_of(_BODIES["townships"])
ZONE: Final = any_of(_BODIES["zones"])
# Every last word of a body's name that stands in these lists.
ENDINGS: Final = frozenset((*BUREAUS, *_BODIES["offices"], *_BODIES["townships"]))

"""What holds for every text: the seeds, what the fuzzer once found, and texts made of the reader's own words."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.soundness import assert_sound
from tests.fuzz.words import WORDS, write_dictionary

SEEDS = sorted((Path(__file__).parent / "corpus").iterdir())
# Where in the text, the word that comes there, how many characters it stands for.
CHANGES = st.tuples(st.floats(0, 1), st.sampled_from(WORDS), st.integers(0, 9))


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_seeds_are_read_soundly(path: Path) -> None:
    assert_sound(path.read_bytes().decode("utf-8", "surrogateescape"))


@settings(max_examples=150)
@given(st.lists(st.sampled_from(WORDS), max_size=60).map("".join))
def test_any_words_are_read_soundly(text: str) -> None:
    assert_sound(text)


@settings(max_examples=100)
@given(st.sampled_from(SEEDS), st.lists(CHANGES, max_size=8))
def test_changed_seeds_are_read_soundly(path: Path, changes: list[tuple[float, str, int]]) -> None:
    text = path.read_text("utf-8", "replace")
    for place, word, lost in changes:
        at = round(place * len(text))
        text = text[:at] + word + text[at + lost :]
    assert_sound(text)


def test_dictionary_has_a_line_for_each_word(tmp_path: Path) -> None:
    write_dictionary(tmp_path / "words")
    lines = (tmp_path / "words").read_text("ascii").splitlines()
    assert len(lines) == len(WORDS)
    assert '"\\xe4\\xbb\\xb6"' in lines

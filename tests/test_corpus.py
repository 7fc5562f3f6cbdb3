"""The reading core against the gold of `tests/corpus/` and, where at hand, of `../shared/gold`: no score may fall."""

import pytest

from tests.evaluate import MEMBERS, add_scores, find_shortfalls, load_floor, load_sets, score_case

SETS = load_sets()


@pytest.mark.parametrize("name", SETS)
def test_scores_stand_on_the_floor(name: str) -> None:
    scores = {case.name: score_case(case) for case in SETS[name]}
    assert find_shortfalls(add_scores(scores), load_floor()[name]) == []


def test_floor_names_every_member() -> None:
    assert all(set(least) == set(MEMBERS) for least in load_floor().values())


def test_corpus_is_there() -> None:
    assert len(SETS["corpus"]) >= 5

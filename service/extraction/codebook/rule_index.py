"""Which prose rules may read a figure, asked of all of them at once.

In: rules. Out: a `RuleIndex`, which has for every word, sort of figure and topic the set of the rules that wait for it,
as their places in the order of the rules. It runs no pattern.
"""

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence, Set
from functools import cache, lru_cache
from itertools import product

from service.extraction.codebook.marks import BARE, MONEY
from service.extraction.codebook.rules import Rule, load_rulebook
from service.extraction.codebook.words import any_of

Places = frozenset[int]
_NOBODY: Places = frozenset()


def _gather(asked: Iterable[Iterable[Hashable]]) -> dict[Hashable, Places]:
    """For each key the rules that ask for it, of what each rule asks for."""
    asking: dict[Hashable, set[int]] = {}
    for place, keys in enumerate(asked):
        for key in keys:
            asking.setdefault(key, set()).add(place)
    return {key: frozenset(places) for key, places in asking.items()}


class RuleIndex:
    """``rules`` in their order.

    ``asking`` has those that wait for a topic, of subjects (False) and of objects (True); ``headed``, those that wait
    for a heading.
    """

    __slots__ = ("_by_kind", "_by_topic", "_by_word", "_word_re", "asking", "headed", "rules")

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules
        self._word_re = re.compile(any_of(word for rule in rules for word in rule.words))
        by_word = _gather(rule.words for rule in rules)
        self._by_word = {
            word: _NOBODY.union(*(by_word.get(each, _NOBODY) for each in overlapping))
            for word, overlapping in load_overlaps().items()
        }
        self._by_topic = _gather(product(rule.about, range(rule.within + 1)) for rule in rules)
        self._by_kind: dict[tuple[str, bool], Places] = {}
        asking = _gather([rule.of_objects] if rule.about else [] for rule in rules)
        self.asking = {of_objects: asking.get(of_objects, _NOBODY) for of_objects in (False, True)}
        self.headed = frozenset(place for place, rule in enumerate(rules) if rule.under)

    def find_waiting(self, sentence: str) -> Places:
        """The rules that wait for a word of a sentence, or for one that overlaps it."""
        return _NOBODY.union(*map(self._by_word.__getitem__, set(self._word_re.findall(sentence))))

    def find_counting(self, mark: str, is_zero: bool) -> Places:
        """The rules that read figures of one sort."""
        kind = mark, is_zero
        if kind not in self._by_kind:
            self._by_kind[kind] = frozenset(place for place, rule in enumerate(self.rules) if _counts(rule, *kind))
        return self._by_kind[kind]

    def keep_governed(self, waiting: Places, topics: Set[str], distance: int, of_objects: bool) -> Places:
        """Of some rules those that read what topics govern from a distance, and those that ask for none of the kind."""
        kept = waiting - self.asking[of_objects]
        for topic in topics:
            kept |= waiting & self._by_topic.get((topic, distance), _NOBODY)
        return kept


@lru_cache(maxsize=1024)
def find_unheaded(index: RuleIndex, title: str) -> Places:
    """The rules that wait for a heading other than one title."""
    waiting = enumerate(rule.under for rule in index.rules)
    return frozenset(place for place, under in waiting if under and not under.search(title))


def _counts(rule: Rule, mark: str, is_zero: bool) -> bool:
    """Whether a rule reads figures of a sort."""
    return mark in rule.marks and (is_zero or not (rule.zero or (mark == BARE and MONEY in rule.marks)))


def find_overlaps(words: Set[str]) -> Mapping[str, Set[str]]:
    """For each word those that may stand in a text where it was found: within it, or begun by its end.

    What begins with the whole of it would have been found instead: the longest word is.
    """
    begun: dict[str, set[str]] = {}
    for word in words:
        for end in range(1, len(word)):
            begun.setdefault(word[:end], set()).add(word)

    def find(word: str) -> Set[str]:
        starts = range(len(word))
        within = {word[start:end] for start in starts for end in range(start + 1, len(word) + 1)} & words
        return within.union(*(begun.get(word[start:], ()) for start in starts[1:]))

    return {word: find(word) for word in words}


@cache
def load_overlaps() -> Mapping[str, Set[str]]:
    """The overlaps of the words that rules wait for; the same for all years."""
    return find_overlaps({word for rule in load_rulebook().rules for word in rule.words})


@lru_cache(maxsize=32)
def load_rule_index(year: int) -> RuleIndex:
    """The index of the shipped rules for one fiscal year."""
    return RuleIndex([rule for rule in load_rulebook().rules if rule.since <= year <= rule.until])

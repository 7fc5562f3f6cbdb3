"""Texts against regular expressions, made of the expressions themselves.

In: a pattern. Out: texts that it all but matches, again and again: what a repetition takes, many times; the way to
the repetition, many times; the whole without its last character, many times. A backtracking engine that is worse than
linear on a pattern is so on one of these.
"""

import random
from collections.abc import Iterator
from re import _constants as codes  # type: ignore[attr-defined]  # The only way to see what a pattern is made of.
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

# What stands for a class that is everything but something.
ORDINARY = "政a1 \n，"
VARIANTS = 2
LONG_REPEAT = 8
MOST_REPEATS = 4
CATEGORIES = {
    codes.CATEGORY_DIGIT: "1",
    codes.CATEGORY_SPACE: " ",
    codes.CATEGORY_WORD: "a",
    codes.CATEGORY_NOT_DIGIT: "政",
    codes.CATEGORY_NOT_SPACE: "政",
    codes.CATEGORY_NOT_WORD: "，",
}


class Writer:
    """Writes one text that a pattern matches, and notes what stands before each of its long repetitions."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.text = ""
        self.groups: dict[int | None, str] = {}
        self.repeats: list[tuple[str, str]] = []

    def write(self, nodes: Any) -> None:
        for operator, argument in nodes:
            self._write_node(operator, argument)

    def _write_node(self, operator: Any, argument: Any) -> None:
        if operator is codes.LITERAL:
            self.text += chr(argument)
        elif operator in (codes.ANY, codes.NOT_LITERAL):
            self.text += next(c for c in ORDINARY if operator is codes.ANY or ord(c) != argument)
        elif operator is codes.IN:
            self.text += self._choose(argument)
        elif operator is codes.BRANCH:
            self.write(self.dice.choice(argument[1]))
        elif operator is codes.SUBPATTERN:
            start = len(self.text)
            self.write(argument[-1])
            self.groups[argument[0]] = self.text[start:]
        elif operator is codes.ATOMIC_GROUP:
            self.write(argument)
        elif operator is codes.GROUPREF:
            self.text += self.groups.get(argument, "")
        elif operator is codes.ASSERT and argument[0] < 0:
            self.write(argument[1])
        elif operator in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            self._repeat(*argument)

    def _repeat(self, least: int, most: int, body: Any) -> None:
        before = self.text
        self.write(body)
        unit = self.text[len(before) :]
        if most > LONG_REPEAT and unit:
            self.repeats.append((before, unit))
        if self.dice.random() < 0.5 or least:
            self.text = before + unit * max(1, min(least, LONG_REPEAT))
        else:
            self.text = before

    def _choose(self, members: Any) -> str:
        if members[0][0] is codes.NEGATE:
            source = "".join(self._list(members[1:]))
            return next(c for c in (*ORDINARY, "\x01", "☃") if c not in source)
        choices = list(self._list(members))
        # A word's character or another: what may stand before a match often hangs on that.
        kinds = ([c for c in choices if c.isalnum()], [c for c in choices if not c.isalnum()])
        return self.dice.choice(self.dice.choice([kind for kind in kinds if kind]))

    def _list(self, members: Any) -> Iterator[str]:
        for operator, argument in members:
            if operator is codes.LITERAL:
                yield chr(argument)
            elif operator is codes.RANGE:
                yield from (chr(argument[0]), chr(argument[1]), chr(sum(argument) // 2))
                yield from (c for c in ORDINARY if argument[0] <= ord(c) <= argument[1])
            elif operator is codes.CATEGORY:
                yield CATEGORIES[argument]


class Recipe(NamedTuple):
    """A text of any length: ``head`` once, ``unit`` again and again, and then what nothing matches."""

    head: str
    unit: str

    def write(self, length: int) -> str:
        return self.head + (self.unit * (length // len(self.unit) + 1))[:length] + "\x01"


def make_recipes(pattern: str, flags: int) -> Iterator[Recipe]:
    """Texts against a pattern."""
    nodes = parser.parse(pattern, flags)
    seen: set[Recipe] = set()
    for seed in range(VARIANTS):
        writer = Writer(seed)
        writer.write(nodes)
        recipes = [Recipe("", unit) for unit in (writer.text, writer.text[:-1], writer.text + "\x01")]
        for before, unit in writer.repeats[:MOST_REPEATS]:
            recipes += [Recipe("", unit), Recipe("", before + unit), Recipe(before, unit)]
            recipes.append(Recipe("", before + unit + "\x01"))
        yield from (recipe for recipe in dict.fromkeys(recipes) if recipe.unit and recipe not in seen)
        seen.update(recipes)

"""The prose rules: how offices word an indicator, as data.

In: ``prose.toml``. Out: a `Rulebook` of frozen, compiled objects, or a `ValueError` that lists all that is wrong.
A pattern is an ordinary regex over the template that `service.extraction.prose.clauses` makes; in it `№` is the
figure that the rule reads, `#` (inside a character class) any figure, and `{name}` a list of the file's ``[words]``,
`{levels}` and `{bureaus}` those of ``vocabulary.toml``. It does not read reports.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from service.extraction.codebook import ERAS, load_entries, load_toml
from service.extraction.codebook.compiling import compile_pattern
from service.extraction.codebook.marks import BARE, COUNT, ISSUES, MARKS, MONEY, PEOPLE, TARGET
from service.extraction.codebook.vocabulary import BUREAUS, LEVELS
from service.extraction.codebook.words import any_of
from service.extraction.record import Record
from service.extraction.report import Applicant

Pattern = re.Pattern[str]
# The requests matrix, whose rows have applicants, is in force from this fiscal year on.
MATRIX_YEAR = ERAS["2019"]
# Placeholders for a code: the topic that governs the figure, the row of the matrix that the sentence tells.
TOPIC = "{topic}"
ROW = "{row}"
# Words of requests that may be of other requests too.
WEAK = "weak_request"

_MACRO_RE = re.compile(r"\{([a-z_]+)\}")
_COMMON_KEYS = {"id", "code", "pattern", "lead", "not", "since", "until", "applicant", "work", "yes", "no"}
_RULE_KEYS = _COMMON_KEYS | {
    "words",
    "about",
    "above",
    "not_above",
    "within",
    "lead",
    "not_lead",
    "under",
    "not_under",
    "applicant",
    "waive",
    "partial",
    "zero",
}
_DENIAL_KEYS = _COMMON_KEYS | {"verbs"}
_NEEDED_KEYS = {"id", "code", "pattern", "yes", "no"}


class Rule(Record):
    """One wording of one indicator (of several, where one figure tells several).

    ``words``: one of them stands in the sentence; the rarer, the less often the pattern runs. ``about`` and ``within``:
    the topics that may govern the figure and how far away the topic may stand (0 sentence, 1 paragraph, 2 heading, 3 a
    heading above it, 4 the title of a report without headings); ``above``: the headings must be about one of these,
    whatever the paragraph tells; ``not_above``: no heading may be about these alone; ``under`` must match the nearest
    heading, ``not_under`` must not. ``lead`` must match what stands before the match in its paragraph, none of
    ``not_lead`` what stands before it in its sentence, none of ``not`` the sentence. ``waive`` names guards
    that do not apply, ``guards`` are the others. Two figures in one sentence that ``partial`` rules read as one code
    are its parts, and neither is it. ``applicants``: whose figure the wording says it is, of several at once. ``work``:
    heading, or `sentence` or `paragraph`, must speak of disclosure. ``zero``: reads nothing but 0. ``marks``: the kinds
    of units that the codes are counted in.
    """

    id: str
    codes: tuple[str, ...]
    pattern: Pattern
    words: tuple[str, ...]
    about: frozenset[str]
    above: frozenset[str]
    not_above: frozenset[str]
    within: int
    of_objects: bool
    marks: str
    lead: Pattern | None
    not_lead: tuple[Pattern, ...]
    under: Pattern | None
    not_under: Pattern | None
    not_sentence: tuple[Pattern, ...]
    since: int
    until: int
    applicants: tuple[Applicant, ...]
    waive: frozenset[str]
    guards: tuple[Pattern, ...]
    partial: bool
    work: str | None
    zero: bool
    yes: tuple[str, ...]
    no: tuple[str, ...]


class Denial(Record):
    """A thing that an office says it had none of: ``pattern`` names it among the words that a clause denies.

    ``verbs`` must match from the denying word on, ``lead`` before it in the clause; ``not`` must not match the clause;
    the rest as in `Rule`.
    """

    id: str
    code: str
    pattern: Pattern
    verbs: Pattern
    lead: Pattern | None
    not_clause: Pattern | None
    since: int
    until: int
    applicant: Applicant | None
    work: str | None
    yes: tuple[str, ...]
    no: tuple[str, ...]


class Rulebook(Record):
    """All of ``prose.toml``.

    ``topics`` maps each topic word to its topic, None for words that only hide others; ``weak``: words that are of
    requests only where their sentence has told no other business before; ``objects`` are those topics
    that say what is counted and that govern beside the others. ``title_topics``: what a topic is called in a
    heading only.
    """

    rules: tuple[Rule, ...]
    denials: tuple[Denial, ...]
    units: Mapping[str | None, str]
    topics: Mapping[str, str | None]
    weak: frozenset[str]
    objects: frozenset[str]
    title_topics: Mapping[str, Pattern]
    topic_re: Pattern
    context: Mapping[str, Pattern]
    denying: Mapping[str, Pattern]


def _to_list(value: Any) -> list[Any]:
    """What the file has of a key that takes one entry or several."""
    return [value] if isinstance(value, str) else value


class _Reader:
    """Turns the file's tables into objects and keeps a list of what is wrong."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.words: dict[str, str] = {"levels": LEVELS, "bureaus": BUREAUS, **data["words"]}
        self.units = {entry.code: entry.unit for entry in load_entries()}
        self.errors: list[str] = []
        self.ids: set[str] = set()
        self.compiled: dict[str, Pattern] = {}
        self.guards = self.compile_all("guards")

    def compile(self, where: str, text: str) -> Pattern:
        """A compiled pattern; one that matches nothing where the text is at fault."""
        try:
            if text not in self.compiled:
                self.compiled[text] = self._compile_new(text)
            return self.compiled[text]
        except (re.error, KeyError) as error:
            self.errors.append(f"{where}: {error}")
            return re.compile("(?!)")

    def _compile_new(self, text: str) -> Pattern:
        while _MACRO_RE.search(text):
            text = _MACRO_RE.sub(lambda match: self.words[match.group(1)], text)
        return compile_pattern(text.replace("№", TARGET).replace("#", MARKS))

    def compile_each(self, where: str, texts: str | list[str]) -> tuple[Pattern, ...]:
        """The patterns of a list, or the only one; what many rules have in theirs is compiled once."""
        return tuple(self.compile(where, text) for text in _to_list(texts))

    def compile_all(self, table: str) -> dict[str, Pattern]:
        return {name: self.compile(f"{table}.{name}", text) for name, text in self.data[table].items()}

    def optional(self, where: str, text: str | None) -> Pattern | None:
        return None if text is None else self.compile(where, text)

    def check_keys(self, table: Mapping[str, Any], allowed: set[str]) -> str:
        where = str(table.get("id", "an entry without id"))
        if where in self.ids:
            self.errors.append(f"{where}: stands twice")
        self.ids.add(where)
        self.errors.extend(f"{where}: unknown key {key}" for key in sorted(table.keys() - allowed))
        self.errors.extend(f"{where}: lacks {key}" for key in sorted(_NEEDED_KEYS - table.keys()))
        return where

    def read_codes(self, where: str, table: Mapping[str, Any]) -> tuple[str, ...]:
        codes = tuple(_to_list(table.get("code", [])))
        concrete = {name.replace(TOPIC, topic) for name in codes for topic in table.get("about", ("",))} - {ROW}
        self.errors.extend(f"{where}: no such code {name}" for name in sorted(concrete - self.units.keys()))
        return codes

    def is_of_objects(self, where: str, table: Mapping[str, Any]) -> bool:
        about, objects = set(table.get("about", ())), self.data["objects"].keys()
        unknown = about - objects - self.data["topics"].keys()
        if unknown or (about & objects and about - objects):
            self.errors.append(f"{where}: about must name topics or objects, not {sorted(about)}")
        return bool(about & objects)

    def read_marks(self, codes: Iterable[str]) -> str:
        units = {self.units.get(code) for code in codes}
        if "万元" in units:
            return MONEY + BARE
        if units & {"人", "人次"}:
            return PEOPLE + BARE
        # 政府公报12期 are no 12 pieces of information, 培训班2期 are held twice.
        return COUNT + BARE + (ISSUES if units & {"次", "个"} else "")

    def read_rule(self, table: Mapping[str, Any]) -> Rule:
        where = self.check_keys(table, _RULE_KEYS)
        codes = self.read_codes(where, table)
        if "№" not in table.get("pattern", "№"):
            self.errors.append(f"{where}: the pattern has no №")
        return Rule(
            id=where,
            codes=codes,
            pattern=self.compile(where, table.get("pattern", "")),
            words=tuple(table.get("words", ())),
            about=frozenset(table.get("about", ())),
            above=frozenset(table.get("above", ())),
            not_above=frozenset(table.get("not_above", ())),
            within=table.get("within", 3),
            of_objects=self.is_of_objects(where, table),
            marks=self.read_marks(codes),
            lead=self.optional(where, table.get("lead")),
            not_lead=self.compile_each(where, table.get("not_lead", [])),
            under=self.optional(where, table.get("under")),
            not_under=self.optional(where, table.get("not_under")),
            not_sentence=self.compile_each(where, table.get("not", [])),
            since=table.get("since", 0),
            until=table.get("until", 9999),
            applicants=tuple(_to_list(table.get("applicant", []))),
            waive=frozenset(table.get("waive", ())),
            guards=tuple(guard for name, guard in self.guards.items() if name not in table.get("waive", ())),
            partial=table.get("partial", False),
            work=table.get("work"),
            zero=table.get("zero", False),
            yes=tuple(table.get("yes", ())),
            no=tuple(table.get("no", ())),
        )

    def read_denial(self, table: Mapping[str, Any]) -> Denial:
        where = self.check_keys(table, _DENIAL_KEYS)
        self.read_codes(where, table)
        return Denial(
            id=where,
            code=table.get("code", ""),
            pattern=self.compile(where, table.get("pattern", "")),
            verbs=self.compile(where, table.get("verbs", "{happen}")),
            lead=self.optional(where, table.get("lead")),
            not_clause=self.optional(where, table.get("not")),
            since=table.get("since", 0),
            until=table.get("until", 9999),
            applicant=table.get("applicant"),
            work=table.get("work"),
            yes=tuple(table.get("yes", ())),
            no=tuple(table.get("no", ())),
        )

    def read_units(self) -> dict[str | None, str]:
        marks = {"count": COUNT, "issues": ISSUES, "people": PEOPLE, "money": MONEY}
        return {None: BARE} | {unit: marks[kind] for kind, units in self.data["units"].items() for unit in units}


def read_rulebook(data: Mapping[str, Any]) -> Rulebook:
    """The compiled rules of one TOML document."""
    reader = _Reader(data)
    tables = {**data["topics"], **data["objects"]}
    named = {"none": None, WEAK: "request"}
    topics = {word: named.get(topic, topic) for topic, words in tables.items() for word in words}
    book = Rulebook(
        rules=tuple(map(reader.read_rule, data["rules"])),
        denials=tuple(map(reader.read_denial, data["denials"])),
        units=reader.read_units(),
        topics=topics,
        weak=frozenset(data["topics"].get(WEAK, ())),
        objects=frozenset(data["objects"]),
        title_topics=reader.compile_all("title_topics"),
        topic_re=re.compile(any_of(topics)),
        context=reader.compile_all("context"),
        denying=reader.compile_all("denying"),
    )
    if reader.errors:
        raise ValueError("prose.toml: " + "; ".join(reader.errors))
    return book


@cache
def load_rulebook() -> Rulebook:
    """The rules that the service ships."""
    return read_rulebook(load_toml("prose.toml"))


@cache
def load_matrix_codes() -> frozenset[str]:
    """The codes that have applicants from 2019 on."""
    return frozenset(entry.code for entry in load_entries() if entry.by_applicant)

"""Regions: the divisions of GB/T 2260 that a body's name begins with, `鞍山市铁东区人民政府`.

In: the names of bodies, the text that may tell which of two namesakes is meant, the year. Out: a `Region`; its code
is None where namesakes remain. Townships, streets and development zones have a name and a path but no code of
this standard. It does not guess from phone numbers or postcodes.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import islice

from service.extraction.codebook import Division, load_divisions, load_toml
from service.extraction.codebook.vocabulary import LEVELS, MEANS, TOWNSHIP, ZONE
from service.extraction.codebook.words import any_of
from service.extraction.report import Region

# Offices of the state name their system first: 国家税务总局铁岭市税务局.
_SYSTEM_RE = re.compile(r"(?:国家|中国)[\u4e00-\u9fff]{2,8}?(?:总局|委员会|局|公司|银行)(?=[\u4e00-\u9fff]{2})|共青团")
_TOWN_RE = re.compile(
    rf"[\u4e00-\u9fff]{{1,10}}?(?:{TOWNSHIP}|街(?=办事处)|{ZONE})"
    r"(?=$|人民政府|政府|办事处|党|管理委员会|管委会|\()"
)
# A county that the standard does not list under this name still calls itself one.
_UNLISTED_RE = re.compile(
    r"[\u4e00-\u9fff]{1,18}?(?:省|自治区|市|自治州|州|盟|地区|自治县|县|区|旗)(?=$|人民政府|政府)"
)
# 青石县财政局; not 国家市场…, 城市管理局, 中国….
_UNLISTED_OF_RE = re.compile(
    rf"(?!国家|中国|全国|[{LEVELS}]?城市)[\u4e00-\u9fff]{{2,5}}?(?:县|旗|市(?![场政民容])|区(?![域划]))(?=[\u4e00-\u9fff]{{2,20}}$)"
)
_ZONE_RE = re.compile(f"{ZONE}$")
# A zone that says only what it is, 思明区工业园区, bears the name of the region around it.
_NAMELESS_ZONE_RE = re.compile(f"{any_of(load_toml('document.toml')['organisation']['zone_fields'])}*{ZONE}")
_SHORT_RE = re.compile("(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)$")
# 新县镇 is a town of its own name and no 镇 of 新县.
_NAMESAKE_RE = re.compile(rf"{TOWNSHIP}(?=人民政府|政府|办事处|\d|$)")
_UNPLACED_OFFICE_RE = re.compile(f"[{LEVELS}](?![委政])")
_SITE_OF_RE = re.compile(
    f"(?:{MEANS}|登录|从|“)((?![我本全该各此市][{LEVELS}])[一-龥]{{1,9}}[{LEVELS}])(?:(?:人民)?政府(?:门户)?网|(?:政务|政府信息|信息)公开网)"
)
_LONGEST_NAME = 15
# How often a text is asked what stands before the name of its township.
_MOST_PLACES = 40


@cache
def _index_names() -> Mapping[str, Sequence[Division]]:
    names: dict[str, list[Division]] = {}
    for division in load_divisions():
        names.setdefault(division.name, []).append(division)
        if division.short:
            names.setdefault(division.short, []).append(division)
    return names


@cache
def _index_codes() -> Mapping[str, Sequence[Division]]:
    codes: dict[str, list[Division]] = {}
    for division in load_divisions():
        codes.setdefault(division.code, []).append(division)
    return codes


@cache
def _index_short_provinces() -> Mapping[str, str]:
    return {_SHORT_RE.sub("", d.name): d.name for d in load_divisions() if d.code.endswith("0000")}


def _read_name(body: str, start: int) -> str | None:
    """The longest listed name at ``start``."""
    names = _index_names()
    for end in range(min(len(body), start + _LONGEST_NAME), start + 1, -1):
        if body[start:end] in names:
            return body[start:end]
    return None


def _is_under(name: str, parents: Sequence[str]) -> bool:
    """Whether a listed division of this name lies in one of each parent's name."""
    names = _index_names()
    codes = [division.code for division in names[name]]
    for parent in parents:
        stems = {division.stem for division in names.get(parent, ())}
        codes = [code for code in codes if any(code.startswith(stem) and code != stem for stem in stems)]
    return bool(codes)


def read_chain(body: str) -> tuple[tuple[str, ...], str | None]:
    """The listed divisions that a body's name begins with, from the widest, and the township or zone after them."""
    system = _SYSTEM_RE.match(body)
    start = system.end() if system else 0
    chain: list[str] = []
    short = body[start : start + (3 if body.startswith(("内蒙古", "黑龙江"), start) else 2)]
    if short in _index_short_provinces() and _read_name(body, start) is None and _read_name(body, start + len(short)):
        chain.append(_index_short_provinces()[short])
        start += len(short)
    while (
        (name := _read_name(body, start)) and _is_under(name, chain) and not _NAMESAKE_RE.match(body, start + len(name))
    ):
        chain.append(name)
        start += len(name)
    if chain and body.startswith("人民政府", start):
        # 雨花区人民政府砂子塘街道办事处
        start += len("人民政府")
    town = _TOWN_RE.match(body, start)
    if town is None and not chain:
        town = _UNLISTED_RE.match(body, start) or _UNLISTED_OF_RE.match(body, start)
    return tuple(chain), town.group() if town else None


def is_region(body: str) -> bool:
    """Whether a name is a region's and nothing else, `鞍山市铁东区`."""
    chain, town = read_chain(body)
    if town and not chain and _NAMELESS_ZONE_RE.fullmatch(town):
        return False
    return bool(chain or town) and body.endswith(town or chain[-1])


def is_zone(body: str) -> bool:
    """Whether a region is a zone, which has a 管理委员会 and no 人民政府."""
    _, town = read_chain(body)
    return town is not None and _ZONE_RE.search(town) is not None


def _valid(divisions: Sequence[Division], year: int | None) -> list[Division]:
    """Those in force in a year, all where none is."""
    return [d for d in divisions if year is not None and d.since <= year <= d.until] or list(divisions)


def _parents(division: Division, year: int | None) -> list[Division]:
    """The divisions around one, from the province down."""
    codes = (division.code[:2] + "0000", division.code[:4] + "00")
    found = [_valid(_index_codes()[code], year) for code in codes if code != division.code and code in _index_codes()]
    return [divisions[-1] for divisions in found]


def _decide(chain: Sequence[str], context: str, year: int | None) -> Division | None:
    """The one division that a chain of names means, with the help of the parents' names in the text."""
    names = _index_names()
    candidates = _valid(names[chain[-1]], year)
    for parent in chain[:-1]:
        stems = tuple(division.stem for division in names[parent])
        candidates = [d for d in candidates if d.code.startswith(stems)] or candidates
    if len(candidates) > 1:
        parents = {d.code: [parent.name in context for parent in _parents(d, year)] for d in candidates}
        nearest = [d for d in candidates if any(parents[d.code][-1:])]
        candidates = nearest or [d for d in candidates if any(parents[d.code])] or candidates
    # A division that got a new code within the year stands twice.
    same_place = len({d.code[:4] for d in candidates}) == 1
    return max(candidates, key=lambda d: d.since) if same_place else None


def _find_before(name: str, shared: int, context: str) -> tuple[str, ...]:
    """The one listed division that ends where a name begins, ``shared`` characters of it included."""
    found: set[str] = set()
    for match in islice(re.finditer(re.escape(name), context), _MOST_PLACES):
        words = context[max(0, match.start() - _LONGEST_NAME) : match.start() + shared]
        named = next((words[i:] for i in range(len(words) - 1) if words[i:] in _index_names()), None)
        found |= {named} if named else set()
    return tuple(found) if len(found) == 1 else ()


def _find_around(town: str, context: str) -> tuple[str, ...]:
    """The one listed division that the text names just before a township: 地址:青石县临河镇…."""
    return _find_before(town, 0, context)


def _find_full(body: str, context: str) -> tuple[str, ...]:
    """The one listed division with whose name the text writes a body in full: 青石市财政局 of 市财政局 or 财政局."""
    return _find_before(body, 1 if body[:1] in tuple(LEVELS) else 0, context)


def _find_home(body: str, context: str) -> tuple[str, ...]:
    """The listed division on whose site the report of 市财政局 is."""
    site = find_site(body[0], context) if _UNPLACED_OFFICE_RE.match(body) else None
    return read_chain(site)[0][-1:] if site else ()


def find_site(kind: str, text: str) -> str | None:
    """The one region of a kind (市, 县) on whose government's site a report is: 通过青石市人民政府网站."""
    names = {name for name in _SITE_OF_RE.findall(text) if name.endswith(kind) and is_region(name)}
    return names.pop() if len(names) == 1 else None


def _find_seat(body: str, context: str) -> tuple[str, ...]:
    """The listed division that lends a zone or a school its name, 运城市 of 运城经济技术开发区, where it is told."""
    seats = (body[:length] + kind for length in (2, 3) for kind in "市县区旗盟")
    return next(((seat,) for seat in seats if seat in _index_names() and seat in context), ())


def find_region(bodies: Sequence[str], context: str, year: int | None) -> Region | None:
    """The region of the first body that names one; the other bodies may tell more of where it lies."""
    chains = [read_chain(body) for body in bodies]
    own = next(((chain, town) for chain, town in chains if chain or town), None)
    if own is None:
        ways = (_find_full, _find_home, _find_seat) if bodies else ()
        full = next(filter(None, (find(bodies[0], context) for find in ways)), ())
        if not full:
            return None
        own = full, None
    name = own[1] or own[0][-1]
    chain = max(
        (chain for chain, town in chains if (town or (chain[-1] if chain else None)) == name), key=len, default=own[0]
    )
    if own[1] and not chain:
        chain = _find_around(own[1], context) or (_find_seat(own[1], context) if _ZONE_RE.search(own[1]) else ())
    if not chain:
        return Region(name)
    division = _decide(chain, context, year)
    if own[1] and _NAMELESS_ZONE_RE.fullmatch(own[1]):
        name = chain[-1] + name
    if division is None:
        return Region(name)
    path = tuple(d.name for d in (*_parents(division, year), division))
    return Region(name, (*path, name), None) if own[1] else Region(name, path, division.code)

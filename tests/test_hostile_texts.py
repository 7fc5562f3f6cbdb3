"""Texts that are no reports: an answer each, in a time that grows as they do, by the reader and over HTTP."""

import gzip
import string
import time

import msgspec
import pytest

from service.extraction import parse_report
from service.extraction.prose.office import find_letters
from tests.conftest import LiveService, RunService, find_workers
from tests.samples import make_text

UNITS = {
    "digits": "1234567890",
    "digits apart": "12 ",
    "numerals": "一百二十三万",
    "brackets": "(",
    "pairs of brackets": "《》（）",
    "one label": "收到政府信息公开申请",
    "one row": "一、本年新收政府信息公开申请数量 1 0 0 0 0 0 1\n",
    "cells": "<td>",
    "full cells": "<td>1</td>",
    "wide cells": "<td colspan=1000 rowspan=1000>1",
    "tables in tables": "<table><tr><td>",
    "blocks in blocks": "<div>",
    "entities": "&#38;lt;",
    "entities without end": "&#9",
    "comments": "<!--",
    "attributes without end": "<p a='",
    "declarations": "<!ENTITY a '&b;&b;&b;'>",
    "headings": "（一）加强组织领导\n",
    "headings without text": "一、\n",
    "marks of headings": "# a\n",
    "rules of tables": "|---|\n",
    "blanks": " \t　",
    "line ends": "\n \r",
    "nuls": "\0",
    "marks of direction": "\u202e1\u2066",
    "private use": "\ue000\U000f0000",
    "unpaired surrogates": "\ud800\udfff",
    "combining marks": "a\u0301\u0302",
    "figures told together": "分别为1件、2件、",
    "dates": "2020年1月1日至",
    "addresses": "a-b.c@",
    "quotes": "“‘”",
}
LEADS = ("", "收到政府信息公开申请1件，")
LENGTH = 5_000
QUICK_SECONDS = 0.1
MOST_GROWTH = 3.2
TRIES = 4


def measure(text: str) -> float:
    start = time.process_time()
    parse_report(text)
    return time.process_time() - start


def write(unit: str, length: int) -> str:
    return (unit * (length // len(unit) + 1))[:length]


def find_growth(unit: str, lead: str, length: int = LENGTH) -> float:
    """How many times as long twice the text takes; 1 where it is too quick to tell."""
    if measure(lead + write(unit, length)) < QUICK_SECONDS:
        return 1.0
    growth = 9.0
    for _ in range(TRIES):
        # A busy machine may disturb any measurement, hardly the best of several.
        once, twice = (min(measure(lead + write(unit, n * length)) for _ in range(2)) for n in (1, 2))
        growth = min(growth, twice / once)
        if growth < MOST_GROWTH:
            break
    return growth


@pytest.mark.parametrize("name", UNITS)
def test_twice_the_text_takes_about_twice_the_time(name: str) -> None:
    assert all(find_growth(UNITS[name], lead) < MOST_GROWTH for lead in LEADS)


def test_digits_apart_on_one_long_line() -> None:
    # In a shorter line the pairs of words and dates took less time than all else.
    assert find_growth("截至2 0 1 9 年，", "", 20_000) < 2.8


@pytest.mark.parametrize("lead", LEADS)
def test_one_character_again_and_again(lead: str) -> None:
    characters = (*string.printable, *"，。、；（《“—―～·…│─　年月日件第共一十万")
    assert {
        character: find_growth(character, lead)
        for character in characters
        if find_growth(character, lead) > MOST_GROWTH
    } == {}


def test_twenty_thousand_headings_are_sections() -> None:
    headings = "一、总体情况\n" * 20_000
    assert len(parse_report(headings).sections) == 20_000


def test_letters_of_a_name_are_found_in_one_way_at_most() -> None:
    assert find_letters("柳河教局", "柳柳河县教育局二〇一七年") == 7
    assert find_letters("柳河教局", "柳河县其他事业发展教育局") == -1
    assert find_letters("柳河", "柳(河)") == -1
    # A pattern would try all ways to fill forty gaps, and never end.
    assert find_letters("柳" * 40 + "河", "柳" * 200 + "、河") == -1


def test_a_report_on_one_line_is_read() -> None:
    line = "2021年，全县收到政府信息公开申请37件。" + "各单位按照要求做好公开工作，" * 8000
    report = parse_report(line)
    assert [(i.code, i.value) for i in report.indicators if i.code == "requests.received"] == [
        ("requests.received", 37)
    ]


def test_every_hostile_text_has_an_answer(run_service: RunService) -> None:
    """A text is read, or is a problem that says why; no worker is lost, and what others send is read."""
    with run_service(WORKERS="1", CACHE_MEMORY_MB="64", PARSE_TIMEOUT_MS="3000") as service:
        workers = find_workers(service)
        for name, unit in UNITS.items():
            body = write(unit, 30_000).encode("utf-8", "replace")
            for packed in (False, True):
                headers = {"Content-Type": "text/plain"} | ({"Content-Encoding": "gzip"} if packed else {})
                sent = gzip.compress(body) if packed else body
                answer = service.request("POST", "/v1/reports", data=sent, headers=headers)
                assert answer.status_code in (200, 201, 400, 422), name
        assert service.post_text(make_text("之后")).status_code == 201
        assert find_workers(service) == workers
        assert '"level":"error"' not in service.read_log()


@pytest.mark.parametrize("text", [b'"\\ud800"', b'"a\\udfff\\ud800"', b'"\xed\xa0\x80"'])
def test_half_a_pair_is_no_json(live_service: LiveService, text: bytes) -> None:
    answer = live_service.request(
        "POST", "/v1/reports", data=b'{"text": ' + text + b"}", headers={"Content-Type": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_json")


@pytest.mark.parametrize("nest", ["[", '{"text":', '[{"a":'])
def test_nested_json_is_refused_at_once(live_service: LiveService, nest: str) -> None:
    for path in ("/v1/reports", "/v1/comparisons"):
        headers = {"Content-Type": "application/json"}
        answer = live_service.request("POST", path, data=(nest * 150_000).encode(), headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed_json")
    lines = {"Content-Type": "application/x-ndjson"}
    answer = live_service.request("POST", "/v1/reports/batch", data=nest.encode() * 150_000 + b"\n{}", headers=lines)
    assert [msgspec.json.decode(line)["status"] for line in answer.content.splitlines()] == [400, 422]

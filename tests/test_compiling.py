"""Patterns of data files match what `re` says that their sources match, and are written as choices."""

import re

import pytest

from service.extraction.codebook.compiling import compile_pattern

TEXTS = ("门户网站", "政府门户网站", "网站", "(网站)", "?网站", "政府政府网站", "公开", "(?:网站", "a", "")


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("(?:政府|门户)?网站", "(?:政府|门户|)网站"),
        ("(?:政府(?:门户)?)?网站", "(?:政府(?:门户|)|)网站"),
        (r"(?P<mark>\()?(?:政府)?网站(?(mark)\))", r"(?P<mark>\()?(?:政府|)网站(?(mark)\))"),
        (r"\(?:?网站", r"\(?:?网站"),
        (r"(\(?:网站)?", r"(\(?:网站)?"),
        ("[(?:)?]{1,2}网站", "[(?:)?]{1,2}网站"),
        (r"[^\])?]网站(?:[)]?)?", r"[^\])?]网站(?:[)]?|)"),
        ("(?:政府|门户)??网站", "(?:政府|门户)??网站"),
        ("(?:政府|门户)?+网站", "(?:政府|门户)?+网站"),
        ("(?:政府|门户){0,2}网站", "(?:政府|门户){0,2}网站"),
    ],
)
def test_optional_words_are_a_choice(source: str, written: str) -> None:
    compiled = compile_pattern(source)
    assert compiled.pattern == written
    for text in TEXTS:
        assert [match.span() for match in compiled.finditer(text)] == [
            match.span() for match in re.finditer(source, text)
        ]


@pytest.mark.parametrize("source", ["(", ")", "(?:政府", "政府)?", "[政府"])
def test_a_fault_is_an_error_of_re(source: str) -> None:
    with pytest.raises(re.error):
        compile_pattern(source)

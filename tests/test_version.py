"""The parser version: another one wherever the same text could give another report."""

from importlib import metadata

from service.extraction import PARSER_VERSION
from service.extraction.version import make_version


def test_another_library_for_html_is_another_version() -> None:
    own = f"turbohtml-{metadata.version('turbohtml')}.dist-info"
    assert make_version(own) == PARSER_VERSION
    assert len({make_version(version) for version in (own, "turbohtml-0.dist-info", "")}) == 3

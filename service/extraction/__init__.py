"""The reading core: one text in, one report out.

Pure: no Flask, no Redis, no clock, no network, no environment. The only files it reads are its own
codebook and, once, its own sources, whose hash with the version of what reads HTML is the parser version.
"""

from service.extraction.pipeline import hash_text, parse_report
from service.extraction.report import Report
from service.extraction.version import PARSER_VERSION

__all__ = ["PARSER_VERSION", "Report", "hash_text", "parse_report"]

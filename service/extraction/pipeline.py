"""The way of one text through the core, step by step.

In: a text. Out: a `Report`. No step raises for odd text; what could not be placed is a warning.
"""

import hashlib

from service.extraction.checks import Evidence, find_checks, summarise
from service.extraction.citations import find_citations
from service.extraction.derived import find_derived
from service.extraction.document.document import read_document
from service.extraction.figures import find_figures
from service.extraction.items import find_items
from service.extraction.outline import find_headings, to_sections
from service.extraction.prose.indicators import read_indicators
from service.extraction.prose_text import read_prose
from service.extraction.quantities import find_quantities
from service.extraction.reconcile import reconcile
from service.extraction.report import Report
from service.extraction.source import read_source
from service.extraction.tables.forms import read_tables
from service.extraction.version import PARSER_VERSION


def hash_text(text: str) -> str:
    """The id of a text: lower-case hex SHA-256 of its UTF-8 bytes (an unpaired surrogate keeps its three bytes)."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def parse_report(text: str) -> Report:
    """Read one report. Deterministic; never raises for any ``str``."""
    source = read_source(text)
    tables = read_tables(source)
    prose = read_prose(source, tables.regions)
    headings = find_headings(source, prose)
    document = read_document(source, prose, headings, tables)
    figures = find_figures(prose)
    told = read_indicators(prose, headings, figures, document.year)
    indicators = reconcile((*tables.readings, *told.readings), tables.form, document.year)
    evidence = Evidence(tables.form, document.year, indicators, prose, figures, told.claimed, tables.unplaced)
    checks = find_checks(evidence)
    problems, improvements = find_items(prose, headings)
    return Report(
        id=hash_text(text),
        parser_version=PARSER_VERSION,
        document=document,
        sections=to_sections(prose, headings),
        indicators=(*indicators, *find_derived(indicators, tables.form)),
        quantities=find_quantities(prose, headings, figures, told.claimed),
        citations=find_citations(prose),
        problems=problems,
        improvements=improvements,
        checks=checks,
        check_summary=summarise(checks),
        warnings=tables.warnings,
    )

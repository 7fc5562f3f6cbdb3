"""Who reports what: title, kind, form, year, issuer, compiler, region, period, publication, contacts.

In: source, prose, headings, table reading. Out: `Document`. A fact that the text does not state is None.
"""

from service.extraction.forms import TableReading
from service.extraction.outline import Heading
from service.extraction.prose_text import Prose
from service.extraction.report import Document
from service.extraction.source import Source


def read_document(source: Source, prose: Prose, headings: tuple[Heading, ...], tables: TableReading) -> Document:
    """The facts of the report as a whole."""
    return Document(form=tables.form or "prose")

"""Laws and documents that the prose cites: 《title》 and document number (`国办发〔2017〕24号`)."""

from service.extraction.prose_text import Prose
from service.extraction.report import Citation


def find_citations(prose: Prose) -> tuple[Citation, ...]:
    """The citations of the prose, in order."""
    return ()

"""Problems and improvements: the items of 存在的主要问题 and of 改进措施 or 下一步打算."""

from service.extraction.outline import Heading
from service.extraction.prose_text import Prose
from service.extraction.report import Item


def find_items(prose: Prose, headings: tuple[Heading, ...]) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """(problems, improvements), each in order."""
    return (), ()

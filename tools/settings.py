"""Writes the table of settings into docs/deployment.md: `make settings`.

In: `service.settings.VARIABLES`. Out: the page with the table anew between its two marks; the rest stays as written.
"""

import sys
from pathlib import Path

from service.settings import VARIABLES

TARGET = Path(__file__).resolve().parent.parent / "docs" / "deployment.md"
BEGIN, END = "<!-- made by `make settings` -->\n", "<!-- as far as here -->\n"


def write_table() -> str:
    rows = [f"| `{v.name}` | {f'`{v.default}`' if v.default else ''} | {v.help} |\n" for v in VARIABLES]
    return "| variable | default | meaning |\n| --- | --- | --- |\n" + "".join(rows)


def write_page(page: str) -> str:
    """The page with the table as it is now."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + write_table() + END + after


if __name__ == "__main__":
    TARGET.write_text(write_page(TARGET.read_text("utf-8")), "utf-8")
    print(f"{TARGET.name} written", file=sys.stderr)

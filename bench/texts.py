"""The texts that are timed: our own reports and, where they are at hand, the shared real ones."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OWN = ROOT / "tests" / "corpus"
SHARED = ROOT.parent / "shared" / "reports"


def read_texts(folder: Path) -> dict[str, str]:
    """The texts of a folder by name; none where the folder is not at hand."""
    paths = sorted(path for path in folder.glob("*") if path.suffix in (".txt", ".html", ".md"))
    return {path.stem: path.read_text("utf-8") for path in paths}

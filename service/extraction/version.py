"""The parser version: changes whenever the same text could give another report.

It is the hash of the core's own files and of the version of the library that reads HTML, so nobody can forget to raise
it: an edited rule, label or line of code, or another library, makes every older cached result unreachable.
"""

import hashlib
from importlib import resources
from importlib.resources.abc import Traversable
from importlib.util import find_spec
from pathlib import Path


def _hash_folder(folder: Traversable, digest: "hashlib._Hash") -> None:
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.is_dir() and entry.name != "__pycache__":
            _hash_folder(entry, digest)
        elif entry.name.endswith((".py", ".csv", ".toml")):
            digest.update(entry.name.encode())
            # Checkouts that turn LF into CRLF must not make another version of the same parser.
            digest.update(entry.read_bytes().replace(b"\r\n", b"\n"))


def _find_html_version() -> str:
    """What is installed of the library that reads HTML, ``turbohtml-1.15.4.dist-info``; nothing where it is not."""
    # importlib.metadata would say it as well, and imports what the core does without: sockets among it.
    spec = find_spec("turbohtml")
    folder = Path(spec.origin).parent.parent if spec and spec.origin else None
    return " ".join(sorted(path.name for path in folder.glob("turbohtml-*.dist-info"))) if folder else ""


def make_version(html_version: str) -> str:
    """The hash of the core with one version of that library."""
    digest = hashlib.sha256(html_version.encode())
    _hash_folder(resources.files("service.extraction"), digest)
    return digest.hexdigest()[:16]


PARSER_VERSION = make_version(_find_html_version())

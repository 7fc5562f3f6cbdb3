"""The parser version: changes whenever the same text could give another report.

It is the hash of the core's own files, so nobody can forget to raise it: an edited rule, label or
line of code makes every older cached result unreachable.
"""

import hashlib
from importlib import resources
from importlib.resources.abc import Traversable


def _hash_folder(folder: Traversable, digest: "hashlib._Hash") -> None:
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.is_dir() and entry.name != "__pycache__":
            _hash_folder(entry, digest)
        elif entry.name.endswith((".py", ".csv", ".toml")):
            digest.update(entry.name.encode())
            # Checkouts that turn LF into CRLF must not make another version of the same parser.
            digest.update(entry.read_bytes().replace(b"\r\n", b"\n"))


def _read_version() -> str:
    digest = hashlib.sha256()
    _hash_folder(resources.files("service.extraction"), digest)
    return digest.hexdigest()[:16]


PARSER_VERSION = _read_version()

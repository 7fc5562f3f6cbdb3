"""A file of records with a journal beside it, so that a run that was cut short goes on where it stopped.

In: records, each with the name and the stamp of the file that it came from. Out: the output file, and the names whose
records it already holds. The journal lives while a run does: what ended well leaves the output alone.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# Size and time of change: what tells that a file is no longer the one that was read.
Stamp = tuple[int, int]


def read_stamp(name: str) -> Stamp:
    state = os.stat(name)
    return state.st_size, state.st_mtime_ns


def _is_unchanged(name: str, stamp: list[int]) -> bool:
    try:
        return list(read_stamp(name)) == stamp
    except OSError:
        return False


def _read_lines(journal: Path) -> list[Any]:
    """The journal's lines; the last one may have been cut off while it was written."""
    lines = journal.read_bytes().splitlines(keepends=True)
    return [json.loads(line) for line in lines if line.endswith(b"\n")]


class JournalledFile:
    """``run`` says what two runs must share to be one: the parser's version and the format."""

    def __init__(self, output: Path, head: bytes, run: Mapping[str, str]) -> None:
        self._journal_path = output.with_name(f"{output.name}.journal")
        known = self._find_known(output, dict(run))
        self.done = frozenset(line["name"] for line in known)
        self._file = output.open("r+b" if known else "wb")
        if known:
            # What stands behind the last line's length is a record that was cut off.
            self._file.truncate(known[-1]["length"])
            self._file.seek(known[-1]["length"])
        else:
            self._file.write(head)
        self._journal = self._journal_path.open("wb")
        for line in (dict(run), *known):
            self._write_line(line)

    def _find_known(self, output: Path, run: dict[str, str]) -> list[Any]:
        """The lines on files whose records the output holds; none where it must be begun anew."""
        try:
            first, *lines = _read_lines(self._journal_path)
            is_same = first == run and all(_is_unchanged(line["name"], line["stamp"]) for line in lines)
            return lines if is_same and lines and lines[-1]["length"] <= output.stat().st_size else []
        except (OSError, ValueError, KeyError, TypeError):
            return []

    def _write_line(self, line: object) -> None:
        self._file.flush()
        # A name in no UTF-8, as archives from elsewhere bring them, is JSON for the standard library alone.
        self._journal.write(json.dumps(line).encode() + b"\n")
        self._journal.flush()

    def add(self, name: str, stamp: Stamp, record: bytes) -> None:
        self._file.write(record)
        self._write_line({"name": name, "stamp": stamp, "length": self._file.tell()})

    def close(self, is_complete: bool) -> None:
        self._file.close()
        self._journal.close()
        if is_complete:
            self._journal_path.unlink()

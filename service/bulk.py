"""Many files to one table or one file of JSON lines, in parallel processes.

In: names of files and folders. Out: records in the order of the names, on standard output or in a file that a later
run goes on with; a list of what could not be read. The cache is asked and filled where one is configured.
"""

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Protocol

import msgspec
from tqdm import tqdm

from service.cache import RedisReportCache, ReportCache
from service.extraction import PARSER_VERSION, hash_text, parse_report
from service.files import STANDARD_INPUT, UnreadableFileError, read_text_file
from service.journal import JournalledFile, Stamp, read_stamp
from service.recall import recall_or_parse
from service.representations import encode_report, unpack
from service.settings import Settings
from service.tidy import BYTE_ORDER_MARK, HEADER, to_rows, write_lines

SUFFIXES = (".txt", ".md", ".markdown", ".html", ".htm", ".xhtml")
# A row says which file it is of: nothing else in it leads back to that. So does a line of the format `named`; one of
# `json` is the report alone, byte for byte what the service sends.
HEADS = {"json": b"", "named": b"", "csv": BYTE_ORDER_MARK.encode() + write_lines([(*HEADER, "file")])}
# Enough work ahead that no process waits, and no more finished records in memory than that.
AHEAD = 4


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one file: a record with the file's stamp, or the reason why there is none."""

    name: str
    stamp: Stamp = (0, 0)
    record: bytes = b""
    failure: str | None = None


class Output(Protocol):
    """Where records go. ``done`` are the names that need not be read again."""

    done: frozenset[str]

    def add(self, name: str, stamp: Stamp, record: bytes) -> None: ...

    def close(self, is_complete: bool) -> None: ...


class StandardOutput:
    """Records as they come, for a pipe."""

    done: frozenset[str] = frozenset()

    def __init__(self, head: bytes) -> None:
        sys.stdout.buffer.write(head)

    def add(self, name: str, stamp: Stamp, record: bytes) -> None:
        sys.stdout.buffer.write(record)
        sys.stdout.buffer.flush()

    def close(self, is_complete: bool) -> None:
        sys.stdout.buffer.flush()


def find_files(names: Iterable[str]) -> Iterator[str]:
    """Files as they are named, and the texts in folders, sorted; a folder without any stands for itself."""
    for name in names:
        folder = Path(name)
        if name == STANDARD_INPUT or not folder.is_dir():
            yield name
            continue
        inside = (path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
        yield from sorted(str(path) for path in inside) or [name]


@cache
def connect_cache(settings: Settings) -> ReportCache | None:
    if settings.redis_url is None:
        return None
    return RedisReportCache(settings.redis_url, settings.redis_timeout_ms / 1000, settings.cache_ttl_seconds)


def make_json(text: str, settings: Settings) -> bytes:
    """The report, from the cache where one is configured."""
    cache = connect_cache(settings)
    if cache is None:
        return encode_report(parse_report(text))
    packed, _ = recall_or_parse(cache, hash_text(text), text)
    return unpack(packed)


def make_record(name: str, json: bytes, record_format: str) -> bytes:
    if record_format == "json":
        return json + b"\n"
    if record_format == "named":
        # A name in no UTF-8, as archives from elsewhere bring them, has question marks, as in a table.
        file = name.encode("utf-8", "replace").decode()
        return msgspec.json.encode({"file": file, "report": msgspec.Raw(json)}) + b"\n"
    return write_lines((*row, name) for row in to_rows(msgspec.json.decode(json)))


def read_file(name: str, record_format: str, settings: Settings) -> Outcome:
    """Read one file; what is wrong with it is its outcome."""
    try:
        # A file that changes while it is read has another stamp in the end, and is read anew when the run goes on.
        stamp = (0, 0) if name == STANDARD_INPUT else read_stamp(name)
        text = read_text_file(name)
    except OSError as error:
        return Outcome(name, failure=error.strerror)
    except UnreadableFileError as error:
        return Outcome(name, failure=str(error))
    return Outcome(name, stamp, make_record(name, make_json(text, settings), record_format))


def _end_with_parent() -> None:
    """In a process of the pool: the terminal's interrupt is the parent's matter, and its death ends us too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def wait() -> None:
        if parent is not None:
            parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def read_all(names: list[str], read: Callable[[str], Outcome], jobs: int) -> Iterator[Outcome]:
    """The outcome of each file, in the order of the names."""
    if jobs == 1:
        yield from map(read, names)
        return
    with ProcessPoolExecutor(jobs, initializer=_end_with_parent) as pool:
        waiting: deque[Future[Outcome]] = deque()
        for name in names:
            waiting.append(pool.submit(read, name))
            if len(waiting) >= AHEAD * jobs:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def write_all(outcomes: Iterable[Outcome], output: Output) -> list[Outcome]:
    """Write what was read; the outcomes that are failures."""
    failures = []
    for outcome in outcomes:
        if outcome.failure is None:
            output.add(outcome.name, outcome.stamp, outcome.record)
        else:
            failures.append(outcome)
    return failures


def parse_paths(paths: list[str], record_format: str, jobs: int, output_name: str | None, settings: Settings) -> int:
    """Read everything that the paths name; 1 when something could not be read or the run was cut short."""
    names = list(dict.fromkeys(find_files(paths)))
    # One process alone can read standard input.
    jobs = 1 if STANDARD_INPUT in names else min(jobs, max(len(names), 1))
    head, run = HEADS[record_format], {"parser_version": PARSER_VERSION, "format": record_format}
    output: Output = JournalledFile(Path(output_name), head, run) if output_name else StandardOutput(head)
    left = [name for name in names if name not in output.done]
    read = partial(read_file, record_format=record_format, settings=settings)
    bar = tqdm(read_all(left, read, jobs), total=len(names), initial=len(output.done), disable=None, unit=" files")
    failures: list[Outcome] = []
    try:
        failures = write_all(bar, output)
    except BrokenPipeError:
        # A reader such as head has enough. Nothing may be left to write when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (KeyboardInterrupt, BrokenProcessPool) as error:
        output.close(is_complete=False)
        reason = "Interrupted" if isinstance(error, KeyboardInterrupt) else "A process died"
        print(f"{reason}. The same command goes on where it stopped.", file=sys.stderr)
        return 1
    output.close(is_complete=True)
    for outcome in failures:
        print(f"{outcome.name}: {outcome.failure}", file=sys.stderr)
    return 1 if failures else 0

"""One text read, and a process of its own to read in.

In: a text. Out: its packed report with what the metrics count of it, or `OutOfTimeError`. A worker's threads share one
interpreter, so that a text read by one of them stops all others for milliseconds at a time; and a kernel can prefer one
process to another, but no thread. So a worker answers requests, and a reader beside it reads, at a lower priority.

The reader's time is the processor's, kept by the kernel, which ends the process wherever it is, be it within a regular
expression. Its keeper, forked while the worker had no threads, then tells the worker and forks another.
"""

import contextlib
import logging
import os
import signal
import time
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import NamedTuple, NoReturn

from service.extraction import parse_report
from service.faults import describe_fault
from service.representations import encode_report, pack

# Who asks for what is remembered comes first; where nobody does, the reader has the whole core.
NICENESS = 5
# Standard input, output and error, which alone a reader shares with its worker.
SHARED = {0, 1, 2}
# The worker's end ends the reader, and nothing else: a terminal or a service manager may signal the whole group.
PASSED_OVER = (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)
logger = logging.getLogger(__name__)


class OutOfTimeError(Exception):
    """The text took more time than it may."""


class LostReaderError(Exception):
    """The reader's process is gone, and so is its keeper."""


class ReadingError(Exception):
    """The program failed on the text; the reader has logged where."""


class Reading(NamedTuple):
    """A report as it is stored and sent, and what the metrics count of it."""

    packed: bytes
    seconds: float
    failed_rules: tuple[str, ...]
    warning_codes: tuple[str, ...]


def read_text(text: str) -> Reading:
    start = time.perf_counter()
    report = parse_report(text)
    seconds = time.perf_counter() - start
    failed = tuple(check.rule for check in report.checks if check.status == "fail")
    codes = tuple(warning.code for warning in report.warnings)
    return Reading(pack(encode_report(report)), seconds, failed, codes)


def _answer_text(text: str, seconds: float) -> Reading | ReadingError:
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        return read_text(text)
    except Exception as error:
        logger.error("%s", describe_fault(error))
        return ReadingError(type(error).__name__)
    finally:
        # Ended while it sends, the reader would leave half an answer.
        signal.setitimer(signal.ITIMER_PROF, 0)


def _pass_signals_over() -> None:
    for number in PASSED_OVER:
        signal.signal(number, signal.SIG_IGN)


def _run_reader(link: Connection, seconds: float) -> NoReturn:
    try:
        _pass_signals_over()
        while True:
            link.send(_answer_text(link.recv(), seconds))
    finally:
        # The worker is gone. What it wanted to do at its end is not the reader's to do.
        os._exit(0)


def _keep_reader(link: Connection, seconds: float) -> None:
    """A reader whose time was up is told and replaced; any other end of a reader is the keeper's too."""
    while True:
        pid = os.fork()
        if not pid:
            _run_reader(link, seconds)
        _, status = os.waitpid(pid, 0)
        if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGPROF:
            return
        link.send(OutOfTimeError())


def _close_others(link: Connection) -> None:
    """The worker's sockets are not the reader's: they close when the worker closes them."""
    for descriptor in {int(name) for name in os.listdir("/dev/fd")} - SHARED - {link.fileno()}:
        with contextlib.suppress(OSError):
            os.close(descriptor)


def _run_keeper(link: Connection, seconds: float) -> NoReturn:
    try:
        _pass_signals_over()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        _close_others(link)
        os.nice(NICENESS)
        _keep_reader(link, seconds)
    finally:
        os._exit(0)


class Reader:
    """A reader and its keeper, forked here; asked for one text at a time."""

    def __init__(self, seconds: float) -> None:
        self._link, other = Pipe()
        if not os.fork():
            _run_keeper(other, seconds)
        other.close()

    def read(self, text: str) -> Reading:
        try:
            self._link.send(text)
            answer: Reading | Exception = self._link.recv()
        except (EOFError, OSError) as error:
            raise LostReaderError from error
        if isinstance(answer, Exception):
            raise answer
        return answer

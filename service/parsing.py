"""Parsing under limits: one text at a time in a process, few that wait, each within its time.

In: a text. Out: its packed report, or a `ServiceError`: 503 where too many wait already, 422 where the time is up.
Threads of one process share the interpreter, so that two parses at once would take as long as one after the other, and
what waits would hold the threads that remembered reports need.

The time is kept by a thread that raises an error in the parsing one. It takes effect between two instructions of
Python, hence not within one call of a regular expression; those are linear, by test.
"""

import ctypes
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import TypeVar

from service.errors import ServiceError
from service.recall import ParseObserver, read_packed

Result = TypeVar("Result")
AGAIN_SECONDS = 0.5
RETRY_AFTER = {"Retry-After": "1"}


class OutOfTimeError(BaseException):
    """Raised in a thread by another; no handler of `Exception` may take it for a fault of its own."""


class BusyError(ServiceError):
    """More work than the process does in time."""

    def __init__(self) -> None:
        super().__init__(503, "busy", "The service has more texts to read than it can. Try again soon.", RETRY_AFTER)


class Deadline:
    """Ends work that takes too long, in the thread that does it."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._worker: int | None = threading.get_ident()
        self._done = threading.Event()

    def _watch(self) -> None:
        wait = self._seconds
        while not self._done.wait(wait):
            with self._lock:
                if self._worker is None:
                    return
                error = ctypes.py_object(OutOfTimeError)
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._worker), error)
            # Raised within a finaliser the error is lost: then it comes again.
            wait = AGAIN_SECONDS

    def _end(self) -> None:
        with self._lock:
            self._worker = None
        self._done.set()

    def run(self, work: Callable[[], Result]) -> Result:
        """The result, or `OutOfTimeError`; one that comes at the last moment is raised before this returns."""
        try:
            try:
                threading.Thread(target=self._watch, name="deadline", daemon=True).start()
                return work()
            finally:
                self._end()
        except OutOfTimeError:
            # It may have come within `_end`.
            self._end()
            raise


class Parser:
    """The parses of one process. `places` is how many texts may be there, one read and the others waiting."""

    def __init__(self, places: int, timeout_seconds: float, observe: ParseObserver) -> None:
        self._turn = threading.Lock()
        self._places = threading.BoundedSemaphore(places)
        self._timeout_seconds = timeout_seconds
        self._observe = observe

    def _take_place(self) -> AbstractContextManager[object]:
        if not self._places.acquire(blocking=False):
            raise BusyError
        places = ExitStack()
        places.callback(self._places.release)
        return places

    def parse(self, text: str) -> bytes:
        """The packed report of a request's text."""
        with self._take_place():
            return self.parse_patiently(text)

    def parse_patiently(self, text: str) -> bytes:
        """The same for a request of many texts, which waits for each of them."""
        with self._turn:
            try:
                return Deadline(self._timeout_seconds).run(lambda: read_packed(text, self._observe))
            except OutOfTimeError:
                raise ServiceError(
                    422, "parse_timeout", "Reading the text takes longer than this service allows."
                ) from None

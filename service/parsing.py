"""Parsing under limits: one text at a time for a process, few that wait, each within its time.

In: a text. Out: its packed report, or a `ServiceError`: 503 where too many wait already, 422 where the time is up.
Texts read at once would each take longer, and what waits would hold the threads that remembered reports need.
"""

import logging
import os
import signal
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack

from service.errors import ServiceError
from service.reading import LostReaderError, OutOfTimeError, Reading

RETRY_AFTER = {"Retry-After": "1"}
logger = logging.getLogger("service")


class BusyError(ServiceError):
    """More work than the process does in time."""

    def __init__(self) -> None:
        super().__init__(503, "busy", "The service has more texts to read than it can. Try again soon.", RETRY_AFTER)


class Parser:
    """The parses of one process. `places` is how many texts may be there, one read and the others waiting.

    ``observe`` is told what came of each: a reading, None where its time was up.
    """

    def __init__(
        self, places: int, read: Callable[[str], Reading], observe: Callable[[Reading | None], object]
    ) -> None:
        self._turn = threading.Lock()
        self._places = threading.BoundedSemaphore(places)
        self._read = read
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
        try:
            with self._turn:
                reading = self._read(text)
        except OutOfTimeError:
            self._observe(None)
            detail = "Reading the text takes longer than this service allows."
            raise ServiceError(422, "parse_timeout", detail) from None
        except LostReaderError:
            # A worker without its reader makes way for another.
            logger.error("the reader is gone, the worker ends")
            os.kill(os.getpid(), signal.SIGTERM)
            raise BusyError from None
        self._observe(reading)
        return reading.packed

"""The circuit breaker before the cache: a dead server costs a request one timeout, and soon none.

In: calls to a server that may be dead. Out: their answers, or `UnreachableError`: at once while the breaker is open.
It opens when calls in a row have found no server, and a thread of its own then repeats the last of them until the
server answers, so that no request pays for the attempt. What a server refuses is an answer; the breaker lets it pass.

pybreaker holds a lock around each call, which would queue the threads of a worker, and circuitbreaker lets the
requests make the attempts: hence these few lines.
"""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")
FAILURES = 3
RETRY_SECONDS = 0.25


class UnreachableError(Exception):
    """No server answered in time, or none was asked."""


class Breaker:
    """`refusals` are the errors that are answers; any other means that nobody answered sensibly."""

    def __init__(self, refusals: tuple[type[Exception], ...], on_change: Callable[[bool], object] = bool) -> None:
        self._refusals = refusals
        self._on_change = on_change
        self._lock = threading.Lock()
        self._failures = 0
        self.is_open = False

    def call(self, work: Callable[[], Answer]) -> Answer:
        if self.is_open:
            raise UnreachableError
        try:
            answer = work()
        except self._refusals:
            self._failures = 0
            raise
        except Exception as error:
            self._count_failure(work)
            raise UnreachableError from error
        self._failures = 0
        return answer

    def _count_failure(self, work: Callable[[], object]) -> None:
        with self._lock:
            self._failures += 1
            if self._failures < FAILURES or self.is_open:
                return
            self.is_open = True
        self._on_change(True)
        threading.Thread(target=self._watch, args=(work,), name="breaker", daemon=True).start()

    def _watch(self, work: Callable[[], object]) -> None:
        """Ask until the server answers, be it with a refusal."""
        while True:
            time.sleep(RETRY_SECONDS)
            try:
                work()
            except self._refusals:
                break
            except Exception:
                continue
            break
        self._failures = 0
        self.is_open = False
        self._on_change(False)

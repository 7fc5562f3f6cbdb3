"""What Prometheus sees: requests, cache, parses and what they found, summed over the workers.

In: events, whose labels are all of closed sets: routes, statuses, rules, codes; nothing of a request's words. Out: the
text that `/metrics` sends. Each worker writes to files of its slot in a folder that all share; a slot is a small number
that a worker hands on to its successor, so that counts go on and the files stay few however often workers are recycled.
"""

import fcntl
import logging
import os
import shutil
import tempfile
import time
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, values
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from service.cache import CacheUnavailableError, Claim, ReportCache
from service.reading import Reading

FOLDER_PREFIX = "gongkai-metrics-"
# Younger, a folder may be one that another master has made and not yet locked.
STALE_SECONDS = 60
FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
METHODS = frozenset(("GET", "HEAD", "POST", "DELETE", "OPTIONS"))
LOOKUPS = ("hit", "miss", "error")
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
logger = logging.getLogger("service.cache")


def lock_folder(folder: str) -> int | None:
    """A lock that the kernel takes back when its last holder ends, however it ends; None where others hold it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def remove_stale_folders() -> None:
    """What masters left that were killed."""
    for path in Path(tempfile.gettempdir()).glob(f"{FOLDER_PREFIX}*"):
        try:
            is_old = time.time() - path.stat().st_mtime > STALE_SECONDS
            lock = lock_folder(str(path)) if is_old else None
        except OSError:
            # It is another user's, or its master has just removed it.
            continue
        if lock is not None:
            shutil.rmtree(path, ignore_errors=True)
            os.close(lock)


def make_folder() -> str:
    """In the master, before it forks: a folder of its own, locked as long as it or one of its workers lives."""
    remove_stale_folders()
    folder = tempfile.mkdtemp(prefix=FOLDER_PREFIX)
    lock_folder(folder)
    return folder


def share_values(folder: str, slot: int) -> None:
    """In a worker, before its metrics are made: count in the folder's files of this slot."""
    os.environ[FOLDER_VARIABLE] = folder
    values.ValueClass = values.MultiProcessValue(lambda: slot)  # type: ignore[no-untyped-call]  # It has no types.


def free_slot(folder: str, slot: int) -> None:
    """In the master, when a worker has ended: its gauges count no more."""
    mark_process_dead(slot, folder)  # type: ignore[no-untyped-call]  # It has no types.


class Metrics:
    """The metrics of one worker, or of a program that has no others."""

    def __init__(self) -> None:
        self._folder = os.environ.get(FOLDER_VARIABLE)
        self._registry = at = CollectorRegistry()
        names = ("method", "route", "status")
        self._requests = Counter("gongkai_requests", "Requests answered.", names, registry=at)
        help_ = "Time to an answer."
        self._seconds = Histogram("gongkai_request_seconds", help_, ("route",), buckets=SECONDS, registry=at)
        self._lookups = Counter("gongkai_cache_lookups", "Reports asked of the cache.", ("outcome",), registry=at)
        self._stores = Counter("gongkai_cache_stores", "Reports given to the cache.", ("outcome",), registry=at)
        help_ = "Workers that do not ask the cache."
        self._breaker = Gauge("gongkai_cache_breaker_open", help_, registry=at, multiprocess_mode="livesum")
        self._parse = Histogram("gongkai_parse_seconds", "Time to read one text.", buckets=SECONDS, registry=at)
        self._timeouts = Counter("gongkai_parse_timeouts", "Texts that took too long to read.", registry=at)
        self._failed = Counter("gongkai_checks_failed", "Failed checks of parsed reports.", ("rule",), registry=at)
        help_ = "Requests that passed because the rate limit could not count them."
        self._uncounted = Counter("gongkai_rate_limit_uncounted", help_, registry=at)
        self._warnings = Counter("gongkai_warnings", "Warnings of parsed reports.", ("code",), registry=at)

        # To find a counter by its labels takes longer than to count; there are as many as routes and statuses.
        self._request_counters: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._lookup_counters = {outcome: self._lookups.labels(outcome) for outcome in LOOKUPS}

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        key = method if method in METHODS else "other", route, status
        if key not in self._request_counters:
            self._request_counters[key] = self._requests.labels(*map(str, key)), self._seconds.labels(route)
        requests, times = self._request_counters[key]
        requests.inc()
        times.observe(seconds)

    def count_lookup(self, outcome: str) -> None:
        self._lookup_counters[outcome].inc()

    def count_store(self, outcome: str) -> None:
        self._stores.labels(outcome).inc()

    def note_breaker(self, is_open: bool) -> None:
        logger.warning("Cache: %s", "unreachable, not asked until it answers" if is_open else "answers again")
        self._breaker.set(int(is_open))

    def count_uncounted(self) -> None:
        self._uncounted.inc()

    def count_parse(self, reading: Reading | None) -> None:
        """Count what was read; None is a text whose time was up."""
        if reading is None:
            self._timeouts.inc()
            return
        self._parse.observe(reading.seconds)
        for rule in reading.failed_rules:
            self._failed.labels(rule).inc()
        for code in reading.warning_codes:
            self._warnings.labels(code).inc()

    def render(self) -> bytes:
        registry = self._registry
        if self._folder:
            registry = CollectorRegistry()
            MultiProcessCollector(registry, self._folder)  # type: ignore[no-untyped-call]  # It has no types.
        return generate_latest(registry)


class CountedCache:
    """A cache whose answers are counted."""

    def __init__(self, cache: ReportCache, metrics: Metrics) -> None:
        self._cache = cache
        self._metrics = metrics

    def get(self, report_id: str) -> bytes | None:
        try:
            packed = self._cache.get(report_id)
        except CacheUnavailableError:
            self._metrics.count_lookup("error")
            raise
        self._metrics.count_lookup("miss" if packed is None else "hit")
        return packed

    def has(self, report_id: str) -> bool:
        return self._cache.has(report_id)

    def claim(self, report_id: str, seconds: float) -> Claim:
        try:
            claim = self._cache.claim(report_id, seconds)
        except CacheUnavailableError:
            self._metrics.count_lookup("error")
            raise
        if not claim.is_taken:
            self._metrics.count_lookup("miss" if claim.packed is None else "hit")
        return claim

    def release(self, report_id: str) -> None:
        self._cache.release(report_id)

    def forget(self, report_id: str) -> bool:
        return self._cache.forget(report_id)

    def describe(self) -> str:
        return self._cache.describe()

    def put(self, report_id: str, packed: bytes) -> None:
        try:
            self._cache.put(report_id, packed)
        except CacheUnavailableError:
            self._metrics.count_store("error")
            raise
        self._metrics.count_store("stored")

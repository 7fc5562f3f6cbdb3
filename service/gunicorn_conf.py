"""How gunicorn serves: `gunicorn --config python:service.gunicorn_conf`.

In: the settings. Out: gunicorn's own configuration, and the embedded cache server where no other is named: the
master starts it before it forks, the workers share it, and it ends with the master.

Workers are threaded; `worker` keeps slow clients from their threads. A synchronous worker has no keep-alive; gevent
parses one text while all its other clients wait, and costs a compiled dependency. With keep-alive clients one threaded
worker sometimes takes nearly every connection, which halves the throughput: `worker_connections` bounds how many.
"""

import gc
import itertools
import logging
import os
import shutil
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib import resources

from gunicorn.arbiter import Arbiter

# Loaded in the master, once, the application's modules are memory that the workers share.
from service.access import JsonLogger
from service.addresses import hide_password
from service.app import open_cache
from service.cache import CacheUnavailableError
from service.embedded import EmbeddedServer, NoServerError, start_server
from service.extraction import parse_report
from service.keys import refuse_anonymous
from service.metrics import free_slot, make_folder, share_values
from service.settings import load_settings
from service.worker import Worker

SWITCH_SECONDS = 0.0005
SAMPLES = ("county-2021.txt", "town-2012.html")
logger = logging.getLogger("service")


settings = load_settings(os.environ)
embedded: EmbeddedServer | None = None
metrics_folder = ""
# The metrics of a worker are those of its slot, which the next one inherits.
slots: dict[Worker, int] = {}

wsgi_app = "service.app:create_app(reads_apart=True)"
bind = settings.bind
workers = settings.workers
threads = settings.threads
worker_class = Worker
Worker.client_seconds = settings.client_timeout_ms / 1000
worker_connections = 8 * settings.threads
# Longer than a proxy keeps what it does not use (deploy/nginx): a request sent just then would find no connection.
keepalive = 15
# What a process loses to fragments of memory is bounded. Up to a tenth more, so that not all change at once.
max_requests = settings.max_requests
max_requests_jitter = settings.max_requests // 10
# gunicorn's own control socket would lie on the disk, and nothing here uses it.
control_socket_disable = True
logger_class = JsonLogger


# A worker forks with the master's handlers, which only queue a signal: one told to stop before it has its own
# would serve on until the graceful timeout. So these wait while a fork is made, and then end the new process.
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)


def hold_signals() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)


def release_signals() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)


def forget_handlers() -> None:
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    release_signals()


def read_samples() -> None:
    """What the codebook compiles at first use, and what reads HTML, the workers and their readers share as well."""
    for name in SAMPLES:
        parse_report(resources.files("service").joinpath("page/samples", name).read_text("utf-8"))


def start_cache() -> None:
    """The embedded server, where no other is named, while the samples are read: each takes a core of its own."""
    global embedded
    with ThreadPoolExecutor(1) as beside:
        starting = None if settings.redis_url else beside.submit(start_server, settings.cache_memory_mb)
        read_samples()
        try:
            embedded = starting.result() if starting else None
        except NoServerError as error:
            sys.exit(str(error))


def on_starting(server: Arbiter) -> None:
    """In the master, before anything listens: the cache server, and one line that says which."""
    global metrics_folder
    if settings.needs_loopback and (reason := refuse_anonymous(server.cfg.address)):
        sys.exit(f"Settings: {reason}")
    metrics_folder = make_folder()
    os.register_at_fork(before=hold_signals, after_in_parent=release_signals, after_in_child=forget_handlers)
    logger.handlers = logging.getLogger("gunicorn.error").handlers
    logger.setLevel(logging.INFO)
    start_cache()
    report_cache()
    gc.freeze()


def report_cache() -> None:
    url = embedded.url if embedded else settings.redis_url or ""
    where = f"embedded, at most {settings.cache_memory_mb} MiB, {embedded.binary}" if embedded else hide_password(url)
    try:
        logger.info("Cache: %s (%s)", open_cache(replace(settings, redis_url=url)).describe(), where)
    except CacheUnavailableError:
        logger.warning("Cache: %s does not answer; reports are parsed and not remembered", where)


def pre_fork(server: Arbiter, worker: Worker) -> None:
    slots[worker] = next(slot for slot in itertools.count() if slot not in slots.values())


def child_exit(server: Arbiter, worker: Worker) -> None:
    free_slot(metrics_folder, slots.pop(worker))


def post_fork(server: Arbiter, worker: Worker) -> None:
    share_values(metrics_folder, slots[worker])
    # Another thread waits at most so long for the interpreter while a text is read.
    sys.setswitchinterval(SWITCH_SECONDS)
    if embedded:
        os.environ["REDIS_URL"] = embedded.url
        embedded.leave()


def on_exit(server: Arbiter) -> None:
    shutil.rmtree(metrics_folder, ignore_errors=True)
    if embedded:
        embedded.stop()

"""The application: wiring, and nothing at import.

In: settings and a cache, both found by the environment when they are not given. Out: a Flask application,
which gunicorn makes as `service.app:create_app(reads_apart=True)`.
"""

import os
from collections.abc import Callable

from flask import Flask

from service.cache import RedisReportCache, ReportCache
from service.embedded import NO_SERVER, NoServerError
from service.errors import register_errors
from service.metrics import CountedCache, Metrics
from service.observation import observe_requests
from service.reading import Reader, read_text
from service.reference.published import publish_codebook, publish_forms
from service.routes import BLUEPRINTS
from service.routes.direct import answer_directly
from service.routes.empty import EmptyResponse
from service.routes.gate import believe_proxies, set_gate
from service.routes.state import set_state
from service.settings import Settings


def open_cache(settings: Settings, note_breaker: Callable[[bool], object] = bool) -> ReportCache:
    if settings.redis_url is None:
        raise NoServerError(NO_SERVER)
    timeout = settings.redis_timeout_ms / 1000
    return RedisReportCache(settings.redis_url, timeout, settings.cache_ttl_seconds, note_breaker)


def create_app(settings: Settings | None = None, cache: ReportCache | None = None, reads_apart: bool = False) -> Flask:
    """`reads_apart` has texts read in a process beside this one, where their time is kept as well."""
    settings = settings or Settings.from_env(os.environ)
    read = Reader(settings.parse_timeout_ms / 1000).read if reads_apart else read_text
    app = Flask(__name__, static_folder=None)
    # Flask itself makes the answers to OPTIONS, and no others.
    app.response_class = EmptyResponse
    # An address with a doubled slash is unknown as any other; the router's redirect would be a page of HTML.
    app.url_map.merge_slashes = False
    metrics = Metrics()
    counted = CountedCache(cache or open_cache(settings, metrics.note_breaker), metrics)
    set_state(app, settings, counted, metrics, read)
    set_gate(app, settings, metrics)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    register_errors(app)
    answer_directly(app)
    observe_requests(app, metrics)
    if settings.trusted_proxies:
        believe_proxies(app, settings.trusted_proxies)
    # Made now, the first client does not wait for them, and a fault of the codebook's data ends the start.
    publish_codebook()
    publish_forms()
    return app

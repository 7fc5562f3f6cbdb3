"""What the routes share: settings, cache and parser of the application. Set by `create_app`, read by the views."""

from collections.abc import Callable

from flask import Flask, Request, current_app, request

from service.bounds import bound
from service.cache import ReportCache
from service.metrics import Metrics
from service.parsing import Parser
from service.reading import Reading
from service.settings import Settings

CACHE_KEY = "gongkai.cache"
METRICS_KEY = "gongkai.metrics"
PARSER_KEY = "gongkai.parser"
SETTINGS_KEY = "gongkai.settings"


def set_state(
    app: Flask, settings: Settings, cache: ReportCache, metrics: Metrics, read: Callable[[str], Reading]
) -> None:
    app.extensions[SETTINGS_KEY] = settings
    app.extensions[CACHE_KEY] = cache
    # A quarter of the threads is never held by a text that is read or waits: remembered reports and health have it.
    places = max(1, settings.threads - max(1, settings.threads // 4))
    bounded = bound(read, settings.max_line_characters, settings.max_nesting)
    app.extensions[PARSER_KEY] = Parser(places, bounded, metrics.count_parse)
    app.extensions[METRICS_KEY] = metrics


def current_request() -> Request:
    """The request itself: whatever is asked of Flask's `request` looks for it anew."""
    found: Request = request._get_current_object()  # type: ignore[attr-defined]
    return found


def current_settings() -> Settings:
    settings: Settings = current_app.extensions[SETTINGS_KEY]
    return settings


def current_cache() -> ReportCache:
    cache: ReportCache = current_app.extensions[CACHE_KEY]
    return cache


def current_parser() -> Parser:
    parser: Parser = current_app.extensions[PARSER_KEY]
    return parser


def current_metrics() -> Metrics:
    metrics: Metrics = current_app.extensions[METRICS_KEY]
    return metrics

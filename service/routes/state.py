"""What the routes share: settings, cache, parser and metrics of the application, set by `create_app`."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app

from service.bounds import bound
from service.cache import ReportCache
from service.metrics import Metrics
from service.parsing import Parser
from service.reading import Reading
from service.settings import Settings

STATE_KEY = "gongkai"


@dataclass(slots=True)
class State:
    settings: Settings
    cache: ReportCache
    parser: Parser
    metrics: Metrics


def set_state(
    app: Flask, settings: Settings, cache: ReportCache, metrics: Metrics, read: Callable[[str], Reading]
) -> None:
    # A quarter of the threads is never held by a text that is read or waits: remembered reports and health have it.
    places = max(1, settings.threads - max(1, settings.threads // 4))
    bounded = bound(read, settings.max_line_characters, settings.max_nesting)
    app.extensions[STATE_KEY] = State(settings, cache, Parser(places, bounded, metrics.count_parse), metrics)


def find_state(app: Flask) -> State:
    state: State = app.extensions[STATE_KEY]
    return state


def current_state() -> State:
    return find_state(current_app)

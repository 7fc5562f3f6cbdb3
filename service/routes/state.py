"""What the routes share: settings and cache of the running application. Set by `create_app`, read by the views."""

from flask import Flask, current_app

from service.cache import ReportCache
from service.settings import Settings

CACHE_KEY = "gongkai.cache"
SETTINGS_KEY = "gongkai.settings"


def set_state(app: Flask, settings: Settings, cache: ReportCache) -> None:
    app.extensions[SETTINGS_KEY] = settings
    app.extensions[CACHE_KEY] = cache


def current_settings() -> Settings:
    settings: Settings = current_app.extensions[SETTINGS_KEY]
    return settings


def current_cache() -> ReportCache:
    cache: ReportCache = current_app.extensions[CACHE_KEY]
    return cache

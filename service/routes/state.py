"""What the routes share: the cache of the running application. Set by `create_app`, read by the views."""

from flask import Flask, current_app

from service.cache import ReportCache

KEY = "gongkai.cache"


def set_cache(app: Flask, cache: ReportCache) -> None:
    app.extensions[KEY] = cache


def current_cache() -> ReportCache:
    cache: ReportCache = current_app.extensions[KEY]
    return cache

"""The gate before the routes under /v1: keys, rate limit, and which other origins' pages may ask.

In: the settings, each request before its view. Out: nothing, or a 401, 403 or 429 problem; headers that tell what is
left of the limit. What the settings leave off has no hook and costs nothing.
"""

from typing import TYPE_CHECKING

from flask import Flask, Response, g, request

from service.errors import ServiceError
from service.keys import Key, KeyRing
from service.metrics import Metrics
from service.settings import Settings

if TYPE_CHECKING:
    from service.limits import RateLimiter

PREFIX = "/v1/"
POLICY = "requests"
CHALLENGE = 'Bearer realm="gongkai"'
# What a page of another origin may send and see besides what every page may.
SENT_HEADERS = ("Authorization", "Content-Type", "Content-Encoding", "If-None-Match")
SEEN_HEADERS = (
    "ETag",
    "Location",
    "Cache-Status",
    "Batch-Limits",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "WWW-Authenticate",
    "X-Request-Id",
)
PREFLIGHT_SECONDS = 7200


def is_guarded() -> bool:
    # A browser asks by OPTIONS whether it may ask, and shows no key then.
    return request.path.startswith(PREFIX) and request.method != "OPTIONS"


def read_key(ring: KeyRing) -> Key:
    """The key that the client shows."""
    authorization = request.authorization
    if authorization is None or authorization.type != "bearer" or not authorization.token:
        detail = "This service asks for a key: Authorization: Bearer KEY."
        raise ServiceError(401, "key_missing", detail, {"WWW-Authenticate": CHALLENGE})
    key = ring.find(authorization.token)
    if key is None:
        headers = {"WWW-Authenticate": f'{CHALLENGE}, error="invalid_token"'}
        raise ServiceError(401, "key_unknown", "This service does not know the key.", headers)
    return key


def guard_by_key(app: Flask, ring: KeyRing) -> None:
    def require_key() -> None:
        if not is_guarded():
            return
        key = read_key(ring)
        if request.method == "DELETE" and not key.may_forget:
            headers = {"WWW-Authenticate": f'{CHALLENGE}, error="insufficient_scope"'}
            raise ServiceError(403, "key_may_not", "This key may not forget reports.", headers)
        g.client = key.digest

    app.before_request(require_key)


def guard_by_rate(app: Flask, limiter: "RateLimiter") -> None:
    policy = f'"{POLICY}";q={limiter.rule.amount};w={limiter.rule.get_expiry()}'

    def count_request() -> None:
        if not is_guarded():
            return
        quota = g.quota = limiter.count(g.get("client") or request.remote_addr or "unknown")
        if quota and not quota.is_allowed:
            detail = "The client has made more requests than this service allows; wait as Retry-After says."
            raise ServiceError(429, "too_many_requests", detail, {"Retry-After": str(quota.reset_seconds)})

    def tell_quota(response: Response) -> Response:
        if quota := g.get("quota"):
            response.headers["RateLimit-Policy"] = policy
            response.headers["RateLimit"] = f'"{POLICY}";r={quota.remaining};t={quota.reset_seconds}'
        return response

    app.before_request(count_request)
    app.after_request(tell_quota)


def limit_rate(app: Flask, rule: str, settings: Settings, metrics: Metrics) -> None:
    # Imported where it is wanted: the library costs a start a quarter of a second.
    from service.limits import RateLimiter

    timeout = settings.redis_timeout_ms / 1000
    guard_by_rate(app, RateLimiter(rule, settings.redis_url or "", timeout, metrics.count_uncounted))


def open_to_origins(app: Flask, origins: tuple[str, ...]) -> None:
    from flask_cors import CORS

    CORS(
        app,
        resources={rf"{PREFIX}.*": {"origins": list(origins)}},
        methods=["GET", "HEAD", "POST", "DELETE"],
        allow_headers=SENT_HEADERS,
        expose_headers=SEEN_HEADERS,
        max_age=PREFLIGHT_SECONDS,
    )


def believe_proxies(app: Flask, count: int) -> None:
    from werkzeug.middleware.proxy_fix import ProxyFix

    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count, x_prefix=count)  # type: ignore[method-assign]


def set_gate(app: Flask, settings: Settings, metrics: Metrics) -> None:
    """What the settings ask for, in this order: keys, then the limit, then other origins."""
    if settings.asks_for_keys:
        guard_by_key(app, KeyRing(settings.api_keys, settings.api_keys_file))
    if settings.rate_limit:
        limit_rate(app, settings.rate_limit, settings, metrics)
    if settings.cors_origins:
        open_to_origins(app, settings.cors_origins)

"""Health: whether the process lives and whether what it needs is there. It parses nothing and stores nothing."""

import msgspec
from flask import Blueprint, Response

from service.cache import CacheUnavailableError
from service.routes.state import current_state

blueprint = Blueprint("health", __name__)


def send_state(state: dict[str, object]) -> Response:
    return Response(msgspec.json.encode(state), headers={"Cache-Control": "no-store"}, content_type="application/json")


@blueprint.get("/healthz")
def get_health() -> Response:
    """The process lives."""
    return send_state({"status": "ok"})


@blueprint.get("/readyz")
def get_readiness() -> Response:
    """What the service needs is there, by name."""
    # Without its cache the service still parses: taking it out of a balancer would turn degraded into gone.
    try:
        need: dict[str, str | None] = {"name": "cache", "status": "ok", "detail": current_state().cache.describe()}
    except CacheUnavailableError:
        need = {"name": "cache", "status": "unavailable", "detail": None}
    return send_state({"status": "ready" if need["status"] == "ok" else "degraded", "needs": [need]})

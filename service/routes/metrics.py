"""Metrics for Prometheus, of all workers together. What is counted is in `service.metrics`."""

from flask import Blueprint, Response

from service.routes.state import current_state

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
def get_metrics() -> Response:
    """What happened since the service started."""
    return Response(current_state().metrics.render(), headers={"Cache-Control": "no-store"}, content_type=METRICS_TYPE)

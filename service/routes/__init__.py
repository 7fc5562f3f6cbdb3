"""The routes, one blueprint for each resource. A view reads the request, asks cache and core, and sends bytes."""

from service.routes import batch, comparisons, documentation, health, metrics, page, reference, reports

BLUEPRINTS = (
    reports.blueprint,
    batch.blueprint,
    comparisons.blueprint,
    reference.blueprint,
    health.blueprint,
    metrics.blueprint,
    page.blueprint,
    documentation.blueprint,
)

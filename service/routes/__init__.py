"""The routes, one blueprint for each resource. A view reads the request, asks cache and core, and sends bytes."""

from service.routes import comparisons, health, page, reference, reports

BLUEPRINTS = (
    reports.blueprint,
    comparisons.blueprint,
    reference.blueprint,
    health.blueprint,
    page.blueprint,
)

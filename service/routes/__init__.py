"""The routes, one blueprint for each resource. A view reads the request, asks cache and core, and sends bytes."""

from service.routes import health, reference, reports

BLUEPRINTS = (reports.blueprint, reference.blueprint, health.blueprint)

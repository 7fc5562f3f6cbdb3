"""The routes, one blueprint for each resource. A view reads the request, asks cache and core, and sends bytes."""

from service.routes.health import health
from service.routes.reference import blueprint as reference
from service.routes.reports import reports

BLUEPRINTS = (reports, reference, health)

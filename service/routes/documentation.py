"""The API described: `GET /openapi.json` for programs, `GET /docs` for people; `/openapi.yaml` and `/docs/` lead there.

In: the document that `make openapi` writes, a page of ours, and Swagger UI's files out of the wheel that brings them.
Out: those bytes, read when they are first asked for. Nothing is fetched from elsewhere, and the page's policy would not
let it.
"""

import functools
from importlib import resources

from flask import Blueprint, Response, request

from service.errors import ServiceError
from service.representations import JSON_TYPE, Publication, publish
from service.routes.empty import EmptyResponse
from service.routes.negotiation import read_media_type
from service.routes.page import HEADERS, MEDIA_TYPES, OWN_FILES_POLICY
from service.routes.publications import send_publication

# Swagger UI makes markup of strings.
PAGE_HEADERS = HEADERS | {"Content-Security-Policy": OWN_FILES_POLICY}
DOCUMENT_HEADERS = {"Cache-Control": "public, no-cache", "Vary": "Accept, Accept-Encoding"}
FILES = {
    "index.html": "service.documentation",
    "start.js": "service.documentation",
    "swagger-ui.css": "flask_swagger_ui.dist",
    "swagger-ui-bundle.js": "flask_swagger_ui.dist",
}

blueprint = Blueprint("documentation", __name__)


@functools.cache
def load_document() -> Publication:
    return publish(JSON_TYPE, resources.files("service").joinpath("documentation", "openapi.json").read_bytes())


@functools.cache
def load_file(name: str) -> Publication:
    package, _, folder = FILES[name].rpartition(".")
    content = resources.files(package).joinpath(folder, name).read_bytes()
    return publish(MEDIA_TYPES[name[name.rindex(".") :]], content)


@blueprint.get("/openapi.json")
def get_document() -> Response:
    """The description of the API."""
    read_media_type(request.environ, (JSON_TYPE,))
    return send_publication(load_document(), DOCUMENT_HEADERS)


@blueprint.get("/docs")
def get_page() -> Response:
    """The same, to read and to try."""
    return send_publication(load_file("index.html"), PAGE_HEADERS)


@blueprint.get("/openapi.yaml", defaults={"address": "openapi.json"})
@blueprint.get("/docs/", defaults={"address": "../docs"})
def get_other_address(address: str) -> Response:
    """Where a file of the repository, or the page with a slash behind it, is found. JSON is YAML as well."""
    return EmptyResponse(status=308, headers={"Location": address})


@blueprint.get("/docs/<name>")
def get_file(name: str) -> Response:
    """One of the page's files."""
    if name not in FILES:
        raise ServiceError(404, "unknown_asset", "The page has no such file.")
    return send_publication(load_file(name), PAGE_HEADERS)

"""The page for people: `GET /` and its assets.

In: the files of ``service/page``, read once when the routes are made. Out: those bytes with their media type, a
strong ETag and a policy that lets nothing in but the page's own files. An address that is no file of the folder is
unknown; no path is ever built from a request. What the page does is in its modules, its data come from the API.
"""

from importlib import resources
from importlib.resources.abc import Traversable

from flask import Blueprint, Response

from service.errors import ServiceError
from service.representations import Publication, publish
from service.routes.publications import send_publication

MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
INDEX = "index.html"
SAMPLES = "samples/"
# Nothing from elsewhere, nothing inline, no frame around it.
OWN_FILES_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
# And strings never become markup or script.
POLICY = f"{OWN_FILES_POLICY}; require-trusted-types-for 'script'; trusted-types 'none'"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    # Kept by browsers and asked for again each time: the page and its modules are always of one version.
    "Cache-Control": "public, no-cache",
    "Vary": "Accept-Encoding",
}

blueprint = Blueprint("page", __name__)


def read_asset(name: str, content: bytes) -> Publication:
    suffix = name[name.rindex(".") :]
    # A sample is text whatever it holds: opened by itself it must not become a page of this origin.
    return publish(MEDIA_TYPES[".txt" if name.startswith(SAMPLES) and suffix == ".html" else suffix], content)


def load_assets(folder: Traversable, prefix: str = "") -> dict[str, Publication]:
    """Every file of the folder by its path from there."""
    assets: dict[str, Publication] = {}
    for entry in folder.iterdir():
        name = prefix + entry.name
        if entry.is_dir():
            assets |= load_assets(entry, f"{name}/")
        else:
            assets[name] = read_asset(name, entry.read_bytes())
    return assets


ASSETS = load_assets(resources.files("service").joinpath("page"))


@blueprint.get("/")
def get_page() -> Response:
    """The page."""
    return send_publication(ASSETS[INDEX], HEADERS)


@blueprint.get("/assets/<path:name>")
def get_asset(name: str) -> Response:
    """One of the page's files."""
    asset = ASSETS.get(name)
    if asset is None:
        raise ServiceError(404, "unknown_asset", "The page has no such file.")
    return send_publication(asset, HEADERS)

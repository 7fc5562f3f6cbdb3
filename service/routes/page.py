"""The page for people: `GET /` and its assets.

In: the files of ``service/page``, read once when the routes are made. Out: those bytes with their media type, a
strong ETag and a policy that lets nothing in but the page's own files. An address that is no file of the folder is
unknown; no path is ever built from a request. What the page does is in its modules, its data come from the API.
"""

import hashlib
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable

from flask import Blueprint, Response, request

from service.errors import ServiceError

MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
INDEX = "index.html"
SAMPLES = "samples/"
# Nothing from elsewhere, nothing inline, no frame around it; strings never become markup or script.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    # Kept by browsers and asked for again each time: the page and its modules are always of one version.
    "Cache-Control": "public, no-cache",
}

blueprint = Blueprint("page", __name__)


@dataclass(frozen=True, slots=True)
class Asset:
    content: bytes
    media_type: str
    etag: str


def read_asset(name: str, content: bytes) -> Asset:
    suffix = name[name.rindex(".") :]
    # A sample is read as text whatever it is: opened by itself it must not become a page of this origin.
    media_type = MEDIA_TYPES[".txt" if name.startswith(SAMPLES) and suffix == ".html" else suffix]
    return Asset(content, media_type, hashlib.sha256(content).hexdigest()[:32])


def load_assets(folder: Traversable, prefix: str = "") -> dict[str, Asset]:
    """Every file of the folder by its path from there."""
    assets: dict[str, Asset] = {}
    for entry in folder.iterdir():
        name = prefix + entry.name
        if entry.is_dir():
            assets |= load_assets(entry, f"{name}/")
        else:
            assets[name] = read_asset(name, entry.read_bytes())
    return assets


ASSETS = load_assets(resources.files("service").joinpath("page"))


def send_asset(asset: Asset) -> Response:
    response = Response(asset.content, headers=HEADERS, content_type=asset.media_type)
    response.set_etag(asset.etag)
    response.make_conditional(request)
    return response


@blueprint.get("/")
def get_page() -> Response:
    """The page."""
    return send_asset(ASSETS[INDEX])


@blueprint.get("/assets/<path:name>")
def get_asset(name: str) -> Response:
    """One of the page's files."""
    asset = ASSETS.get(name)
    if asset is None:
        raise ServiceError(404, "unknown_asset", "The page has no such file.")
    return send_asset(asset)

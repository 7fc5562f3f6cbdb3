"""The codebook and the printed forms, for programs that explain figures or draw a form.

In: a media type, the name of a form. Out: bytes that `published` made when the service started. They change with a
release alone, so a client may keep them for a day.
"""

from flask import Blueprint, Response, request

from service.errors import ServiceError
from service.reference.published import Publication, publish_codebook, publish_forms
from service.representations import JSON_TYPE, accepts_gzip
from service.routes.negotiation import read_media_type

CACHE_CONTROL = "public, max-age=86400"

blueprint = Blueprint("reference", __name__)


def send_publication(publication: Publication) -> Response:
    """The ready bytes, or 304 where the client holds them."""
    is_packed = accepts_gzip(request.environ.get("HTTP_ACCEPT_ENCODING", ""))
    etag = f"{publication.etag}.gzip" if is_packed else publication.etag
    headers = {"ETag": f'"{etag}"', "Cache-Control": CACHE_CONTROL, "Vary": "Accept, Accept-Encoding"}
    if request.if_none_match.contains_weak(etag):
        return Response(status=304, headers=headers)
    if is_packed:
        headers["Content-Encoding"] = "gzip"
    body = publication.packed if is_packed else publication.body
    return Response(body, headers=headers, content_type=publication.content_type)


@blueprint.get("/v1/indicators")
def get_indicators() -> Response:
    """Every code with its meaning, its source in the regulation and the crosswalk of the forms."""
    return send_publication(publish_codebook()[read_media_type()])


@blueprint.get("/v1/forms/<form>")
def get_form(form: str) -> Response:
    """One printed form, row by row and cell by cell."""
    read_media_type((JSON_TYPE,))
    publication = publish_forms().get(form)
    if publication is None:
        raise ServiceError(404, "unknown_form", "There are the forms 2014, 2019 and 2021.")
    return send_publication(publication)

"""The codebook and the printed forms, for programs that explain figures or draw a form.

In: a media type, the name of a form. Out: bytes that `published` made when the service started. They change with a
release alone, so a client may keep them for a day.
"""

from flask import Blueprint, Response, request

from service.errors import ServiceError
from service.reference.published import publish_codebook, publish_forms
from service.representations import JSON_TYPE
from service.routes.negotiation import read_media_type
from service.routes.publications import send_publication

HEADERS = {"Cache-Control": "public, max-age=86400", "Vary": "Accept, Accept-Encoding"}

blueprint = Blueprint("reference", __name__)


@blueprint.get("/v1/indicators")
def get_indicators() -> Response:
    """Every code with its meaning, its source in the regulation and the crosswalk of the forms."""
    return send_publication(publish_codebook()[read_media_type(request.environ)], HEADERS)


@blueprint.get("/v1/forms/<form>")
def get_form(form: str) -> Response:
    """One printed form, row by row and cell by cell."""
    read_media_type(request.environ, (JSON_TYPE,))
    publication = publish_forms().get(form)
    if publication is None:
        raise ServiceError(404, "unknown_form", "There are the forms 2014, 2019 and 2021.")
    return send_publication(publication, HEADERS)

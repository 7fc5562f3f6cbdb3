"""Publications: ready bytes that change with a release alone, sent or confirmed.

In: a `Publication` and the headers of its kind. Out: the answer in the coding that the client takes, or a 304.
"""

from collections.abc import Mapping

from flask import Response, request

from service.representations import Publication
from service.routes.negotiation import holds, takes_gzip


def send_publication(publication: Publication, headers: Mapping[str, str]) -> Response:
    """The ready bytes, or 304 where the client holds them."""
    is_packed = takes_gzip(request.environ)
    etag = f"{publication.etag}.gzip" if is_packed else publication.etag
    headers = {**headers, "ETag": f'"{etag}"'}
    if holds(request.environ, etag):
        return Response(status=304, headers=headers)
    if is_packed:
        headers["Content-Encoding"] = "gzip"
    body = publication.packed if is_packed else publication.body
    return Response(body, headers=headers, content_type=publication.content_type)

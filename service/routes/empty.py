"""Answers without a body, which have no media type either: Flask says text/html of whatever names no other."""

from flask import Response


class EmptyResponse(Response):
    default_mimetype = None

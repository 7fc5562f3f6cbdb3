"""openapi.yaml and the service agree, in both directions: routes, statuses, headers, shapes and examples.

Making the document runs every exchange of the contract against the service and fails where an answer is not as
declared; here the result is compared with the file, the file with the routes, and the bodies with the schemas.
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import yaml
from flask import Flask
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from service.app import create_app
from service.routes.bodies import MEDIA_TYPES
from service.settings import Settings
from tools.contract import OPERATIONS
from tools.openapi import SERVED, TARGET, make_document, refer_to, send, start_clients

Json = dict[str, Any]
SPEC: Json = yaml.safe_load(TARGET.read_text("utf-8"))
METHODS = {"get", "head", "post", "put", "patch", "delete"}


def drop_examples(node: Any) -> Any:
    """The document without its examples, which follow every new reading of the core and are tested as shapes."""
    if isinstance(node, dict):
        return {key: drop_examples(value) for key, value in node.items() if key != "examples"}
    return [drop_examples(item) for item in node] if isinstance(node, list) else node


def make_validator(schema: Json) -> Draft202012Validator:
    return Draft202012Validator({"components": SPEC["components"], **schema})


def find_contents(spec: Json) -> Iterator[tuple[str, Json]]:
    """Every media type of every request and answer."""
    for path, operations in spec["paths"].items():
        for method, operation in operations.items():
            bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
            for content in (body.get("content", {}) for body in bodies):
                yield from ((f"{method} {path} {media_type}", media) for media_type, media in content.items())


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_app(Settings.from_env({"REDIS_URL": "unix:///nowhere"}))


def test_document_is_valid_openapi() -> None:
    validate(SPEC)


def test_file_is_what_the_service_says() -> None:
    assert drop_examples(make_document()) == drop_examples(SPEC), "make openapi"


def test_every_route_is_described_and_every_description_is_a_route(app: Flask) -> None:
    # The pages for people and the description itself are no part of what is described.
    routes = {
        (re.sub(r"<(?:[^:>]+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if method != "OPTIONS" and not rule.endpoint.startswith(("page.", "documentation."))
    }
    described = {(path, method) for path, item in SPEC["paths"].items() for method in item.keys() & METHODS}
    assert described == routes


def test_what_is_served_is_the_file() -> None:
    assert msgspec.json.decode(SERVED.read_bytes()) == SPEC, "make openapi"


def test_every_media_type_that_is_taken_is_described() -> None:
    body = SPEC["paths"]["/v1/reports"]["post"]["requestBody"]
    assert set(body["content"]) == set(MEDIA_TYPES)


def test_every_schema_is_used() -> None:
    text = msgspec.json.encode(SPEC).decode()
    for name in SPEC["components"]["schemas"]:
        assert f'"#/components/schemas/{name}"' in text, name


@pytest.mark.parametrize("name", SPEC["components"]["schemas"])
def test_schema_is_a_schema(name: str) -> None:
    Draft202012Validator.check_schema(SPEC["components"]["schemas"][name])


def test_every_example_has_its_shape() -> None:
    count = 0
    for place, media in find_contents(SPEC):
        for name, example in media.get("examples", {}).items():
            assert not list(make_validator(media["schema"]).iter_errors(example["value"])), f"{place} {name}"
            count += 1
    assert count >= 20


def test_every_answer_has_its_shape_and_its_headers() -> None:
    with start_clients() as clients:
        for operation in OPERATIONS:
            for answer in operation.answers:
                for exchange in answer.exchanges:
                    response = send(clients, operation, exchange)
                    for name in answer.headers:
                        schema = SPEC["components"]["headers"][name]["schema"]
                        value = response.headers[name]
                        value = int(value) if schema["type"] == "integer" else value
                        make_validator(schema).validate(value)
                    if response.data and response.mimetype.endswith("json"):
                        body = response.get_json(force=True)
                        make_validator(refer_to(answer.content[response.mimetype])).validate(body)


def test_head_answers_as_get() -> None:
    with start_clients() as clients:
        for operation in OPERATIONS:
            for answer in operation.answers if operation.method == "get" else ():
                for exchange in answer.exchanges:
                    got = send(clients, operation, exchange)
                    client = clients[exchange.setting]
                    same = {"X-Request-Id": got.headers["X-Request-Id"]}
                    head = client.head(exchange.path, headers={**exchange.headers, **same})
                    for counted in ("RateLimit", "Retry-After"):
                        assert (head.headers.pop(counted, None) is None) == (got.headers.pop(counted, None) is None)
                    assert (head.status_code, dict(head.headers)) == (got.status_code, dict(got.headers)), exchange
                    assert head.data == b""

"""Writes openapi.yaml, and the JSON of it that the service sends: `make openapi`.

In: the operations of `tools.contract`, the shapes of `service.schemas`, and the answers of the service itself, which
is run for each exchange. Out: an OpenAPI 3.1 document; an answer that is not as declared is an `AssertionError`.
Every GET is a HEAD as well.
"""

import contextlib
import copy
import logging
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import yaml
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service import schemas
from service.app import create_app
from service.embedded import start_server
from service.extraction import PARSER_VERSION
from service.keys import hash_secret
from service.parsing import Parser
from service.reading import OutOfTimeError, Reading, read_text
from service.routes.state import find_state
from service.settings import Settings
from tools.contract import (
    CSV,
    EARLIER,
    OPERATIONS,
    READING_SECRET,
    SAMPLE,
    SAMPLE_ID,
    TEXTS,
    Answer,
    Exchange,
    Operation,
)

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "openapi.yaml"
# The same for programs that ask the service, which has no reader of YAML.
SERVED = ROOT / "service" / "documentation" / "openapi.json"
Json = dict[str, Any]
Clients = Mapping[str, FlaskClient]
# Examples stay as they are when only the parser has changed.
EXAMPLE_VERSION = "0123456789abcdef"

INFO: Json = {
    "title": "Gongkai",
    "version": "1",
    "summary": "Reads Chinese government-information-disclosure annual reports and returns their indicators as data.",
    "description": (
        "POST the text of one report (政府信息公开工作年度报告); every figure comes back with its code, its value and "
        "the place where it stands. Spans are `[start, end)` in Unicode code points of the text as submitted. Every "
        "error is `application/problem+json` (RFC 9457), also for unknown addresses (404), wrong methods (405) and "
        "what is no HTTP request or does not come in time (400, 408, 414, 417, 431, 501)."
    ),
    "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
}
TAGS = [
    {"name": "reports", "description": "Texts in, reports out."},
    {"name": "codebook", "description": "What the codes mean, and the forms that print them."},
    {"name": "health", "description": "For supervisors and balancers."},
]
HEADERS: Json = {
    "ETag": {
        "description": "Strong: text, parser version, media type, members and content coding settle the bytes.",
        "schema": {"type": "string", "pattern": '^".+"$'},
    },
    "Cache-Control": {"description": "How long a client may keep the answer.", "schema": {"type": "string"}},
    "Cache-Status": {
        "description": "RFC 9211: `hit`, or `fwd=uri-miss` and whether it was `stored`.",
        "schema": {"type": "string", "pattern": "^gongkai; (hit|fwd=uri-miss; (stored|detail=unavailable))$"},
    },
    "Vary": {"description": "The request headers that choose among the answers.", "schema": {"type": "string"}},
    "Location": {
        "description": "Where the report is remembered.",
        "schema": {"type": "string", "format": "uri-reference"},
    },
    "Accept": {"description": "The media types that this address takes.", "schema": {"type": "string"}},
    "Accept-Encoding": {"description": "The content coding that this address takes.", "schema": {"type": "string"}},
    "Batch-Limits": {
        "description": "How many items a batch may hold, and how many bytes it and each item may have.",
        "schema": {"type": "string", "pattern": "^items=[0-9]+, bytes=[0-9]+, item-bytes=[0-9]+$"},
    },
    "WWW-Authenticate": {
        "description": "The scheme by which to show a key, and what is wrong with the one shown.",
        "schema": {"type": "string", "pattern": "^Bearer "},
    },
    "RateLimit-Policy": {
        "description": "How many requests (`q`) a client may make in how many seconds (`w`).",
        "schema": {"type": "string", "pattern": '^"requests";q=[0-9]+;w=[0-9]+$'},
    },
    "RateLimit": {
        "description": "How many requests are left (`r`), and in how many seconds (`t`) the window is new.",
        "schema": {"type": "string", "pattern": '^"requests";r=[0-9]+;t=[0-9]+$'},
    },
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 0}},
}
# On every answer, and on none of them worth a line of its own.
EVERYWHERE = ("X-Request-Id", "X-Content-Type-Options", "Content-Security-Policy")
KEY_SCHEME: Json = {"type": "http", "scheme": "bearer", "description": "Asked for where `API_KEYS` is set."}
PARAMETERS: Json = {
    "report_id": {
        "name": "report_id",
        "in": "path",
        "required": True,
        "description": "Lower-case hex SHA-256 of the text's UTF-8 bytes.",
        "schema": {"type": "string", "pattern": schemas.ID_PATTERN},
    },
    "form": {
        "name": "form",
        "in": "path",
        "required": True,
        "description": "The edition.",
        "schema": {"type": "string", "enum": ["2014", "2019", "2021"]},
    },
    "members": {
        "name": "members",
        "in": "query",
        "description": "The members of the report to send, all where it is absent; not with CSV.",
        "style": "form",
        "explode": False,
        "schema": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "string", "enum": list(schemas.ReportSchema().fields)},
        },
    },
    "If-None-Match": {
        "name": "If-None-Match",
        "in": "header",
        "description": "Entity tags that the client holds.",
        "schema": {"type": "string"},
    },
}
# A text that is not blank; in a body of its own, where nothing stands for them, without control characters as well.
MEMBER_PATTERN = r"\S"
TEXT_PATTERN = r"^[^\x00-\x08\x0e-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x08\x0e-\x1f\x7f]*$"
TEXT_BODY: Json = {
    "schema": {"type": "string", "pattern": TEXT_PATTERN},
    "examples": {"report": {"summary": "In a declared charset, UTF-8 or GB18030.", "value": SAMPLE}},
}
REQUEST_EXAMPLES: Json = {
    "ReportRequest": {"text": SAMPLE},
    "BatchItem": {"key": "qingshi-2024", "text": SAMPLE},
    "ComparisonRequest": {"earlier": {"text": EARLIER}, "later": {"id": SAMPLE_ID}},
}
# A schema stands after those that it holds.
ANSWERS = ("Report", "Comparison", "Problem", "BatchAnswer", "Codebook", "PrintedForm", "Health", "Readiness")
ROOT_SCHEMAS = (*REQUEST_EXAMPLES, *ANSWERS)


class FaultyCache:
    """A cache with a fault of the program, so that a 500 is seen."""

    def fail(self, *_: object) -> Any:
        raise RuntimeError

    get = has = forget = put = describe = fail


def run_out_of_time(_: str) -> Reading:
    raise OutOfTimeError


@contextlib.contextmanager
def start_clients() -> Iterator[Clients]:
    """The service as it runs, without its cache, with a fault, with keys, over its limit, without time, busy."""
    server = start_server(memory_mb=4)
    limits = {"MAX_BODY_BYTES": "4096", "MAX_BATCH_BYTES": "8192", "MAX_LINE_CHARACTERS": "1000"}
    running = Settings.from_env({"REDIS_URL": server.url} | limits)
    cacheless = Settings.from_env({"REDIS_URL": "unix:///nowhere"})
    address = {"REDIS_URL": server.url}
    apps = {
        "keyed": create_app(Settings.from_env(address | {"API_KEYS": f"{hash_secret(READING_SECRET)}:read"})),
        "limited": create_app(Settings.from_env(address | {"RATE_LIMIT": "1/day"})),
        "running": create_app(running),
        "cacheless": create_app(cacheless),
        "faulty": create_app(running, FaultyCache()),
        "hurried": create_app(Settings.from_env(address)),
        "busy": create_app(running),
    }
    # Where no text is read in time, and where there are as many texts as can be.
    find_state(apps["hurried"]).parser = Parser(1, run_out_of_time, bool)
    find_state(apps["busy"]).parser = Parser(0, read_text, bool)
    clients = {name: app.test_client() for name, app in apps.items()}
    clients["limited"].get("/v1/indicators")
    try:
        yield clients
    finally:
        server.stop()


def send(clients: Clients, operation: Operation, exchange: Exchange) -> TestResponse:
    return clients[exchange.setting].open(
        exchange.path, method=operation.method, headers=exchange.headers, data=exchange.body
    )


def assert_as_declared(answer: Answer, exchange: Exchange, response: TestResponse) -> None:
    """What was sent is what the contract says, no more and no less."""
    place = f"{exchange.path} {exchange.name}"
    assert response.status_code == answer.status, f"{place}: {response.status_code}"
    headers = set(response.headers.keys()) - {"Content-Type", "Content-Length", "Content-Encoding"}
    assert headers == {*answer.headers, *EVERYWHERE}, f"{place}: {headers}"
    assert bool(response.data) == bool(answer.content), place
    assert not response.data or response.mimetype in answer.content, f"{place}: {response.mimetype}"


def make_example(response: TestResponse) -> Json:
    data = response.data.replace(PARSER_VERSION.encode(), EXAMPLE_VERSION.encode())
    return {"value": data.decode("utf-8-sig") if response.mimetype == CSV else msgspec.json.decode(data)}


def refer_to(names: str | None) -> Json:
    if names is None:
        return {"type": "string"}
    references = [{"$ref": f"#/components/schemas/{name}"} for name in names.split(" or ")]
    return references[0] if len(references) == 1 else {"anyOf": references}


def make_response(operation: Operation, answer: Answer, clients: Clients) -> Json:
    content: Json = {media_type: {"schema": refer_to(names)} for media_type, names in answer.content.items()}
    for exchange in answer.exchanges:
        response = send(clients, operation, exchange)
        assert_as_declared(answer, exchange, response)
        if response.data and answer.is_example:
            content[response.mimetype].setdefault("examples", {})[exchange.name] = make_example(response)
    described: Json = {"description": answer.description}
    if answer.headers:
        described["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in answer.headers}
    return described | ({"content": content} if content else {})


def make_request_body(operation: Operation, name: str) -> Json:
    json = {"schema": refer_to(name), "examples": {"request": {"value": REQUEST_EXAMPLES[name]}}}
    return {
        "required": True,
        "content": (dict.fromkeys(TEXTS, TEXT_BODY) if operation.takes_text else {}) | {operation.request_type: json},
    }


def make_operation(operation: Operation, clients: Clients) -> Json:
    described: Json = {
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": operation.description,
    }
    if operation.parameters:
        described["parameters"] = [{"$ref": f"#/components/parameters/{name}"} for name in operation.parameters]
    if operation.request_schema:
        described["requestBody"] = make_request_body(operation, operation.request_schema)
    if operation.path.startswith("/v1/"):
        # With a key or without one, as the service is set.
        described["security"] = [{}, {"key": []}]
    described["responses"] = {
        str(answer.status): make_response(operation, answer, clients) for answer in operation.answers
    }
    return described


def make_head(operation: Json) -> Json:
    """HEAD of a GET: the same answers without their bodies."""
    head = copy.deepcopy(operation) | {"operationId": operation["operationId"].replace("get", "head", 1)}
    head["summary"] += ", headers alone"
    for response in head["responses"].values():
        response.pop("content", None)
    return head


def make_paths(clients: Clients) -> Json:
    paths: Json = {}
    for operation in OPERATIONS:
        described = make_operation(operation, clients)
        paths.setdefault(operation.path, {})[operation.method] = described
        if operation.method == "get":
            paths[operation.path]["head"] = make_head(described)
    return paths


def make_schemas() -> Json:
    """The shapes of answers may grow within /v1, so none of them forbids members that it does not name."""
    spec = APISpec(title="", version="", openapi_version="3.1.0", plugins=[MarshmallowPlugin()])
    for name in ROOT_SCHEMAS:
        spec.components.schema(name, schema=getattr(schemas, f"{name}Schema"))
    shapes: Json = spec.to_dict()["components"]["schemas"]
    for name, shape in shapes.items():
        if name not in (*REQUEST_EXAMPLES, "ReportReference"):
            shape.pop("additionalProperties", None)
    for name in ("ReportRequest", "BatchItem", "ReportReference"):
        shapes[name]["properties"]["text"]["pattern"] = MEMBER_PATTERN
    # What `check_one_of_two` of the schema wants.
    shapes["ReportReference"] |= {"minProperties": 1, "maxProperties": 1}
    part = {key: value for key, value in shapes["Report"].items() if key != "required"}
    return shapes | {"ReportPart": {"description": "A report with some of its members alone.", **part}}


def make_document() -> Json:
    with start_clients() as clients:
        paths = make_paths(clients)
    return {
        "openapi": "3.1.0",
        "info": INFO,
        "servers": [{"url": "/", "description": "Where this document comes from."}],
        "tags": TAGS,
        "paths": paths,
        "components": {
            "schemas": make_schemas(),
            "parameters": PARAMETERS,
            "headers": HEADERS,
            "securitySchemes": {"key": KEY_SCHEME},
        },
    }


class Dumper(yaml.SafeDumper):
    """Plain YAML: no anchors, and strings of several lines as they stand."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


def represent_list(dumper: yaml.SafeDumper, items: list[Any]) -> yaml.SequenceNode:
    is_short = all(isinstance(item, int | float | None) for item in items)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=is_short)


Dumper.add_representer(str, represent_text)
Dumper.add_representer(list, represent_list)


def write_document(document: Json) -> str:
    head = "# Made by `make openapi` from tools/contract.py, service/schemas.py and the service's own answers.\n"
    return head + yaml.dump(document, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=120)


if __name__ == "__main__":
    # The fault that shows a 500 is meant.
    logging.disable()
    document = make_document()
    TARGET.write_text(write_document(document), "utf-8")
    SERVED.write_bytes(msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n")
    print(f"{TARGET.name} and {SERVED.name} written", file=sys.stderr)

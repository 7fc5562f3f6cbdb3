"""The client that openapi-python-client makes of openapi.yaml: read, get again, compare, send many, see an error.

openapi-python-client generate --path openapi.yaml --meta none --output-path gongkai_client \
    --config examples/generated_client.yaml
PYTHONPATH=. python examples/generated_client.py
"""

import json
import os
from pathlib import Path

from gongkai_client import AuthenticatedClient
from gongkai_client.api.reports import get_report, post_batch, post_comparison, post_report
from gongkai_client.models import (
    BatchAnswer,
    BatchItem,
    Comparison,
    ComparisonRequest,
    Problem,
    Report,
    ReportReference,
    ReportRequest,
)

SERVICE = os.environ.get("GONGKAI", "http://127.0.0.1:8000")
# A service that needs no key does not look at it.
KEY = os.environ.get("GONGKAI_KEY", "none")
TEXT = Path("service/page/samples/county-2021.txt").read_text("utf-8")
NEXT = Path("service/page/samples/county-2022.txt").read_text("utf-8")

with AuthenticatedClient(SERVICE, token=KEY) as client:
    posted = post_report.sync_detailed(client=client, body=ReportRequest(TEXT))
    report = posted.parsed
    assert isinstance(report, Report), report
    print("POST", posted.status_code.value, report.document.issuer, len(report.indicators), "indicators")

    got = get_report.sync_detailed(report.id, client=client)
    assert got.parsed == report
    held = get_report.sync_detailed(report.id, client=client, if_none_match=got.headers["ETag"])
    print("GET", got.status_code.value, "and again", held.status_code.value, len(held.content), "bytes")

    years = ComparisonRequest(earlier=ReportReference(id=report.id), later=ReportReference(text=NEXT))
    comparison = post_comparison.sync(client=client, body=years)
    assert isinstance(comparison, Comparison), comparison
    print("compared", comparison.earlier.year, comparison.later.year, len(comparison.indicators), "indicators")

    # The function that was made sends one item; many go as lines, each answered by a `BatchAnswer`.
    one = post_batch.sync(client=client, body=BatchItem(TEXT, key="one"))
    assert isinstance(one, BatchAnswer), one
    lines = b'{"key": "good", "text": "2024"}\n{"key": "bad", "text": " "}\n'
    headers = {"Content-Type": "application/x-ndjson"}
    many = client.get_httpx_client().post("/v1/reports/batch", content=lines, headers=headers)
    answers = [BatchAnswer.from_dict(json.loads(line)) for line in many.iter_lines()]
    print("batch", *(f"{answer.key} {answer.status}" for answer in (one, *answers)))

    missing = get_report.sync("0" * 64, client=client)
    assert isinstance(missing, Problem), missing
    print("error", missing.status, missing.code)

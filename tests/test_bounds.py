"""Long lines and deep tags: refused where they are beyond what the settings allow, read up to there."""

import msgspec
import pytest

from service.bounds import check_bounds
from service.errors import ServiceError
from tests.conftest import RunService
from tests.test_errors import assert_problem


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("政" * 20, None),
        ("政" * 21, "line_too_long"),
        ("政" * 20 + "\r" + "府" * 20 + "\n" + "信" * 20, None),
        ("政\n" * 50, None),
        ("<b>\n" * 3, None),
        ("<b>\n" * 4, "nested_too_deeply"),
        ("<DIV>\n<table>\n<td>\n<tr>\n<p>\n<br>\n<b>", None),
        ("</b>\n" * 9 + "<b>\n" * 4, "nested_too_deeply"),
        ("<b>\n</b>\n" * 9, None),
        ("<o:p>\n" * 9, None),
        ("< b>\n<3\n<\n" * 9, None),
    ],
)
def test_bounds(text: str, code: str | None) -> None:
    if code is None:
        check_bounds(text, 20, 3)
    else:
        with pytest.raises(ServiceError, match=code):
            check_bounds(text, 20, 3)


def test_what_is_beyond_is_a_problem_wherever_it_is_sent(run_service: RunService) -> None:
    with run_service(WORKERS="1", MAX_LINE_CHARACTERS="1000") as service:
        for text, status, code in (("政" * 1001, 413, "line_too_long"), ("<i>" * 600, 422, "nested_too_deeply")):
            text = text if code == "line_too_long" else text.replace("><", ">\n<")
            assert_problem(service.post_text(text), status, code)
            pair = {"earlier": {"text": text}, "later": {"text": "年"}}
            assert_problem(service.request("POST", "/v1/comparisons", json=pair), status, code)
            lines = {"Content-Type": "application/x-ndjson"}
            line = msgspec.json.encode({"text": text})
            answer = service.request("POST", "/v1/reports/batch", data=line, headers=lines)
            assert (answer.json()["status"], answer.json()["problem"]["code"]) == (status, code)

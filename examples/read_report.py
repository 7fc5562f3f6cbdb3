"""Read one report over HTTP and print its figures with the words around each. Needs requests.

python examples/read_report.py [TEXT_FILE]
"""

import os
import sys
from pathlib import Path
from typing import Any

import requests

SERVICE = os.environ.get("GONGKAI", "http://127.0.0.1:8000")


def read_report(text: str) -> dict[str, Any]:
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    answer = requests.post(f"{SERVICE}/v1/reports", data=text.encode(), headers=headers, timeout=60)
    if not answer.ok:
        # A problem (RFC 9457): `code` is constant, `detail` is for people.
        raise SystemExit(f"{answer.status_code} {answer.json()['code']}: {answer.json()['detail']}")
    return answer.json()


def main() -> None:
    name = sys.argv[1] if len(sys.argv) > 1 else "service/page/samples/county-2021.txt"
    text = Path(name).read_text("utf-8")
    report = read_report(text)
    document = report["document"]
    print(document["issuer"], document["year"], f"form {document['form']}", f"{len(report['indicators'])} indicators")
    for indicator in report["indicators"]:
        if indicator["status"] == "reported" and indicator["applicant"] in (None, "total") and indicator["span"]:
            start, end = indicator["span"]
            around = f"{text[max(start - 12, 0) : start]}[{text[start:end]}]{text[end : end + 6]}"
            print(f"{indicator['code']:42}{indicator['value']:>10} {indicator['unit']}  …{' '.join(around.split())}…")
    for check in report["checks"]:
        if check["status"] == "fail":
            print("不平：", check["message"])


main()

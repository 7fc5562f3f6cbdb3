"""Read a folder of texts through a service and write one tidy table. Needs requests.

    python examples/batch_folder.py FOLDER reports.csv

Who has the program itself does the same, in parallel and able to go on, with
`python -m service parse --format csv --output reports.csv FOLDER`.
"""

import csv
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests

SERVICE = os.environ.get("GONGKAI", "http://127.0.0.1:8000")
ITEMS = 100
COLUMNS = ("file", "issuer", "year", "form", "code", "applicant", "value", "unit", "status", "source", "qualifier")


def read_batch(files: list[Path]) -> Iterator[dict[str, Any]]:
    """The answer to each file, in order, as the service sends it."""
    lines = "\n".join(json.dumps({"key": str(file), "text": file.read_text("utf-8")}) for file in files)
    headers = {"Content-Type": "application/x-ndjson"}
    with requests.post(
        f"{SERVICE}/v1/reports/batch", data=lines.encode(), headers=headers, stream=True, timeout=600
    ) as answer:
        answer.raise_for_status()
        yield from map(json.loads, answer.iter_lines())


def main() -> None:
    folder, output = map(Path, sys.argv[1:3])
    files = sorted(folder.glob("**/*.txt"))
    # The byte-order mark tells Excel that the file is UTF-8.
    with output.open("w", encoding="utf-8-sig", newline="") as table:
        writer = csv.DictWriter(table, COLUMNS, extrasaction="ignore")
        writer.writeheader()
        for start in range(0, len(files), ITEMS):
            for answer in read_batch(files[start : start + ITEMS]):
                if "problem" in answer:
                    print(f"{answer['key']}: {answer['problem']['detail']}", file=sys.stderr)
                    continue
                about = {"file": answer["key"], **answer["report"]["document"]}
                writer.writerows(about | indicator for indicator in answer["report"]["indicators"])


main()

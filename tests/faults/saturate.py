"""More new texts than a service can read, from a process of its own, so that its threads are not those that measure.

In, by arguments: an address, how many clients, and whether they wait as long as a refusal says; they go on until
standard input ends. Out: a line of JSON, how many answers had which status.
"""

import json
import select
import sys
import threading
import time
from collections import Counter
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

LINES = 60
MOST_SECONDS = 120


def make_text(client: int, number: int) -> bytes:
    head = f"第{client}家第{number}份\n"
    return (head + "".join(f"收到政府信息公开申请{line}件，答复{line}件。\n" for line in range(LINES))).encode()


def post(connection: HTTPConnection, body: bytes) -> tuple[int, float]:
    """The status, and how long the service asks to wait."""
    connection.request("POST", "/v1/reports", body, {"Content-Type": "text/plain; charset=utf-8"})
    answer = connection.getresponse()
    answer.read()
    if answer.will_close:
        connection.close()
    return answer.status, float(answer.headers.get("Retry-After", 0))


def run(host: str, client: int, end: threading.Event, is_patient: bool, outcomes: Counter[str]) -> None:
    connection = HTTPConnection(host, timeout=30)
    number = time.monotonic_ns()
    while not end.is_set():
        number += 1
        try:
            status, wait = post(connection, make_text(client, number))
        except (OSError, HTTPException) as error:
            outcomes[type(error).__name__] += 1
            connection.close()
            continue
        outcomes[str(status)] += 1
        if is_patient:
            end.wait(wait)
    connection.close()


def main() -> None:
    url, clients, kind = sys.argv[1:]
    outcomes: Counter[str] = Counter()
    end = threading.Event()
    arguments = [(urlsplit(url).netloc, client, end, kind == "patient", outcomes) for client in range(int(clients))]
    threads = [threading.Thread(target=run, args=each) for each in arguments]
    for thread in threads:
        thread.start()
    select.select([sys.stdin], [], [], MOST_SECONDS)
    end.set()
    for thread in threads:
        thread.join()
    print(json.dumps(outcomes))


if __name__ == "__main__":
    main()

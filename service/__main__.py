"""The command line: `parse` prints reports as JSON lines, `serve` runs the service under gunicorn.

In: arguments, files, standard input. Out: one report a line on standard output, messages on standard
error, exit status 1 when a file could not be read. The service itself is in `app` and `gunicorn_conf`.
"""

import argparse
import sys
from pathlib import Path

import orjson

from service.extraction import parse_report


def _read_bytes(name: str) -> bytes:
    return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()


def parse_files(names: list[str]) -> int:
    """Print one report a line; a file that cannot be read is a message, and the others still come."""
    status = 0
    for name in names:
        try:
            text = _read_bytes(name).decode("utf-8-sig")
        except OSError as error:
            print(f"{name}: {error.strerror}", file=sys.stderr)
            status = 1
            continue
        sys.stdout.buffer.write(orjson.dumps(parse_report(text), option=orjson.OPT_APPEND_NEWLINE))
    return status


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m service", description="Read government disclosure annual reports.")
    commands = parser.add_subparsers(dest="command", required=True)
    parse = commands.add_parser("parse", help="print one report as one line of JSON for each file")
    parse.add_argument("files", nargs="+", metavar="FILE", help="a text; - is standard input")
    return parse_files(parser.parse_args(arguments).files)


if __name__ == "__main__":
    sys.exit(main())

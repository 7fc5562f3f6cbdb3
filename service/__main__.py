"""The command line: `parse` prints reports as JSON lines, `compare` two years side by side, `serve` runs the service.

In: arguments, files, standard input. Out: one report a line on standard output, messages on standard
error, exit status 1 when a file could not be read. How the service runs is `gunicorn_conf`'s matter.
"""

import argparse
import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

from service.settings import Settings, SettingsError


def read_file(name: str) -> bytes:
    return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()


def read_text_of(name: str) -> str | None:
    """The text of a file; None, and a message, where it cannot be read."""
    from service.decoding import read_text

    try:
        text, reason = read_text(read_file(name)), "no text in UTF-8, UTF-16 or GB18030"
    except OSError as error:
        text, reason = None, str(error.strerror)
    if text is None:
        print(f"{name}: {reason}", file=sys.stderr)
    return text


def write_line(json: bytes) -> None:
    sys.stdout.buffer.write(json + b"\n")
    sys.stdout.buffer.flush()


def parse_files(names: list[str]) -> int:
    """Print one report a line; a file that cannot be read is a message, and the others still come."""
    from service.extraction import parse_report
    from service.representations import encode_report

    failures = 0
    for name in names:
        text = read_text_of(name)
        if text is None:
            failures += 1
        else:
            write_line(encode_report(parse_report(text)))
    return 1 if failures else 0


def compare_files(earlier: str, later: str) -> int:
    """Print the comparison of two reports as one line; nothing where one of them cannot be read."""
    import orjson

    from service.extraction import parse_report
    from service.extraction.comparison import compare, to_side

    texts = [text for text in map(read_text_of, (earlier, later)) if text is not None]
    if len(texts) < 2:
        return 1
    write_line(orjson.dumps(compare(*(to_side(parse_report(text)) for text in texts))))
    return 0


def serve(bind: str | None) -> NoReturn:
    """Become gunicorn; a setting that cannot be used ends it here with its name."""
    environ = os.environ | ({"BIND": bind} if bind else {})
    try:
        Settings.from_env(environ)
    except SettingsError as error:
        sys.exit(f"Settings: {error}")
    command = [sys.executable, "-m", "gunicorn", "--config", "python:service.gunicorn_conf"]
    os.execve(sys.executable, command, environ)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m service", description="Read government disclosure annual reports.")
    commands = parser.add_subparsers(dest="command", required=True)
    parse = commands.add_parser("parse", help="print one report as one line of JSON for each file")
    parse.add_argument("files", nargs="+", metavar="FILE", help="a text; - is standard input")
    compare = commands.add_parser("compare", help="print what changed from one year's report to the next as JSON")
    compare.add_argument("earlier", metavar="EARLIER", help="the text of the earlier year; - is standard input")
    compare.add_argument("later", metavar="LATER", help="the text of the later year")
    run = commands.add_parser("serve", help="serve over HTTP until a signal ends it")
    run.add_argument("--bind", metavar="HOST:PORT", help="where to listen, in place of BIND")
    chosen = parser.parse_args(arguments)
    if chosen.command == "serve":
        serve(chosen.bind)
    # A reader such as head that has enough ends the program quietly, as other commands do.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    if chosen.command == "compare":
        return compare_files(chosen.earlier, chosen.later)
    return parse_files(chosen.files)


if __name__ == "__main__":
    sys.exit(main())

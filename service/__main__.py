"""The command line: `parse` prints reports as JSON lines, `serve` runs the service under gunicorn.

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


def parse_files(names: list[str]) -> int:
    """Print one report a line; a file that cannot be read is a message, and the others still come."""
    from service.decoding import read_text
    from service.extraction import parse_report
    from service.representations import encode_report

    failures = 0
    for name in names:
        try:
            text = read_text(read_file(name))
        except OSError as error:
            text, reason = None, error.strerror
        else:
            reason = "no text in UTF-8, UTF-16 or GB18030"
        if text is None:
            print(f"{name}: {reason}", file=sys.stderr)
            failures += 1
            continue
        sys.stdout.buffer.write(encode_report(parse_report(text)) + b"\n")
        sys.stdout.buffer.flush()
    return 1 if failures else 0


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
    run = commands.add_parser("serve", help="serve over HTTP until a signal ends it")
    run.add_argument("--bind", metavar="HOST:PORT", help="where to listen, in place of BIND")
    chosen = parser.parse_args(arguments)
    if chosen.command == "serve":
        serve(chosen.bind)
    # A reader such as head that has enough ends the program quietly, as other commands do.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    return parse_files(chosen.files)


if __name__ == "__main__":
    sys.exit(main())

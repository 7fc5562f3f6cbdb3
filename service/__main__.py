"""The command line: `parse` reads files and folders, `compare` two years, `serve` runs the service, `key` makes a key.

In: arguments, files, standard input. Out: JSON or CSV on standard output or in a file, messages on standard error,
exit status 1 when a file could not be read. How files are read is `bulk`'s matter, how the service runs
`gunicorn_conf`'s.
"""

import argparse
import os
import sys
from typing import NoReturn

from service.keys import hash_secret, make_secret
from service.settings import count_cores, load_settings


def parse(chosen: argparse.Namespace) -> int:
    from service.bulk import parse_paths

    jobs = chosen.jobs or count_cores()
    return parse_paths(chosen.paths, chosen.format, jobs, chosen.output, load_settings(os.environ))


def compare_files(earlier: str, later: str) -> int:
    """Print the comparison of two reports as one line; nothing where one of them cannot be read."""
    import msgspec

    from service.extraction import parse_report
    from service.extraction.comparison import compare, to_side
    from service.files import UnreadableFileError, read_text_file

    sides = []
    for name in (earlier, later):
        try:
            sides.append(to_side(parse_report(read_text_file(name))))
        except UnreadableFileError as error:
            print(f"{name}: {error}", file=sys.stderr)
    if len(sides) < 2:
        return 1
    sys.stdout.buffer.write(msgspec.json.encode(compare(*sides)) + b"\n")
    return 0


def serve(bind: str | None) -> NoReturn:
    """Become gunicorn."""
    environ = os.environ | ({"BIND": bind} if bind else {})
    load_settings(environ)
    command = [sys.executable, "-m", "gunicorn", "--config", "python:service.gunicorn_conf"]
    os.execve(sys.executable, command, environ)


def print_key() -> int:
    """Print a new key and its hash; neither is kept."""
    secret = make_secret()
    print(f"key   {secret}\nhash  {hash_secret(secret)}")
    print("The key is for the client, the hash for API_KEYS or API_KEYS_FILE.", file=sys.stderr)
    return 0


def read_jobs(text: str) -> int:
    jobs = int(text)
    if jobs < 1:
        raise ValueError
    return jobs


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m service", description="Read government disclosure annual reports.")
    commands = parser.add_subparsers(dest="command", required=True)
    read = commands.add_parser("parse", help="read files and folders of reports")
    read.add_argument("paths", nargs="+", metavar="PATH", help="a file, a folder of texts, or - for standard input")
    formats = "a report a line (json), the same with the name of its file (named), or one tidy table (csv)"
    read.add_argument("--format", choices=("json", "named", "csv"), default="json", help=formats)
    read.add_argument("--jobs", type=read_jobs, metavar="N", help="processes that read; without it one for each core")
    read.add_argument("--output", metavar="FILE", help="where to write; a run that was cut short goes on there")
    compare = commands.add_parser("compare", help="print what changed from one year's report to the next as JSON")
    compare.add_argument("earlier", metavar="EARLIER", help="the text of the earlier year; - is standard input")
    compare.add_argument("later", metavar="LATER", help="the text of the later year")
    run = commands.add_parser("serve", help="serve over HTTP until a signal ends it")
    run.add_argument("--bind", metavar="HOST:PORT", help="where to listen, in place of BIND")
    commands.add_parser("key", help="make a key for a client, and its hash for API_KEYS")
    chosen = parser.parse_args(arguments)
    if chosen.command == "key":
        return print_key()
    if chosen.command == "serve":
        serve(chosen.bind)
    if chosen.command == "compare":
        return compare_files(chosen.earlier, chosen.later)
    return parse(chosen)


if __name__ == "__main__":
    sys.exit(main())

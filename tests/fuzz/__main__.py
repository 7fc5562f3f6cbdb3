"""The coverage-guided fuzzer: `make fuzz`, or `python -m tests.fuzz SECONDS`.

In: the seeds of `corpus/` and the texts of `tests/corpus/`. Out: what it learned in `.fuzz/`, from which the next run
goes on; a text that breaks what must hold is written there and ends the run. What is fixed becomes a seed.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["service.extraction"]):
    from tests.fuzz.soundness import assert_sound

from tests.fuzz.words import write_dictionary

ROOT = Path(__file__).resolve().parent.parent.parent
LEARNED = ROOT / ".fuzz"
SEEDS = (ROOT / "tests" / "fuzz" / "corpus", ROOT / "tests" / "corpus", ROOT / "service" / "page" / "samples")
LONGEST_BYTES = 3000


def fuzz_one(data: bytes) -> None:
    assert_sound(data.decode("utf-8", "surrogateescape"))


def main() -> None:
    seconds = sys.argv[1] if len(sys.argv) > 1 else "60"
    with tempfile.TemporaryDirectory() as folder:
        words, seeds = Path(folder, "words"), Path(folder, "seeds")
        write_dictionary(words)
        seeds.mkdir()
        for number, path in enumerate(path for parent in SEEDS for path in sorted(parent.glob("*.[thm]*"))):
            (seeds / str(number)).write_bytes(path.read_bytes()[:LONGEST_BYTES])
        LEARNED.mkdir(exist_ok=True)
        options = [f"-max_total_time={seconds}", f"-max_len={LONGEST_BYTES}", f"-dict={words}", "-timeout=120"]
        options += ["-rss_limit_mb=2000", "-len_control=0", f"-artifact_prefix={LEARNED}/found-"]
        atheris.Setup([sys.argv[0], *options, str(LEARNED), str(seeds)], fuzz_one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()

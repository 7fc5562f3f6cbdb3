"""Others hold the service to openapi.yaml: requests made of it, and a client made of it."""

import os
import subprocess
import sys
from pathlib import Path

import yaml

from service.keys import hash_secret
from tests.conftest import ROOT, RunService

SECONDS = 120
HERE = Path(__file__).resolve().parent
SCRIPTS = Path(sys.executable).parent


def run(*command: str, **environ: str) -> str:
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | environ, capture_output=True, text=True, check=False, timeout=SECONDS
    )
    assert done.returncode == 0, f"{done.stdout[-20_000:]}\n{done.stderr[-5_000:]}"
    return done.stdout


def test_requests_made_of_the_document_find_no_failure(run_service: RunService, tmp_path: Path) -> None:
    options = ["--max-examples", "20", "--seed", "1", "--no-color", "--report-dir", str(tmp_path)]
    with run_service() as service:
        shown = run(
            str(SCRIPTS / "st"),
            *("--config-file", str(HERE / "schemathesis.toml"), "run", "openapi.yaml", "--url", service.url, *options),
            SCHEMATHESIS_HOOKS="tests.contract.hooks",
            PYTHONPATH=str(ROOT),
        )
        assert '"level":"error"' not in service.read_log()
    # All four of its phases have run, over every operation.
    assert all(f"✅  {phase}" in shown for phase in ("Examples", "Coverage", "Fuzzing", "Stateful")), shown
    operations = sum(len(item) for item in yaml.safe_load((ROOT / "openapi.yaml").read_text("utf-8"))["paths"].values())
    assert f"Tested: {operations}\n" in shown


def test_generated_client_does_all_that_clients_do(run_service: RunService, tmp_path: Path) -> None:
    output = ["--meta", "none", "--output-path", str(tmp_path / "gongkai_client")]
    config = ["--config", "examples/generated_client.yaml"]
    run(str(SCRIPTS / "openapi-python-client"), "generate", "--path", "openapi.yaml", *output, *config)
    key = {"GONGKAI_KEY": "gongkai_generated"}
    with run_service(WORKERS="1", API_KEYS=hash_secret(key["GONGKAI_KEY"])) as service:
        shown = run(
            sys.executable, "examples/generated_client.py", GONGKAI=service.url, PYTHONPATH=str(tmp_path), **key
        )
    lines = shown.splitlines()
    assert lines[0].startswith("POST 201 青岚县人民政府 ")
    assert lines[1] == "GET 200 and again 304 0 bytes"
    assert lines[2].startswith("compared 2021 2022 ")
    assert lines[3:] == ["batch one 200 good 201 bad 422", "error 404 unknown_report"]

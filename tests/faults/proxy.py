"""The proxy of deploy/, run here: nginx with the configuration that compose.yaml mounts, in a folder of its own.

In: the addresses of instances. Out: the address of an nginx before them, which ends with the test. Only ports, paths
and the list of instances differ from what is shipped.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.conftest import ROOT
from tests.faults.servers import find_port, time_until

SHIPPED = ROOT / "deploy" / "nginx" / "nginx.conf"
LISTEN, REPLICAS = "listen 8080;", "server replica:8000 "


def find_nginx() -> str:
    found = shutil.which(os.environ.get("NGINX", "nginx"), path=f"{os.environ['PATH']}:/usr/sbin")
    assert found, "there is no nginx: `make faults` installs one or says how"
    return found


def write_configuration(instances: list[str], port: int, folder: Path) -> Path:
    configuration = SHIPPED.read_text("utf-8")
    lines = configuration.splitlines()
    (replicas,) = [line for line in lines if REPLICAS in line]
    own = "\n".join(replicas.replace("replica:8000", url.removeprefix("http://")) for url in instances)
    assert LISTEN in configuration
    configuration = configuration.replace(replicas, own).replace(LISTEN, f"listen 127.0.0.1:{port};")
    configuration = configuration.replace("/tmp/", f"{folder}/").replace("/dev/stderr", f"{folder}/error.log")
    path = folder / "nginx.conf"
    path.write_text(configuration, "utf-8")
    return path


def answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/healthz", timeout=5).ok
    except requests.ConnectionError:
        return False


@contextmanager
def run_proxy(instances: list[str]) -> Iterator[str]:
    """nginx before these instances; its address."""
    with tempfile.TemporaryDirectory(prefix="gongkai-nginx-") as name:
        port = find_port()
        configuration = write_configuration(instances, port, Path(name))
        # Started by root, it would give its folder to a user of its own.
        directives = "daemon off;" + (" user root;" if os.geteuid() == 0 else "")
        command = [find_nginx(), "-e", f"{name}/error.log", "-p", name, "-c", str(configuration), "-g", directives]
        process = subprocess.Popen(command)
        try:
            time_until(lambda: answers(f"http://127.0.0.1:{port}"))
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(10)

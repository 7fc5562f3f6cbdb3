"""deploy/: the manifests against the schemas of Kubernetes and against the service, the proxy against both."""

import copy
import re
from typing import Any

import kubernetes_validate
import pytest
import yaml

from service.settings import VARIABLES, Settings
from tests.conftest import ROOT

FILES = sorted((ROOT / "deploy" / "kubernetes").glob("*.yaml"))
MANIFESTS: dict[str, dict[str, Any]] = {
    manifest["kind"]: manifest for path in FILES for manifest in yaml.safe_load_all(path.read_text("utf-8"))
}
NGINX = (ROOT / "deploy" / "nginx" / "nginx.conf").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
LABELS = {"app.kubernetes.io/name": "gongkai"}
POD = MANIFESTS["Deployment"]["spec"]["template"]["spec"]
(CONTAINER,) = POD["containers"]


def test_there_is_everything_that_runs_it() -> None:
    kinds = "ConfigMap Deployment HorizontalPodAutoscaler NetworkPolicy PodDisruptionBudget Service"
    assert " ".join(sorted(MANIFESTS)) == kinds


@pytest.mark.parametrize("kind", sorted(MANIFESTS))
@pytest.mark.parametrize("version", ["1.31", "1.34", "1.37"])
def test_manifests_are_what_kubernetes_takes(kind: str, version: str) -> None:
    kubernetes_validate.validate(MANIFESTS[kind], version, strict=True)


def test_a_wrong_manifest_is_found() -> None:
    wrong = copy.deepcopy(MANIFESTS["Deployment"])
    wrong["spec"]["template"]["spec"]["containers"][0]["readOnlyRootFilesystem"] = True
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, "1.37", strict=True)


def test_all_mean_the_same_pods() -> None:
    assert MANIFESTS["Deployment"]["spec"]["template"]["metadata"]["labels"] == LABELS
    assert MANIFESTS["Deployment"]["spec"]["selector"] == {"matchLabels": LABELS}
    assert MANIFESTS["Service"]["spec"]["selector"] == LABELS
    assert MANIFESTS["PodDisruptionBudget"]["spec"]["selector"] == {"matchLabels": LABELS}
    assert MANIFESTS["NetworkPolicy"]["spec"]["podSelector"] == {"matchLabels": LABELS}
    target = MANIFESTS["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]
    assert (target["kind"], target["name"]) == ("Deployment", MANIFESTS["Deployment"]["metadata"]["name"])
    least = MANIFESTS["HorizontalPodAutoscaler"]["spec"]["minReplicas"]
    assert MANIFESTS["PodDisruptionBudget"]["spec"]["minAvailable"] < least


def test_settings_are_those_of_the_service() -> None:
    given: dict[str, str] = MANIFESTS["ConfigMap"]["data"]
    secrets = {variable["name"]: variable["valueFrom"]["secretKeyRef"] for variable in CONTAINER["env"]}
    assert set(given) | set(secrets) <= {variable.name for variable in VARIABLES}
    # No secret stands in a manifest.
    assert set(secrets) == {"REDIS_URL", "API_KEYS"}
    Settings.from_env(given | {"REDIS_URL": "rediss+cluster://user:password@redis:6379", "API_KEYS": "a" * 64})


def test_pods_can_do_little() -> None:
    assert POD["securityContext"]["runAsNonRoot"]
    user = re.search(r"--uid (\d+)", (ROOT / "Dockerfile").read_text("utf-8"))
    assert user
    assert POD["securityContext"]["runAsUser"] == int(user[1])
    assert CONTAINER["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert [mount["mountPath"] for mount in CONTAINER["volumeMounts"]] == ["/tmp"]
    assert POD["automountServiceAccountToken"] is False


def test_probes_ask_what_the_service_answers() -> None:
    paths = {name: CONTAINER[name]["httpGet"]["path"] for name in ("startupProbe", "readinessProbe", "livenessProbe")}
    # A pod without its Redis is not to be killed: liveness asks the process alone.
    assert paths == {"startupProbe": "/healthz", "readinessProbe": "/readyz", "livenessProbe": "/healthz"}
    assert CONTAINER["ports"] == [{"name": "http", "containerPort": 8000}]


def test_proxy_hides_metrics_and_takes_a_whole_batch() -> None:
    assert re.search(r"location = /metrics \{\s+return 404;", NGINX)
    megabytes = re.search(r"client_max_body_size (\d+)m;", NGINX)
    assert megabytes
    assert int(megabytes[1]) * 2**20 >= Settings.from_env({}).max_batch_bytes


def test_compose_has_three_behind_the_proxy() -> None:
    replica, proxy = COMPOSE["services"]["replica"], COMPOSE["services"]["proxy"]
    assert replica["profiles"] == proxy["profiles"] == ["scaled"]
    assert replica["deploy"] == {"replicas": 3}
    assert "ports" not in replica
    assert all(port.startswith("127.0.0.1:") for port in proxy["ports"])
    assert "server replica:8000 " in NGINX
    assert f"listen {proxy['ports'][0].rpartition(':')[2]};" in NGINX
    assert proxy["volumes"] == ["./deploy/nginx/nginx.conf:/etc/nginx/nginx.conf:ro"]

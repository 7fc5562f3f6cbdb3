"""The rate limit: counted for each key or address over all workers, told in headers, and off where nobody can count."""

import re
import time

import pytest
from limits import parse

from service.app import create_app
from service.embedded import EmbeddedServer, start_server
from service.keys import hash_secret
from service.limits import Quota, RateLimiter, measure_quota, name_client
from service.settings import Settings
from tests.conftest import RunService
from tests.samples import make_text
from tests.test_errors import assert_problem


def bear(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def test_limit_is_told_and_kept_over_all_workers(run_service: RunService) -> None:
    with run_service(RATE_LIMIT="5/hour") as service:
        answers = [service.get("/v1/forms/2021") for _ in range(5)]
        assert [answer.status_code for answer in answers] == [200] * 5
        assert {answer.headers["RateLimit-Policy"] for answer in answers} == {'"requests";q=5;w=3600'}
        left = [re.fullmatch(r'"requests";r=(\d);t=(\d+)', answer.headers["RateLimit"]) for answer in answers]
        assert [match and match[1] for match in left] == ["4", "3", "2", "1", "0"]
        for _ in range(2):
            refused = service.post_text(make_text("太多"))
            assert_problem(refused, 429, "too_many_requests")
            assert 0 < int(refused.headers["Retry-After"]) <= 3600
            assert refused.headers["RateLimit"].startswith('"requests";r=0;t=')
        free = [service.get(path) for path in ("/healthz", "/")]
        assert [(answer.status_code, "RateLimit" in answer.headers) for answer in free] == [(200, False)] * 2


def test_each_key_has_its_own(run_service: RunService) -> None:
    keys = ",".join(map(hash_secret, "ab"))
    with run_service(WORKERS="1", RATE_LIMIT="2/hour", API_KEYS=keys) as service:
        statuses = [service.get("/v1/forms/2021", headers=bear(secret)).status_code for secret in "aaabx"]
    assert statuses == [200, 200, 429, 200, 401]


def test_each_address_behind_a_proxy_has_its_own(run_service: RunService) -> None:
    def ask(trusted: str) -> list[int]:
        addresses = ("192.0.2.1", "192.0.2.2", "192.0.2.1")
        with run_service(WORKERS="1", RATE_LIMIT="1/hour", TRUSTED_PROXIES=trusted) as service:
            return [
                service.get("/v1/forms/2021", headers={"X-Forwarded-For": f"203.0.113.9, {address}"}).status_code
                for address in addresses
            ]

    assert ask("1") == [200, 200, 429]
    # Whom nobody told to believe the header does not.
    assert ask("0") == [200, 429, 429]


@pytest.mark.parametrize(
    ("client", "want"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("a" * 64, "a" * 64),
    ],
)
def test_client_is_named(client: str, want: str) -> None:
    assert name_client(client) == want


def test_window_that_begins_is_told_whole(cache_server: EmbeddedServer) -> None:
    limiter = RateLimiter("1/hour", cache_server.url, 1)
    # Most of these are answered within the millisecond that they begin in.
    for number in range(20):
        quotas = [limiter.count(f"begins-{number}") for _ in range(2)]
        assert [quota and quota.is_allowed for quota in quotas] == [True, False]
        assert all(quota and 3500 < quota.reset_seconds <= 3600 for quota in quotas)


@pytest.mark.parametrize(
    ("counted", "left", "seconds"),
    [
        # Nobody has counted, as where the server forgot between two commands.
        ((0, 0.0, 0, 0.0), 6, 1),
        # The first instant of a window, its middle, its last millisecond.
        ((0, 0.0, 1, 120.0), 5, 60),
        ((0, 0.0, 6, 90.0), 0, 30),
        ((0, 0.0, 6, 60.001), 0, 1),
        # Six of the window before: one is forgotten every ten seconds.
        ((6, 60.0, 0, 120.0), 0, 1),
        ((6, 45.5, 1, 105.5), 1, 6),
        ((6, 12.0, 2, 72.0), 3, 2),
        # The window ends before one of those before it is forgotten.
        ((1, 57.0, 2, 63.0), 4, 3),
    ],
)
def test_quota_is_measured(counted: tuple[int, float, int, float], left: int, seconds: int) -> None:
    assert measure_quota(parse("6/minute"), True, *counted) == Quota(True, left, seconds)


def test_places_come_back(cache_server: EmbeddedServer) -> None:
    limiter = RateLimiter("3/second", cache_server.url, 1)
    for number in range(20):
        start = time.monotonic()
        counted = [limiter.count(f"comes-back-{number}") for _ in range(4)]
        # A busy machine may take longer for four than places take to come back.
        if time.monotonic() - start < 0.1:
            break
    assert [quota and quota.is_allowed for quota in counted] == [True, True, True, False]
    time.sleep(2.1)
    again = limiter.count(f"comes-back-{number}")
    assert again
    assert again.is_allowed


def test_without_its_server_all_pass_and_it_is_counted() -> None:
    server = start_server(memory_mb=4)
    app = create_app(Settings.from_env({"REDIS_URL": server.url, "RATE_LIMIT": "1/hour", "REDIS_TIMEOUT_MS": "50"}))
    client = app.test_client()
    assert [client.get("/v1/forms/2021").status_code for _ in range(2)] == [200, 429]
    server.stop()
    answers = [client.get("/v1/forms/2021") for _ in range(8)]
    assert [answer.status_code for answer in answers] == [200] * 8
    assert not any("RateLimit" in answer.headers for answer in answers)
    assert b"gongkai_rate_limit_uncounted_total 8.0" in client.get("/metrics").data


def count_hooks(**environ: str) -> int:
    """The gate's own functions before and after each request."""
    app = create_app(Settings.from_env({"REDIS_URL": "unix:///nowhere"} | environ))
    hooks = [*app.before_request_funcs.get(None, ()), *app.after_request_funcs.get(None, ())]
    return sum(hook.__module__ == "service.routes.gate" for hook in hooks)


def test_what_is_off_has_no_hook() -> None:
    assert count_hooks() == 0
    assert count_hooks(API_KEYS=hash_secret("a")) == 1
    assert count_hooks(RATE_LIMIT="1/hour") == 2

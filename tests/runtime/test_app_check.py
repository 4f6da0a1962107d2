"""App Check in production's settings, with firebase-admin's own verification. Only the key server is ours."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from clients.python.backend import Backend
from emulator.testing import local_cloud
from tests.support.keys import Key, published
from tests.support.people import sign_in

PROJECT = "travvy-production"


@pytest.fixture(scope="module")
def key() -> Key:
    return Key()


@pytest.fixture(scope="module")
def serve(key, credentials, start_sample):
    """Starts the sample functions with a mode of App Check."""

    def start(mode: str, url: str):
        environment = {
            "GOOGLE_CLOUD_PROJECT": PROJECT,
            "GOOGLE_APPLICATION_CREDENTIALS": credentials,
            "CERTIFICATES_URL": f"{url}/",
            "TRAVVY_APP_CHECK": mode,
        }
        return start_sample(environment)

    return start


@pytest.fixture(scope="module")
def enforcing(key, serve) -> Iterator:
    with published({"/jwks": {"keys": [key.jwk]}}) as url, serve("enforce", url) as sample:
        yield sample


@pytest.fixture(scope="module")
def observing(key, serve) -> Iterator:
    with published({"/jwks": {"keys": [key.jwk]}}) as url, serve("observe", url) as sample:
        yield sample


def app(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    claims = {
        "iss": "https://firebaseappcheck.googleapis.com/123456",
        "aud": ["projects/123456", f"projects/{PROJECT}"],
        "sub": "1:123456:ios:abcdef",
        "iat": now - 10,
        "exp": now + 600,
    }
    return claims | changes


def reason(answer) -> str:
    error = answer.json()["error"]
    assert (answer.status_code, error["status"]) == (401, "UNAUTHENTICATED")
    return error["details"]["reason"]


def test_the_app_is_answered(enforcing, key):
    assert enforcing.call("echo-greet", X_Firebase_AppCheck=key.sign(app())).status_code == 200


def test_others_are_not(enforcing, key):
    assert reason(enforcing.call("echo-greet")) == "APP_CHECK_MISSING"
    stranger = Key()
    for token in (
        "nonsense",
        "é.é.é".encode(),
        stranger.sign(app()),
        key.sign(app(), key_id="unknown"),
        key.sign(app(exp=int(time.time()) - 60)),
        key.sign(app(aud=["projects/another"])),
        key.sign(app(iss="https://elsewhere.example")),
        "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0." + key.sign(app()).split(".")[1] + ".",
    ):
        assert reason(enforcing.call("echo-greet", X_Firebase_AppCheck=token)) == "APP_CHECK_INVALID"


def test_a_function_may_have_a_rule_of_its_own(enforcing, observing):
    assert enforcing.call("echo-to-all", X_Firebase_AppCheck="nonsense").status_code == 200
    assert reason(observing.call("echo-to-apps")) == "APP_CHECK_MISSING"


def test_files_for_people_are_for_the_app_and_pages_are_for_everybody(enforcing, key):
    assert reason(enforcing.send("GET", "page-mine")) == "TOKEN_MISSING"
    assert enforcing.send("GET", "page-show").status_code == 200


def test_the_local_cloud_enforces_it_too():
    with local_cloud({"auth", "firestore", "gateway"}, extra={"TRAVVY_APP_CHECK": "enforce"}) as cloud:
        session = sign_in(Backend.local(cloud.environment()))
        headers = {"Authorization": f"Bearer {session.id_token()}"}
        about = {"tripId": "Kq3vTz81mNcY5dRw0pLs", "format": "csv"}

        def asked(**more: str) -> list[httpx.Response]:
            return [
                httpx.post(cloud.url("trips-list"), json={"data": {}}, headers=headers | more, timeout=60),
                httpx.get(cloud.url("trips-export"), params=about, headers=headers | more, timeout=60),
            ]

        assert [reason(answer) for answer in asked()] == ["APP_CHECK_MISSING"] * 2
        told = {"X-Firebase-AppCheck": "nonsense"}
        assert [reason(answer) for answer in asked(**told)] == ["APP_CHECK_INVALID"] * 2
        assert httpx.get(cloud.url("health"), params={"ready": "1"}, timeout=60).status_code == 200
        assert httpx.get(cloud.url("public-trip"), params={"name": "x" * 32}, timeout=60).status_code == 404
        assert httpx.options(cloud.url("trips-list")).status_code == 204


@pytest.mark.parametrize(("token", "verdict"), [("", "missing"), ("nonsense", "invalid"), (None, "valid")])
def test_observed_calls_are_answered_and_noted(observing, key, token, verdict):
    trace_id = verdict.encode().hex().ljust(32, "0")
    sent = key.sign(app()) if token is None else token
    headers = {"traceparent": f"00-{trace_id}-{'12' * 8}-01"} | ({"X_Firebase_AppCheck": sent} if sent else {})
    assert observing.call("echo-greet", **headers).status_code == 200
    line = observing.line(**{"logging.googleapis.com/trace": f"projects/{PROJECT}/traces/{trace_id}"})
    assert line["logging.googleapis.com/labels"]["appCheck"] == verdict


def test_without_keys_nothing_is_refused_that_is_only_observed(key, serve, free_port):
    url = f"http://127.0.0.1:{free_port}"
    with serve("observe", url) as sample:
        assert sample.call("echo-greet", X_Firebase_AppCheck=key.sign(app())).status_code == 200
        answer = sample.call("echo-to-apps", X_Firebase_AppCheck=key.sign(app()))
    assert (answer.status_code, answer.json()["error"]["details"]["reason"]) == (503, "KEYS_UNAVAILABLE")

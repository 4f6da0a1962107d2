"""Tokens in production's settings: signatures count. Only the key server is ours."""

import time
from collections.abc import Iterator

import pytest

from tests.support.keys import Key, published

PROJECT = "travvy-production"
INVOKER = f"travvy-invoker@{PROJECT}.iam.gserviceaccount.com"
FUNCTIONS = "https://functions.example"


@pytest.fixture(scope="module")
def key() -> Key:
    return Key()


@pytest.fixture(scope="module")
def stranger() -> Key:
    return Key()


@pytest.fixture(scope="module")
def production(key, credentials, start_sample) -> Iterator:
    with published({"/": {"k1": key.certificate}}) as url:
        environment = {
            "GOOGLE_CLOUD_PROJECT": PROJECT,
            "GOOGLE_APPLICATION_CREDENTIALS": credentials,
            "CERTIFICATES_URL": f"{url}/",
            "TRAVVY_FUNCTIONS_URL": FUNCTIONS,
            "TRAVVY_CORS_ORIGINS": "https://app.example https://other.example",
        }
        with start_sample(environment) as sample:
            yield sample


def person(**changes) -> dict:
    now = int(time.time())
    claims = {
        "iss": f"https://securetoken.google.com/{PROJECT}",
        "aud": PROJECT,
        "sub": "anna",
        "iat": now - 10,
        "exp": now + 600,
        "auth_time": now - 10,
    }
    return claims | changes


def service(name: str, **changes) -> dict:
    now = int(time.time())
    claims = {
        "iss": "https://accounts.google.com",
        "aud": f"{FUNCTIONS}/{name}",
        "email": INVOKER,
        "email_verified": True,
        "iat": now - 10,
        "exp": now + 600,
    }
    return claims | changes


def reason(answer) -> str:
    assert answer.status_code == 401
    return answer.json()["error"]["details"]["reason"]


def test_signed_id_token(production, key):
    answer = production.call("echo-whoami", token=key.sign(person()))
    assert answer.json() == {"result": {"uid": "anna", "admin": False}}


def test_id_token_signed_by_somebody_else(production, stranger):
    assert reason(production.call("echo-whoami", token=stranger.sign(person()))) == "TOKEN_INVALID"


@pytest.mark.parametrize("ending", ["", "."])
def test_unsigned_id_token(production, key, ending):
    unsigned = "eyJhbGciOiJub25lIn0." + key.sign(person()).split(".")[1] + ending
    assert reason(production.call("echo-whoami", token=unsigned)) == "TOKEN_INVALID"


def test_tampered_id_token(production, key):
    header, _, signature = key.sign(person()).split(".")
    claims = key.sign(person(admin=True)).split(".")[1]
    assert reason(production.call("echo-admin", token=f"{header}.{claims}.{signature}")) == "TOKEN_INVALID"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"exp": int(time.time()) - 60}, "TOKEN_EXPIRED"),
        ({"iat": int(time.time()) + 86_400}, "TOKEN_INVALID"),
        ({"aud": "other"}, "TOKEN_INVALID"),
        ({"iss": "https://securetoken.google.com/other"}, "TOKEN_INVALID"),
        ({"sub": None}, "TOKEN_INVALID"),
    ],
)
def test_signed_id_token_with_wrong_claims(production, key, changes, expected):
    assert reason(production.call("echo-whoami", token=key.sign(person(**changes)))) == expected


@pytest.mark.parametrize("name", ["task-work", "note-keep", "clock-tick"])
class TestServices:
    def test_others_are_refused(self, production, key, stranger, name):
        for bearer in (
            stranger.sign(service(name)),
            key.sign(service(name, aud=f"{FUNCTIONS}/other")),
            key.sign(service(name, email="else@example.com")),
            key.sign(service(name, iss="https://elsewhere")),
            key.sign(service(name, exp=int(time.time()) - 60)),
            "eyJhbGciOiJub25lIn0." + key.sign(service(name)).split(".")[1] + ".",
            key.sign(service(name)).rsplit(".", 1)[0] + ".SIGNATURE_REMOVED_BY_GOOGLE",
        ):
            answer = production.send("POST", name, json={}, headers={"Authorization": f"Bearer {bearer}"})
            assert reason(answer) == "TOKEN_INVALID"


def test_signed_service_token(production, key):
    headers = {"Authorization": f"Bearer {key.sign(service('task-work'))}"}
    assert production.send("POST", "task-work", json={}, headers=headers).status_code == 200


def test_where_the_suite_is_deployed_only_https_leads_to_it(production):
    header = production.call("echo-say", {}).headers["Strict-Transport-Security"]
    assert header == "max-age=63072000; includeSubDomains"


def test_only_configured_pages_may_read_answers(production):
    named = production.call("echo-say", {}, Origin="https://app.example")
    assert named.headers["Access-Control-Allow-Origin"] == "https://app.example"
    assert named.headers["Vary"] == "Origin"
    other = production.call("echo-say", {}, Origin="https://evil.example")
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for answer in (other, production.send("OPTIONS", "echo-say", headers=asked)):
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert answer.headers["Vary"] == "Origin"


def test_platform_may_have_checked_the_signature(key, start_sample):
    """Cloud Run replaces the signature it has verified; that is believed only where the deployment says so."""
    environment = {
        "GOOGLE_CLOUD_PROJECT": PROJECT,
        "TRAVVY_FUNCTIONS_URL": FUNCTIONS,
        "TRAVVY_OIDC_CHECKED_BY_PLATFORM": "on",
    }
    removed = key.sign(service("task-work")).rsplit(".", 1)[0] + ".SIGNATURE_REMOVED_BY_GOOGLE"
    expired = key.sign(service("task-work", exp=1)).rsplit(".", 1)[0] + ".SIGNATURE_REMOVED_BY_GOOGLE"
    with start_sample(environment) as sample:
        for bearer, status in ((removed, 200), (expired, 401), (key.sign(service("task-work")), 401)):
            headers = {"Authorization": f"Bearer {bearer}"}
            assert sample.send("POST", "task-work", json={}, headers=headers).status_code == status

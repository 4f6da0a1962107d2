"""Who may call: real firebase-admin against the real Auth emulator, and signatures in production's settings."""

import base64
import json
import time

import pytest

WEEK = 7 * 24 * 3600


def part(value) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def forged(person, **changes) -> str:
    """The person's token with other claims; None removes one."""
    text = person.token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))) | changes
    claims = {name: value for name, value in claims.items() if value is not None}
    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(claims)}."


def refused(answer, reason: str) -> bool:
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    error = answer.json()["error"]
    return (answer.status_code, error["status"], error["details"]["reason"]) == (401, "UNAUTHENTICATED", reason)


def test_caller_is_known(sample, people):
    person = people.new()
    assert sample.call("echo-whoami", token=person.token).json() == {"result": {"uid": person.uid, "admin": False}}


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "Bearer "])
def test_scheme_is_case_insensitive(sample, people, scheme):
    person = people.new()
    answer = sample.call("echo-whoami", Authorization=f"{scheme} {person.token}")
    assert answer.json()["result"]["uid"] == person.uid


def test_missing_token(sample):
    assert refused(sample.call("echo-whoami"), "TOKEN_MISSING")
    assert sample.call("echo-greet").json()["result"]["uid"] is None


@pytest.mark.parametrize("header", ["Basic dTpw", "Bearer", "nonsense"])
def test_other_schemes(sample, header):
    assert refused(sample.call("echo-whoami", Authorization=header), "TOKEN_MALFORMED")


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "a.b.c",
        "..",
        "e30.e30.",
        "e30.W10.",
        "W10.e30.",
        "bnVsbA.bnVsbA.bnVsbA",
        "é.é.é",
        f"{part({'alg': 'none'})}.{part({'exp': 'tomorrow', 'iat': 1})}.",
        f"{part({'alg': 'none'})}.{part({'exp': 10**400, 'iat': 10**400})}.",
        "a" * 8000,
    ],
)
@pytest.mark.parametrize("name", ["echo-whoami", "echo-greet"])
def test_malformed_token_is_unauthenticated_even_where_none_is_needed(sample, token, name):
    answer = sample.call(name, Authorization=f"Bearer {token}".encode())
    assert refused(answer, "TOKEN_INVALID")


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "other-project"},
        {"iss": "https://securetoken.google.com/other-project"},
        {"sub": ""},
        {"sub": None},
        {"sub": "x" * 129},
        {"sub": 5},
        {"exp": None},
        {"auth_time": 10**30},
        {"auth_time": "then"},
    ],
)
def test_token_of_somebody_else(sample, people, changes):
    assert refused(sample.call("echo-whoami", token=forged(people.new(), **changes)), "TOKEN_INVALID")


def test_expired_token(sample, people):
    now = int(time.time())
    token = forged(people.new(), iat=now - WEEK, exp=now - WEEK + 3600)
    assert refused(sample.call("echo-whoami", token=token), "TOKEN_EXPIRED")


def test_signed_token_means_nothing_to_the_emulator(sample, people):
    claims = people.new().token.split(".")[1]
    assert refused(sample.call("echo-whoami", token=f"{part({'alg': 'RS256'})}.{claims}.c2ln"), "TOKEN_INVALID")


def test_fresh_asks_the_server(sample, people):
    person = people.new()
    assert sample.call("echo-fresh", token=person.token).status_code == 200
    people.update(person, validSince=str(int(time.time()) + 5))
    assert refused(sample.call("echo-fresh", token=person.token), "TOKEN_REVOKED")
    assert sample.call("echo-whoami", token=person.token).status_code == 200


def test_disabled_and_deleted_accounts(sample, people):
    disabled, deleted = people.new(), people.new()
    people.update(disabled, disableUser=True)
    people.delete(deleted)
    assert refused(sample.call("echo-fresh", token=disabled.token), "ACCOUNT_GONE")
    assert refused(sample.call("echo-fresh", token=deleted.token), "ACCOUNT_GONE")


def test_admin_claim(sample, people):
    person = people.new()
    answer = sample.call("echo-admin", token=person.token)
    assert answer.status_code == 403
    assert answer.json()["error"]["details"]["reason"] == "ADMIN_ONLY"
    people.update(person, customAttributes=json.dumps({"admin": True}))
    answer = sample.call("echo-admin", token=people.refreshed(person))
    assert answer.json() == {"result": {"uid": person.uid, "admin": True}}


class TestRoles:
    @pytest.mark.parametrize("role", ["editor", "owner"])
    def test_high_enough(self, sample, people, role):
        answer = sample.call("trip-edit", {"tripId": "t", "roleOfCaller": role}, token=people.new().token)
        assert answer.json() == {"result": {"role": role}}

    @pytest.mark.parametrize("role", ["viewer", "voter"])
    def test_too_low(self, sample, people, role):
        answer = sample.call("trip-edit", {"tripId": "t", "roleOfCaller": role}, token=people.new().token)
        assert answer.status_code == 403
        details = answer.json()["error"]["details"]
        assert details["reason"] == "ROLE_TOO_LOW"
        assert details["metadata"] == {"needed": "editor", "actual": role}

    def test_stranger_sees_no_trip(self, sample, people):
        answer = sample.call("trip-edit", {"tripId": "t"}, token=people.new().token)
        assert answer.status_code == 404
        assert answer.json()["error"]["details"]["reason"] == "TRIP_NOT_FOUND"

    def test_an_unchecked_answer_is_not_released(self, sample, people):
        answer = sample.call("trip-forget", {"tripId": "t"}, token=people.new().token)
        assert answer.status_code == 500
        assert "secret" not in answer.text

    @pytest.mark.parametrize("accept", ["text/event-stream", "*/*"])
    def test_nor_is_an_unchecked_chunk(self, sample, people, accept):
        answer = sample.call("trip-leak", {"tripId": "t"}, token=people.new().token, Accept=accept)
        assert "INTERNAL" in answer.text
        assert "secret" not in answer.text


def test_app_check_is_off_on_one_machine(sample):
    assert sample.call("echo-greet", X_Firebase_AppCheck="nonsense").status_code == 200

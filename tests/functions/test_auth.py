"""auth-session: the first sign-in makes the profile."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from google.cloud.firestore import Client

from clients.python.backend import Backend
from clients.python.session import Session
from tests.support.people import make_trip
from tests.support.tokens import good_claims, unsigned

People = Callable[..., Session]


def test_the_first_session_makes_the_profile_and_later_ones_find_it(person: People, database: Client) -> None:
    ana = person("Ana")
    first, second = ana.call("auth-session"), ana.call("auth-session")
    assert (first["created"], second["created"]) == (True, False)
    assert second["name"] == "Ana"
    stored = database.document("users", ana.uid).get()
    assert stored.get("name") == "Ana"
    assert stored.get("version") == 1


def test_ten_first_sessions_at_once_make_one_profile(person: People) -> None:
    ana = person("Ana")
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: ana.call("auth-session"), range(10)))
    assert [answer["created"] for answer in answers].count(True) == 1
    assert len({answer["createdAt"] for answer in answers}) == 1


def test_an_invitation_by_email_is_found_at_the_next_sign_in(person: People) -> None:
    ana, ben = person("Ana"), person("Ben")
    trip_id = make_trip(ana)
    address = ben.call("auth-session")["email"]
    ana.call("trips-invite-email", tripId=trip_id, email=address.upper(), role="voter")
    assert ben.call("auth-session")["joinedTrips"] == [trip_id]
    assert ben.call("auth-session")["joinedTrips"] == []
    assert ben.call("trips-get", tripId=trip_id)["role"] == "voter"


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://lh3.example.com/a/photo=s96-c", True),
        ("http://tracker.example/pixel", False),
        ("javascript:alert(1)", False),
        ("https://x.example/" + "a" * 2048, False),
    ],
)
def test_only_an_address_is_shown_as_a_picture(backend: Backend, person: People, address: str, kept: bool) -> None:
    ana = person("Ana")
    told = {"idToken": ana.id_token(), "photoUrl": address}
    httpx.post(f"{backend.auth_url}/accounts:update", params={"key": "local"}, json=told).raise_for_status()
    ana.renew()
    assert ana.call("auth-session")["photoUrl"] == (address if kept else None)


NOW = int(time.time())
GOOD = good_claims("nobody-known")


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (None, "TOKEN_MISSING"),
        ("Bearer", None),
        ("Bearer not.a.token", None),
        ("Bearer " + unsigned(**{**GOOD, "aud": "another-project"}), None),
        ("Bearer " + unsigned(**{**GOOD, "exp": NOW - 100, "iat": NOW - 4000}), None),
        ("Bearer " + unsigned(**GOOD), None),
        ("Basic abc", None),
    ],
    ids=["missing", "empty", "malformed", "another project's", "expired", "of an unknown account", "another scheme"],
)
def test_a_token_that_proves_nothing_is_refused(backend: Backend, header: str | None, reason: str | None) -> None:
    headers = {"Authorization": header} if header else {}
    answer = httpx.post(f"{backend.functions_url}/auth-session", json={"data": {}}, headers=headers)
    assert answer.status_code == 401
    error = answer.json()["error"]
    assert error["status"] == "UNAUTHENTICATED"
    if reason:
        assert error["details"]["reason"] == reason

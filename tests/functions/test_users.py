"""Profile, preferences, devices and sessions of a person, through real HTTP."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from firebase_admin import auth as firebase
from google.cloud.firestore import Client

from clients.python.backend import Backend
from clients.python.session import CallError, Session
from shared import bootstrap
from shared.cloud import auth
from tests.support.people import make_trip
from tests.support.refusals import refusal
from tests.support.waiting import eventually

People = Callable[..., Session]
TOKEN = "dGVzdC1pbnN0YW5jZQ:APA91b-"


def register(session: Session, device_id: str, token: str, **fields: Any) -> Any:
    told = {"deviceId": device_id, "token": TOKEN + token, "platform": "ios", **fields}
    return session.call("users-register-device", **told)


def devices_of(database: Client, session: Session) -> dict[str, str]:
    found = database.collection("users", session.uid, "devices").stream()
    return {device.id: device.get("token").removeprefix(TOKEN) for device in found}


def test_preferences_are_changed_field_by_field(person: People) -> None:
    ana = person("Ana")
    known = ana.call("users-get")
    assert (known["name"], known["emailVerified"], known["version"]) == ("Ana", True, 1)
    told = {
        "language": "pt-br",
        "timeZone": "Europe/Lisbon",
        "home": {"name": "Lisboa", "lat": 38.7, "lng": -9.1},
        "pace": "slow",
        "interests": ["museum", "ramen", "museum"],
        "diet": ["vegan"],
        "mobility": {"maxWalkMetres": 800, "stepFree": True},
        "budgetLevel": "low",
    }
    changed = ana.call("users-update", version=1, **told)
    assert changed["preferences"] == {**told, "language": "pt-BR", "interests": ["museum", "ramen"]}
    assert ana.call("users-update", version=1, **told) == changed
    after = ana.call("users-update", version=2, pace=None, diet=None)
    assert after["preferences"] == {**changed["preferences"], "pace": None, "diet": []}
    assert ana.call("users-get") == after
    conflict = refusal(lambda: ana.call("users-update", version=2, pace="fast"))
    assert (conflict.status, conflict.reason) == ("ABORTED", "PROFILE_CHANGED")
    assert conflict.details["metadata"]["version"] == 3
    assert conflict.details["metadata"]["current"] == after["preferences"]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"language": "english please"},
        {"timeZone": "Lisbon"},
        {"home": {"name": "x", "lat": 91, "lng": 0}},
        {"interests": ["skydiving"]},
        {"diet": ["cake"]},
        {"pace": "hasty"},
        {"mobility": {"maxWalkMetres": -1}},
        {"name": "Another"},
    ],
)
def test_what_is_no_preference_is_refused(person: People, fields: dict[str, Any]) -> None:
    assert refusal(lambda: person("Ana").call("users-update", version=1, **fields)).status == "INVALID_ARGUMENT"


def test_ten_changes_at_once_and_one_of_them_wins(person: People) -> None:
    ana = person("Ana")
    ana.call("users-get")

    def attempt(metres: int) -> str:
        try:
            ana.call("users-update", version=1, mobility={"maxWalkMetres": metres})
        except CallError as refused:
            return refused.reason
        return "won"

    with ThreadPoolExecutor(10) as pool:
        outcomes = sorted(pool.map(attempt, range(10)))
    assert outcomes == ["PROFILE_CHANGED"] * 9 + ["won"]


def test_a_sign_in_follows_the_provider_and_leaves_preferences_alone(person: People, database: Client) -> None:
    ana = person("Ana")
    ana.call("users-get")
    ana.call("users-update", version=1, pace="fast")
    database.document("users", ana.uid).update({"name": "Before", "photoUrl": "https://old.example/a.png"})
    ana.call("auth-session")
    seen = ana.call("users-get")
    assert (seen["name"], seen["photoUrl"], seen["preferences"]["pace"]) == ("Ana", None, "fast")
    stored = database.document("users", ana.uid).get()
    assert (stored.get("name"), stored.get("photoUrl"), stored.get("version"), seen["version"]) == ("Ana", None, 3, 3)


def test_fellow_travellers_see_what_somebody_is_called_now(person: People, database: Client) -> None:
    ana, ben = person("Ana"), person("Ben")
    ben.call("auth-session")
    trips = [make_trip(ana, (ben, "voter")) for _ in range(3)]
    ana.call("trips-delete", tripId=trips[2])
    left = make_trip(ana, (ben, "voter"))
    ben.call("trips-leave", tripId=left)
    before = {"name": "Before", "photoUrl": "http://tracker.example/pixel"}
    database.document("users", ben.uid).update(before)
    members = [database.document("trips", trip_id, "members", ben.uid) for trip_id in trips]
    for member in members:
        member.update(before)
    ben.call("auth-session")
    told = [member.get().to_dict() for member in members]
    assert [(one["name"], one["photoUrl"], one["role"]) for one in told] == [("Ben", None, "voter")] * 3
    assert not database.document("trips", left, "members", ben.uid).get().exists


def test_planning_reads_what_people_prefer(person: People) -> None:
    ana, ben = person("Ana"), person("Ben")
    ana.call("users-get")
    ana.call("users-update", version=1, interests=["sushi"])
    found = bootstrap.users().preferences([ana.uid, ben.uid])
    assert (found[ana.uid].interests, found[ben.uid].interests) == (("sushi",), ())


def test_a_device_is_renewed_replaced_and_removed(person: People, database: Client) -> None:
    ana, ben = person("Ana"), person("Ben")
    assert "token" not in register(ana, "phone", "one", appVersion="2.4.1")
    register(ana, "phone", "two")
    register(ana, "tablet", "three")
    assert devices_of(database, ana) == {"phone": "two", "tablet": "three"}
    register(ben, "phone", "two")
    assert (devices_of(database, ana), devices_of(database, ben)) == ({"tablet": "three"}, {"phone": "two"})
    assert ana.call("users-remove-device", deviceId="tablet") == {"deviceId": "tablet", "removed": True}
    assert ana.call("users-remove-device", deviceId="tablet") == {"deviceId": "tablet", "removed": False}
    assert ben.call("users-remove-device", deviceId="phone")["removed"]


def test_the_device_not_seen_for_longest_makes_room(person: People, database: Client) -> None:
    ana = person("Ana")
    for number in range(20):
        register(ana, f"d{number}", f"token-{number}")
    register(ana, "d0", "token-0")
    register(ana, "one-more", "token-more")
    assert set(devices_of(database, ana)) == {"d0", "one-more", *(f"d{number}" for number in range(2, 20))}


def test_one_token_registered_by_two_people_at_once_ends_with_one(person: People, database: Client) -> None:
    people = [person(f"P{number}") for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda one: register(one, "shared-tablet", "shared"), people))
    assert sum(len(devices_of(database, one)) for one in people) == 1


def test_devices_that_were_not_seen_for_long_are_forgotten(person: People, database: Client) -> None:
    ana = person("Ana")
    register(ana, "old", "old")
    register(ana, "new", "new")
    long_ago = datetime.now(UTC) - timedelta(days=61)
    database.document("users", ana.uid, "devices", "old").update({"seenAt": long_ago})
    bootstrap.devices().sweep()
    assert devices_of(database, ana) == {"new": "new"}


def test_signing_out_everywhere_voids_what_was_issued_before(
    person: People, database: Client, backend: Backend
) -> None:
    ana = person("Ana")
    register(ana, "phone", "one")
    issued = int(time.time())
    # Tokens and revocations count in whole seconds.
    eventually(lambda: int(time.time()) > issued)
    token = ana.id_token()
    ana.call("users-sign-out-everywhere")
    assert devices_of(database, ana) == {}
    account = ("auth-session", "users-get", "users-update", "users-register-device", "users-sign-out-everywhere")
    for function in (*account, "trips-delete", "trips-hand-over"):
        answer = httpx.post(
            f"{backend.functions_url}/{function}", json={"data": {}}, headers={"Authorization": f"Bearer {token}"}
        )
        assert (answer.status_code, answer.json()["error"]["details"]["reason"]) == (401, "TOKEN_REVOKED"), function


@pytest.mark.parametrize("end", ["disabled", "deleted"])
def test_an_account_that_stands_no_more_is_refused_where_it_matters(person: People, end: str) -> None:
    ana = person("Ana")
    ana.call("auth-session")
    if end == "disabled":
        firebase.update_user(ana.uid, disabled=True, app=auth.app())
    else:
        firebase.delete_user(ana.uid, auth.app())
    for function in ("auth-session", "users-get", "users-sign-out-everywhere"):
        assert refusal(lambda function=function: ana.call(function)).reason == "ACCOUNT_GONE"

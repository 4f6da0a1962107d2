"""Trips: create, get, invite, join, through real HTTP."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from google.cloud.firestore import Client

from clients.python.session import CallError, Session
from shared.trips.service import token_hash
from tests.support.people import make_trip
from tests.support.tokens import good_claims, unsigned

People = Callable[..., Session]


def test_a_trip_is_made_with_its_owner_and_an_empty_plan(person: People, database: Client) -> None:
    ana = person()
    trip = ana.call(
        "trips-create", name="  Kyoto  ", destinations=["Kyoto"], startDate="2027-04-02", endDate="2027-04-06"
    )
    assert (trip["name"], trip["role"], trip["version"], trip["memberCount"]) == ("Kyoto", "owner", 1, 1)
    stored = database.document("trips", trip["tripId"])
    assert stored.get().get("roles") == {ana.uid: "owner"}
    assert stored.collection("members").document(ana.uid).get().get("name") == "Ana"
    assert stored.collection("plan").document("current").get().get("version") == 0


def test_a_resend_by_request_id_makes_one_trip(person: People) -> None:
    ana = person()
    with ThreadPoolExecutor(5) as pool:
        made = list(pool.map(lambda _: ana.call("trips-create", name="Rome", requestId="request-1"), range(5)))
    assert len({trip["tripId"] for trip in made}) == 1
    with pytest.raises(CallError) as refused:
        ana.call("trips-create", name="Lima", requestId="request-1")
    assert (refused.value.status, refused.value.reason) == ("ALREADY_EXISTS", "REQUEST_ID_REUSED")


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "x", "startDate": "2027-02-30"}, "startDate"),
        ({"name": "x", "currency": "euro"}, "currency"),
        ({"name": "x", "currency": "ZZZ"}, "currency"),
        ({"name": "x", "budget": {"amount": 10, "currency": "ZZZ"}}, "budget.currency"),
        ({"name": "x", "budget": {"amount": 10.5, "currency": "EUR"}}, "budget.amount"),
        ({"name": "x", "budget": {"amount": -1, "currency": "EUR"}}, "budget.amount"),
        ({"name": "x", "destinations": ["a"] * 21}, "destinations"),
        ({"name": "x", "colour": "red"}, "colour"),
    ],
)
def test_a_wrong_field_is_named(person: People, data: dict[str, Any], field: str) -> None:
    with pytest.raises(CallError) as refused:
        person().call("trips-create", **data)
    assert refused.value.status == "INVALID_ARGUMENT"
    assert [violation["field"] for violation in refused.value.details["fieldViolations"]] == [field]


def test_dates_out_of_order_are_refused(person: People) -> None:
    with pytest.raises(CallError, match="endDate is before startDate"):
        person().call("trips-create", name="x", startDate="2027-04-06", endDate="2027-04-02")


def test_a_stranger_and_an_unknown_trip_get_the_same_answer(person: People) -> None:
    trip_id = make_trip(person())
    stranger = person("Eve")
    answers = []
    for unknown in (trip_id, "no-such-trip"):
        with pytest.raises(CallError) as refused:
            stranger.call("trips-get", tripId=unknown)
        answers.append((refused.value.status, refused.value.message, refused.value.reason))
    assert answers[0] == answers[1] == ("NOT_FOUND", "There is no such trip.", "TRIP_NOT_FOUND")


def test_an_invitation_makes_a_member_once(person: People, database: Client) -> None:
    ana, ben = person("Ana"), person("Ben")
    trip_id = make_trip(ana)
    invitation = ana.call("trips-invite", tripId=trip_id, role="voter", maxUses=2)
    first = ben.call("trips-join", token=invitation["token"])
    again = ben.call("trips-join", token=invitation["token"])
    assert (first["joined"], again["joined"]) == (True, False)
    assert ben.call("trips-get", tripId=trip_id)["role"] == "voter"
    stored = database.document("invitations", token_hash(invitation["token"])).get()
    assert stored.get("uses") == 1
    assert invitation["token"] not in str(stored.to_dict())


def test_only_the_owner_invites(person: People) -> None:
    ana, ben = person("Ana"), person("Ben")
    trip_id = make_trip(ana, (ben, "editor"))
    with pytest.raises(CallError) as refused:
        ben.call("trips-invite", tripId=trip_id)
    assert (refused.value.status, refused.value.reason) == ("PERMISSION_DENIED", "ROLE_TOO_LOW")


def test_two_hundred_joins_at_once_on_an_invitation_with_ten_uses(person: People, database: Client) -> None:
    ana = person("Ana")
    trip_id = make_trip(ana)
    token = ana.call("trips-invite", tripId=trip_id, maxUses=10)["token"]
    guests = [unsigned(**good_claims(f"guest-{number}-of-{trip_id}")) for number in range(200)]

    def join(guest: str) -> str:
        url, headers = f"{ana.backend.functions_url}/trips-join", {"Authorization": f"Bearer {guest}"}
        answer = http.post(url, json={"data": {"token": token}}, headers=headers).json()
        return "joined" if "result" in answer else str(answer["error"]["details"]["reason"])

    with httpx.Client(timeout=120, limits=httpx.Limits(max_connections=200)) as http, ThreadPoolExecutor(200) as pool:
        outcomes = list(pool.map(join, guests))
    assert sorted(outcomes) == ["INVITATION_USED_UP"] * 190 + ["joined"] * 10
    trip = database.document("trips", trip_id).get()
    assert len(trip.get("members")) == len(trip.get("roles")) == 11
    assert set(trip.get("members")) == set(trip.get("roles"))


def test_unknown_expired_and_revoked_invitations(person: People, database: Client) -> None:
    ana, ben = person("Ana"), person("Ben")
    trip_id = make_trip(ana)
    with pytest.raises(CallError) as unknown:
        ben.call("trips-join", token="x" * 32)
    assert (unknown.value.status, unknown.value.reason) == ("NOT_FOUND", "INVITATION_NOT_FOUND")
    token = ana.call("trips-invite", tripId=trip_id)["token"]
    stored = database.document("invitations", token_hash(token))
    stored.update({"expiresAt": datetime.now(UTC) - timedelta(seconds=1)})
    with pytest.raises(CallError) as expired:
        ben.call("trips-join", token=token)
    assert (expired.value.status, expired.value.reason) == ("FAILED_PRECONDITION", "INVITATION_EXPIRED")
    stored.update({"revokedAt": datetime.now(UTC)})
    with pytest.raises(CallError) as revoked:
        ben.call("trips-join", token=token)
    assert revoked.value.message == unknown.value.message


def test_a_deleted_trip_is_gone_for_everybody(person: People, database: Client) -> None:
    ana = person()
    trip_id = make_trip(ana)
    database.document("trips", trip_id).update({"deletedAt": datetime.now(UTC)})
    with pytest.raises(CallError) as refused:
        ana.call("trips-get", tripId=trip_id)
    assert refused.value.reason == "TRIP_NOT_FOUND"

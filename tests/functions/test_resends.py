"""Whatever a call creates, it creates once, however often it is sent: every function of the registry is sorted here."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from google.cloud.firestore import Client, FieldFilter

import functions
from clients.python.session import CallError, Session
from shared.runtime.registry import FUNCTIONS
from tests.support.people import make_trip
from tests.support.pictures import encoded, photo
from tests.support.voices import in_base64, recording

functions.load_all()

OP = [{"p": ["packing", "hat"], "oi": {"order": "a0", "text": "Hat", "done": False}}]
RAIN = {"kind": "dayRainedOut", "dayId": "d1"}
ROUTE = {
    "start": "Paris",
    "firstDate": "2027-04-01",
    "nights": {"atLeast": 3, "atMost": 5},
    "cities": [{"city": "Rome"}],
}
PRICE = {"amount": 1200, "currency": "EUR", "date": "2027-04-02"}


@dataclass(frozen=True)
class Creates:
    """What to call, once with `first` and once with `other` under the same id, and where to count what it made.

    `other` is None where there is nothing to say otherwise.
    """

    first: dict[str, Any]
    other: dict[str, Any] | None
    made: Callable[[Client, str, Session], int]
    shown_once: tuple[str, ...] = ()


def under_trip(collection: str) -> Callable[[Client, str, Session], int]:
    return lambda database, trip_id, _: len(list(database.collection("trips", trip_id, collection).stream()))


def among(collection: str, field: str) -> Callable[[Client, str, Session], int]:
    def count(database: Client, trip_id: str, session: Session) -> int:
        value = trip_id if field == "tripId" else session.uid
        return len(list(database.collection(collection).where(filter=FieldFilter(field, "==", value)).stream()))

    return count


def guests(database: Client, trip_id: str, _: Session) -> int:
    return len(database.document("trips", trip_id).get().to_dict().get("guests", {}))


def jobs_of_person(database: Client, _: str, session: Session) -> int:
    return len(list(database.collection("users", session.uid, "jobs").stream()))


CREATES = {
    "ai-chat": Creates({"text": "Two days in Kyoto"}, {"text": "Three days in Rome"}, under_trip("threads")),
    "ai-generate": Creates({"request": "Two days in Kyoto"}, {"request": "Three days in Rome"}, under_trip("jobs")),
    "ai-image": Creates(
        {"picture": in_base64(encoded(photo(8, 8)))},
        {"picture": in_base64(encoded(photo(9, 9)))},
        under_trip("pictures"),
    ),
    "ai-voice": Creates(
        {"audio": in_base64(recording("en-spent")), "languages": ["en-US"]},
        {"audio": in_base64(recording("en-plan")), "languages": ["en-US"]},
        under_trip("threads"),
    ),
    "comments-create": Creates({"on": "trip", "text": "Yes"}, {"on": "trip", "text": "No"}, under_trip("comments")),
    "expenses-add": Creates({"title": "Tea", **PRICE}, {"title": "Coffee", **PRICE}, under_trip("expenses")),
    "expenses-pay": Creates(
        {"fromId": "me", "toId": "guest", **PRICE},
        {"fromId": "guest", "toId": "me", **PRICE},
        under_trip("expenses"),
    ),
    "planning-optimise": Creates(
        {"scope": {"rest": True}}, {"scope": {"rest": True}, "ideas": False}, under_trip("jobs")
    ),
    "planning-place": Creates({"stopId": "hat"}, {"stopId": "tea"}, under_trip("jobs")),
    "planning-replan": Creates({"change": RAIN}, {"change": {**RAIN, "dayId": "d2"}}, under_trip("jobs")),
    "polls-create": Creates(
        {"title": "Tea?", "kind": "single", "options": [{"text": "Yes"}, {"text": "No"}]},
        {"title": "Coffee?", "kind": "single", "options": [{"text": "Yes"}, {"text": "No"}]},
        under_trip("polls"),
    ),
    "proposals-create": Creates(
        {"title": "A hat", "base": 0, "ops": [OP]}, {"title": "My hat", "base": 0, "ops": [OP]}, under_trip("proposals")
    ),
    "routes-plan": Creates(ROUTE, {**ROUTE, "cities": [{"city": "Florence"}]}, under_trip("jobs")),
    "trips-add-guest": Creates({"name": "Grandma"}, {"name": "Grandpa"}, guests),
    "trips-create": Creates({"name": "Kyoto"}, {"name": "Rome"}, among("trips", "createdBy")),
    "trips-duplicate": Creates({"name": "Again"}, {"name": "Once more"}, among("trips", "createdBy")),
    "trips-invite": Creates({"role": "voter"}, {"role": "editor"}, among("invitations", "tripId"), ("token",)),
    "trips-invite-email": Creates(
        {"email": "ben@example.com"}, {"email": "cleo@example.com"}, among("invitations", "tripId")
    ),
    "users-export-data": Creates({}, None, jobs_of_person),
}

ONCE_BY_NATURE = {
    "admin-set-claims": "sets the claims of one account",
    "ai-cancel": "an answer ends once",
    "ai-image-add": "one stop a candidate",
    "ai-regenerate": "one answer in its place",
    "ai-retry": "one answer in its place",
    "auth-session": "one profile a person",
    "plan-redo": "known by (src, seq)",
    "plan-restore": "known by (src, seq)",
    "plan-submit": "known by (src, seq)",
    "plan-undo": "known by (src, seq)",
    "polls-close": "a poll is closed once",
    "polls-vote": "one ballot a person",
    "proposals-accept": "an item is decided once",
    "proposals-reject": "an item is decided once",
    "reactions-set": "one reaction a person",
    "trips-calendar": "one feed a member: shown below",
    "trips-claim-guest": "a guest is claimed once",
    "trips-hand-over": "one owner a trip",
    "trips-join": "one membership a person",
    "trips-leave": "one membership a person",
    "trips-member-role": "one role a member",
    "trips-publish": "one page a trip: shown below",
    "users-delete-account": "an account is deleted once",
    "users-register-device": "one document a device",
    "users-sign-out-everywhere": "ends what there is",
}
"""Functions that change something and need no requestId, and why."""

CREATES_NOTHING = {
    "archive", "cancel", "delete", "edit", "get", "history", "invitations", "job", "list", "people", "preview",
    "remove", "rename", "reopen", "resolve", "restore", "revoke", "search", "summary", "unarchive", "unpublish",
    "update",
}  # fmt: skip
"""Words in the names of functions that read, or change something that is there."""


def callables() -> list[str]:
    return sorted(name for name, spec in FUNCTIONS.items() if spec.kind == "callable")


@pytest.mark.parametrize("name", callables())
def test_every_function_is_sorted(name):
    spec = FUNCTIONS[name]
    takes_id = spec.request is not None and "request_id" in spec.request.model_fields
    harmless = name in ONCE_BY_NATURE or not CREATES_NOTHING.isdisjoint(name.split("-")[1:])
    assert takes_id or harmless, (
        f"{name}: if it creates anything, give its request a `request_id: RequestId | None` (see shared/trips/requests"
        ".py); if a resend can create nothing twice, say why in ONCE_BY_NATURE or name it by a verb of CREATES_NOTHING"
    )
    assert not takes_id or name in {*CREATES, *ONCE_BY_NATURE}, (
        f"{name} takes a requestId: show in CREATES what it makes"
    )


def test_nothing_is_named_that_is_not_there():
    assert {*CREATES, *ONCE_BY_NATURE} <= set(callables())


@pytest.mark.parametrize("name", sorted(CREATES))
def test_a_resend_makes_nothing_new(name, person, database):
    recipe = CREATES[name]
    ana = person("Ana")
    trip_id = make_trip(ana)
    guest = ana.call("trips-add-guest", tripId=trip_id, name="Somebody")["guestId"]

    def call(payload: dict[str, Any], **more: Any) -> dict[str, Any]:
        people = {"me": ana.uid, "guest": guest}
        fields = {key: people.get(value, value) if key.endswith("Id") else value for key, value in payload.items()}
        where = {"tripId": trip_id} if "trip_id" in FUNCTIONS[name].request.model_fields else {}
        return ana.call(name, **where, **fields, **more)

    def made() -> int:
        return recipe.made(database, trip_id, ana)

    before = made()
    answer = call(recipe.first, requestId="request-1")
    assert made() == before + 1
    with ThreadPoolExecutor(2) as pool:
        again = list(pool.map(lambda _: call(recipe.first, requestId="request-1"), range(2)))
    assert made() == before + 1
    told = [{key: value for key, value in one.items() if key not in recipe.shown_once} for one in (answer, *again)]
    assert all(one.keys() == told[0].keys() for one in told)
    assert all(one.get(key) == value for one in told for key, value in told[0].items() if key.endswith("Id"))
    if recipe.other is not None:
        with pytest.raises(CallError) as refused:
            call(recipe.other, requestId="request-1")
        assert (refused.value.status, refused.value.reason) == ("ALREADY_EXISTS", "REQUEST_ID_REUSED")
        assert made() == before + 1
    call(recipe.other or recipe.first, requestId="request-2")
    assert made() == before + 2


def test_a_link_whose_token_got_lost_gets_another(person):
    ana, ben, cleo = person("Ana"), person("Ben"), person("Cleo")
    trip_id = make_trip(ana)
    lost = ana.call("trips-invite", tripId=trip_id, maxUses=2, requestId="request-1")["token"]
    ben.call("trips-join", token=lost)
    shown = ana.call("trips-invite", tripId=trip_id, maxUses=2, requestId="request-1")["token"]
    with pytest.raises(CallError) as refused:
        cleo.call("trips-join", token=lost)
    assert refused.value.status == "NOT_FOUND"
    assert cleo.call("trips-join", token=shown)["joined"]
    open_ones = ana.call("trips-invitations", tripId=trip_id)["invitations"]
    assert open_ones == [], "the uses of both tokens are counted together"


def test_a_page_whose_name_got_lost_gets_another(person):
    ana = person("Ana")
    trip_id = make_trip(ana)

    def publish(**fields: Any) -> Any:
        return ana.call("trips-publish", **{"tripId": trip_id, "sections": ["dates"], **fields})["name"]

    def shown(name: str) -> bool:
        return httpx.get(f"{ana.backend.functions_url}/public-trip", params={"name": name}).status_code == 200

    lost = publish(requestId="request-1")
    name = publish(requestId="request-1")
    assert shown(name) and not shown(lost)
    with pytest.raises(CallError) as refused:
        publish(requestId="request-1", sections=["plan"])
    assert refused.value.reason == "REQUEST_ID_REUSED"
    assert publish(requestId="request-2", sections=["dates", "plan"]) is None
    assert publish(requestId="request-2", sections=["dates", "plan"]) is None and shown(name)
    renewed = publish(renew=True)
    assert publish(requestId="request-1") is None and shown(renewed), "a late resend undoes nothing"
    ana.call("trips-unpublish", tripId=trip_id)
    assert ana.call("trips-publish", tripId=trip_id, sections=["dates"], requestId="request-1")["sections"] == []


def test_a_calendar_whose_address_got_lost_gets_another(person, database):
    ana = person("Ana")
    trip_id = make_trip(ana)

    def make(**fields: Any) -> Any:
        return ana.call("trips-calendar", tripId=trip_id, **fields)["url"]

    lost = make(requestId="request-1")
    url = make(requestId="request-1")
    assert [httpx.get(one).status_code for one in (lost, url)] == [404, 200]
    kinds = [entry.get("type") for entry in database.collection("trips", trip_id, "audit").stream()]
    assert kinds.count("trip.calendar_made.v1") == 1
    with pytest.raises(CallError) as refused:
        make(requestId="request-1", renew=True)
    assert refused.value.reason == "REQUEST_ID_REUSED"
    assert make(requestId="request-2") is None and make(requestId="request-2") is None
    renewed = make(renew=True)
    assert make(requestId="request-1") is None and httpx.get(renewed).status_code == 200
    ana.call("trips-calendar-revoke", tripId=trip_id)
    assert make(requestId="request-1") is None, "a late resend brings nothing back"


def test_an_invitation_by_mail_is_written_once(person, database):
    ana = person("Ana")
    trip_id = make_trip(ana)
    for _ in range(2):
        ana.call("trips-invite-email", tripId=trip_id, email="ben@example.com", requestId="request-1")
    kinds = [entry.get("type") for entry in database.collection("trips", trip_id, "audit").stream()]
    assert kinds.count("trip.invited.v1") == 1

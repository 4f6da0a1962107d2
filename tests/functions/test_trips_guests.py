"""Guests: travellers without an account, in stops and expenses, until they get one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from google.cloud.firestore import Client

from clients.python.session import Session
from tests.support.people import make_trip, stop
from tests.support.refusals import outcome, refusal

People = Callable[..., Session]
DAY = "2027-04-02"


def guest_of(session: Session, trip_id: str, name: str = "Grandma") -> str:
    made: str = session.call("trips-add-guest", tripId=trip_id, name=name)["guestId"]
    return made


def spend(session: Session, trip_id: str, amount: int, **fields: Any) -> Any:
    told = {"tripId": trip_id, "title": "Dinner", "amount": amount, "currency": "EUR", "date": DAY, **fields}
    return session.call("expenses-add", **told)


def balances(session: Session, trip_id: str) -> dict[str, int]:
    settlements = session.call("expenses-summary", tripId=trip_id)["settlements"]
    return settlements[0]["balances"] if settlements else {}


def test_a_guest_is_added_once_renamed_and_removed(person: People) -> None:
    ana, ben = person("Ana"), person("Ben")
    trip_id = make_trip(ana, (ben, "editor"))
    told = {"tripId": trip_id, "name": "Grandma", "requestId": "guest-0001"}
    added = ben.call("trips-add-guest", **told)
    guest_id = added["guestId"]
    ben.call("trips-rename-guest", tripId=trip_id, guestId=guest_id, name="Rosa")
    assert ben.call("trips-add-guest", **told) == {**added, "name": "Rosa"}
    reused = refusal(lambda: ben.call("trips-add-guest", **{**told, "name": "Another"}))
    assert (reused.status, reused.reason) == ("ALREADY_EXISTS", "REQUEST_ID_REUSED")
    assert ana.call("trips-get", tripId=trip_id)["guests"] == {guest_id: {"name": "Rosa", "claimedBy": None}}
    assert ben.call("trips-remove-guest", tripId=trip_id, guestId=guest_id)["removed"] is True
    assert ana.call("trips-get", tripId=trip_id)["guests"] == {}
    for function, data in [
        ("trips-rename-guest", {"name": "X"}),
        ("trips-remove-guest", {}),
        ("trips-claim-guest", {"uid": ben.uid}),
        ("trips-invite", {}),
        ("trips-invite-email", {"email": "rosa@example.com"}),
    ]:
        assert outcome(ana, function, tripId=trip_id, guestId=guest_id, **data) == "GUEST_NOT_FOUND", function


def test_who_may_do_what_with_guests(person: People) -> None:
    ana, ben, vic, eve = person("Ana"), person("Ben"), person("Vic"), person("Eve")
    trip_id = make_trip(ana, (ben, "editor"), (vic, "voter"))
    guest_id = guest_of(ana, trip_id)
    calls = [
        ("trips-add-guest", {"name": "Kim"}),
        ("trips-rename-guest", {"guestId": guest_id, "name": "Kim"}),
        ("trips-remove-guest", {"guestId": guest_id}),
        ("trips-claim-guest", {"guestId": guest_id, "uid": vic.uid}),
    ]
    for function, data in calls:
        assert outcome(vic, function, tripId=trip_id, **data) == "ROLE_TOO_LOW"
        assert outcome(eve, function, tripId=trip_id, **data) == "TRIP_NOT_FOUND"
    assert outcome(ben, "trips-claim-guest", tripId=trip_id, guestId=guest_id, uid=vic.uid) == "ROLE_TOO_LOW"


def test_a_trip_has_at_most_fifty_guests(person: People) -> None:
    ana = person("Ana")
    trip_id = make_trip(ana)
    for _ in range(50):
        last = guest_of(ana, trip_id)
    assert outcome(ana, "trips-add-guest", tripId=trip_id, name="One more") == "TOO_MANY_GUESTS"
    ana.call("trips-remove-guest", tripId=trip_id, guestId=last)
    guest_of(ana, trip_id)


def test_whoever_joins_by_a_guests_invitation_takes_over_their_debts(person: People) -> None:
    ana, ben, eve = person("Ana"), person("Ben"), person("Eve")
    trip_id = make_trip(ana, currency="EUR")
    guest_id = guest_of(ana, trip_id)
    spend(ana, trip_id, 9000, split={"participants": [ana.uid, guest_id]})
    token = ana.call("trips-invite", tripId=trip_id, guestId=guest_id, maxUses=50)["token"]
    (listed,) = ana.call("trips-invitations", tripId=trip_id)["invitations"]
    assert (listed["guestId"], listed["maxUses"]) == (guest_id, 1)
    joined = ben.call("trips-join", token=token)["trip"]
    assert joined["guests"][guest_id]["claimedBy"] == ben.uid
    assert outcome(eve, "trips-join", token=token) == "INVITATION_USED_UP"
    assert balances(ana, trip_id) == {ana.uid: 4500, ben.uid: -4500}
    # Whoever still has the guest's id in hand, such as a phone that was offline, may go on using it.
    spend(ana, trip_id, 1000, split={"participants": [guest_id]})
    assert balances(ana, trip_id) == {ana.uid: 5500, ben.uid: -5500}
    people = {one["id"]: one["actual"] for one in ana.call("expenses-summary", tripId=trip_id)["people"]}
    assert people == {ana.uid: 4500, ben.uid: 5500}
    assert set(spend(ana, trip_id, 100)["owed"]) == {ana.uid, ben.uid}
    assert outcome(ana, "trips-remove-guest", tripId=trip_id, guestId=guest_id) == "GUEST_CLAIMED"
    ben.call("trips-leave", tripId=trip_id)
    assert outcome(ana, "trips-remove-guest", tripId=trip_id, guestId=guest_id) == "done"


def test_an_invitation_by_address_can_name_a_guest_too(person: People) -> None:
    ana, ben = person("Ana"), person("Ben")
    trip_id = make_trip(ana)
    guest_id = guest_of(ana, trip_id)
    address = ben.call("auth-session")["email"]
    ana.call("trips-invite-email", tripId=trip_id, email=address, guestId=guest_id)
    assert ben.call("auth-session")["joinedTrips"] == [trip_id]
    assert ben.call("trips-get", tripId=trip_id)["guests"][guest_id]["claimedBy"] == ben.uid


def test_a_member_can_be_found_to_be_a_guest_and_not_to_be(person: People) -> None:
    ana, ben, eve = person("Ana"), person("Ben"), person("Eve")
    trip_id = make_trip(ana, (ben, "editor"), currency="EUR")
    guest_id = guest_of(ana, trip_id)
    spend(ana, trip_id, 600, split={"participants": [guest_id, ben.uid]})
    assert outcome(ana, "trips-claim-guest", tripId=trip_id, guestId=guest_id, uid=eve.uid) == "MEMBER_NOT_FOUND"
    ana.call("trips-claim-guest", tripId=trip_id, guestId=guest_id, uid=ben.uid)
    assert balances(ana, trip_id) == {ana.uid: 600, ben.uid: -600}
    assert outcome(ana, "trips-claim-guest", tripId=trip_id, guestId=guest_id, uid=ana.uid) == "GUEST_CLAIMED"
    ana.call("trips-claim-guest", tripId=trip_id, guestId=guest_id, uid=None)
    assert balances(ana, trip_id) == {ana.uid: 600, ben.uid: -300, guest_id: -300}


def test_a_split_that_names_a_guest_and_the_account_that_they_are_has_one_share_for_them(person: People) -> None:
    ana, ben = person("Ana"), person("Ben")
    trip_id = make_trip(ana, (ben, "editor"), currency="EUR")
    guest_id, other = guest_of(ana, trip_id), guest_of(ana, trip_id, "Benny")
    for one in (guest_id, other):
        ana.call("trips-claim-guest", tripId=trip_id, guestId=one, uid=ben.uid)
    everybody = [ana.uid, guest_id, ben.uid, other]
    assert spend(ana, trip_id, 600, split={"participants": everybody})["owed"] == {ana.uid: 300, guest_id: 300}
    items = [{"text": "Soup", "amount": 600, "participants": everybody}]
    assert spend(ana, trip_id, 600, split={"kind": "itemised", "items": items})["owed"] == {ana.uid: 300, guest_id: 300}
    assert balances(ana, trip_id) == {ana.uid: 600, ben.uid: -600}


def test_a_member_with_a_guests_link_takes_the_place_without_joining_again(person: People) -> None:
    ana, ben = person("Ana"), person("Ben")
    trip_id = make_trip(ana, (ben, "viewer"))
    guest_id = guest_of(ana, trip_id)
    token = ana.call("trips-invite", tripId=trip_id, guestId=guest_id, role="editor")["token"]
    for _ in range(2):
        answer = ben.call("trips-join", token=token)
        assert (answer["joined"], answer["trip"]["role"]) == (False, "viewer")
        assert answer["trip"]["guests"][guest_id]["claimedBy"] == ben.uid


def test_ten_claims_of_a_guest_at_once_and_one_wins(person: People, database: Client) -> None:
    ana = person("Ana")
    others = [person(f"P{number}") for number in range(5)]
    trip_id = make_trip(ana, *((one, "voter") for one in others))
    guest_id = guest_of(ana, trip_id)
    tokens = [ana.call("trips-invite", tripId=trip_id, guestId=guest_id)["token"] for _ in others]
    joining = [person(f"J{number}") for number in range(5)]

    def claim(who: Session) -> str:
        return outcome(ana, "trips-claim-guest", tripId=trip_id, guestId=guest_id, uid=who.uid)

    with ThreadPoolExecutor(10) as pool:
        claims = [pool.submit(claim, one) for one in others]
        joins = [pool.submit(one.call, "trips-join", token=token) for one, token in zip(joining, tokens, strict=True)]
        outcomes = [one.result() for one in claims]
        joined = [one.result()["joined"] for one in joins]
    winner = database.document("trips", trip_id).get().to_dict()["guests"][guest_id]["claimedBy"]  # type: ignore[index]
    assert joined == [True] * 5
    assert outcomes.count("done") == (winner in [one.uid for one in others])
    assert winner in [one.uid for one in (*others, *joining)]
    assert set(outcomes) <= {"done", "GUEST_CLAIMED"}


def test_stops_and_packing_name_guests_and_merge(person: People) -> None:
    ana, ben = person("Ana"), person("Ben")
    trip_id = make_trip(ana, (ben, "editor"))
    guest_id = guest_of(ana, trip_id)

    def submit(who: Session, base: int, *components: dict[str, Any]) -> int:
        told = {"tripId": trip_id, "base": base, "src": f"phone-{who.uid[:8]}", "seq": base, "ops": [list(components)]}
        version: int = who.call("plan-submit", **told)["version"]
        return version

    packed = {"order": "a0", "text": "Tent", "assignee": guest_id}
    first = submit(
        ana,
        0,
        {"p": ["stops", "s1"], "oi": stop(ana, who={ana.uid: True})},
        {"p": ["packing", "p1"], "oi": packed},
    )
    submit(ana, first, {"p": ["stops", "s1", "who", guest_id], "oi": True})
    submit(
        ben,
        first,
        {"p": ["stops", "s1", "who", guest_id], "oi": True},
        {"p": ["stops", "s1", "who", ben.uid], "oi": True},
    )
    plan = ana.call("plan-get", tripId=trip_id)["plan"]
    assert plan["stops"]["s1"]["who"] == {ana.uid: True, guest_id: True, ben.uid: True}
    assert plan["packing"]["p1"]["assignee"] == guest_id
    wrong = refusal(lambda: submit(ana, first + 1, {"p": ["stops", "s1", "who", "x"], "oi": False}))
    assert wrong.reason == "PLAN_INVALID"
    words = ana.call("plan-history", tripId=trip_id)["entries"][0]["words"]
    assert words == "Ben changed who takes part of Nishiki Market"
    copy = ana.call("trips-duplicate", tripId=trip_id, requestId="copy-0001")
    copied = ana.call("plan-get", tripId=copy["tripId"])["plan"]["stops"]["s1"]
    assert (copy["guests"], "who" in copied) == ({}, False)

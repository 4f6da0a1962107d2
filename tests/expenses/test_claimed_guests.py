"""A guest who turns out to be somebody with an account: one person, to the cent, whenever it was entered."""

from collections.abc import Callable
from typing import Any

import pytest

from clients.python.session import CallError, Session
from tests.support.people import make_trip

DAY = "2027-04-02"
Trip = tuple[Session, Session, str, str]


@pytest.fixture
def trip(person: Callable[..., Session]) -> Trip:
    """Ana, Ben, their trip in euros, and Mia, a guest whom Ben is going to claim."""
    ana, ben = person("Ana"), person("Ben")
    trip_id = make_trip(ana, (ben, "editor"), currency="EUR")
    return ana, ben, trip_id, ana.call("trips-add-guest", tripId=trip_id, name="Mia")["guestId"]


def claim(ana: Session, trip_id: str, guest: str, uid: str | None) -> None:
    ana.call("trips-claim-guest", tripId=trip_id, guestId=guest, uid=uid)


def add(session: Session, trip_id: str, amount: int, **fields: Any) -> Any:
    told = {"title": "Tickets", "amount": amount, "currency": "EUR", "date": DAY, **fields}
    return session.call("expenses-add", tripId=trip_id, **told)


def accounts(session: Session, trip_id: str, **fields: Any) -> dict[str, dict[str, int]]:
    found = session.call("expenses-summary", tripId=trip_id, **fields)["settlements"]
    assert all(sum(one["balances"].values()) == 0 for one in found)
    return {one["currency"]: one["balances"] for one in found}


def splits(ben: Session, mia: str, ana: Session) -> dict[str, dict[str, Any]]:
    """Ways to split 10,001 of something among the three, with what Ben owes with Mia's part."""
    people = {ana.uid: 1, ben.uid: 1, mia: 1}
    return {
        "exact": {"kind": "exact", "parts": {ana.uid: 5000, ben.uid: 3334, mia: 1667}},
        "shares": {"kind": "shares", "parts": people},
        "percentages": {"kind": "percentages", "parts": {ana.uid: 3333, ben.uid: 3333, mia: 3334}},
        "itemised": {
            "kind": "itemised",
            "items": [
                {"text": "Tea", "amount": 5001, "participants": [ben.uid]},
                {"text": "Cake", "amount": 4000, "participants": [mia]},
            ],
            "tip": 1000,
        },
    }


@pytest.mark.parametrize("kind", ["exact", "shares", "percentages", "itemised"])
@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
def test_what_named_both_before_the_claim_is_owed_by_one_to_the_smallest_unit(
    trip: Trip, kind: str, currency: str
) -> None:
    ana, ben, trip_id, mia = trip
    made = add(ana, trip_id, 10_001, currency=currency, split=splits(ben, mia, ana)[kind])
    own, theirs = made["owed"][ben.uid], made["owed"][mia]
    frozen = made["converted"]["owed"]
    claim(ana, trip_id, mia, ben.uid)
    assert accounts(ana, trip_id, settle="each")[currency] == {ana.uid: own + theirs, ben.uid: -own - theirs}
    assert accounts(ana, trip_id)["EUR"][ben.uid] == -frozen[ben.uid] - frozen[mia]
    people = {one["id"]: one["actual"] for one in ana.call("expenses-summary", tripId=trip_id)["people"]}
    assert people[ben.uid] == frozen[ben.uid] + frozen[mia] and mia not in people
    claim(ana, trip_id, mia, None)
    assert accounts(ana, trip_id, settle="each")[currency][mia] == -theirs


@pytest.mark.parametrize("kind", ["exact", "shares", "percentages"])
def test_what_names_both_after_the_claim_has_them_once_with_the_sum(trip: Trip, kind: str) -> None:
    ana, ben, trip_id, mia = trip
    claim(ana, trip_id, mia, ben.uid)
    made = add(ana, trip_id, 10_001, split=splits(ben, mia, ana)[kind], paid={mia: 1, ben.uid: 10_000})
    parts = splits(ben, mia, ana)[kind]["parts"]
    assert made["split"]["parts"] == {ana.uid: parts[ana.uid], ben.uid: parts[ben.uid] + parts[mia]}
    assert made["paid"] == {mia: 10_001}
    assert set(made["owed"]) == {ana.uid, ben.uid} and sum(made["owed"].values()) == 10_001
    assert accounts(ana, trip_id)["EUR"] == {ana.uid: -made["owed"][ana.uid], ben.uid: made["owed"][ana.uid]}


def test_nobody_pays_themselves(trip: Trip) -> None:
    ana, ben, trip_id, mia = trip
    payment = {"tripId": trip_id, "fromId": mia, "toId": ben.uid, "amount": 5, "currency": "EUR", "date": DAY}
    ana.call("expenses-pay", **payment)
    claim(ana, trip_id, mia, ben.uid)
    with pytest.raises(CallError) as refused:
        ana.call("expenses-pay", **payment)
    assert refused.value.details["reason"] == "SPLIT_INVALID"
    assert set(accounts(ana, trip_id)["EUR"].values()) == {0}


def test_who_was_a_guest_for_some_days_shares_those_days_only_unless_they_say_otherwise(trip: Trip) -> None:
    ana, ben, trip_id, mia = trip
    people: dict[str, Any] = {"tripId": trip_id, "stays": {mia: {"first": "2027-04-05"}}}
    ana.call("expenses-people", version=0, **people)
    claim(ana, trip_id, mia, ben.uid)
    assert set(add(ana, trip_id, 900)["owed"]) == {ana.uid}
    assert set(add(ana, trip_id, 900, date="2027-04-05")["owed"]) == {ana.uid, ben.uid}
    people["stays"][ben.uid] = {"first": "2027-04-01"}
    ana.call("expenses-people", version=1, **people)
    assert set(add(ana, trip_id, 900)["owed"]) == {ana.uid, ben.uid}


def test_a_family_that_names_a_guest_is_whoever_the_guest_turned_out_to_be(trip: Trip) -> None:
    ana, ben, trip_id, mia = trip
    ana.call("expenses-people", tripId=trip_id, version=0, groups={"Family": [ana.uid, mia]})
    add(ana, trip_id, 900, split={"participants": [ben.uid]})
    assert accounts(ana, trip_id, grouped=True) == {"EUR": {ana.uid: 900, ben.uid: -900}}
    claim(ana, trip_id, mia, ben.uid)
    assert accounts(ana, trip_id, grouped=True) == {"EUR": {ana.uid: 0}}
    assert accounts(ana, trip_id) == {"EUR": {ana.uid: 900, ben.uid: -900}}

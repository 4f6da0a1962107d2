"""Expenses through real HTTP: enter, correct, remove, pay back, who shares costs, and how it adds up."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from google.cloud.firestore import Client

from clients.python.session import CallError, Session
from tests.support.people import make_trip, stop
from tests.support.refusals import refusal

People = Callable[..., Session]
Trio = tuple[Session, Session, Session, str]
DAY = "2027-04-02"


@pytest.fixture
def trio(person: People) -> Trio:
    """Ana, who owns the trip; Ben, who edits; Cleo, who only looks; and the trip, in euros."""
    ana, ben, cleo = person("Ana"), person("Ben"), person("Cleo")
    return ana, ben, cleo, make_trip(ana, (ben, "editor"), (cleo, "viewer"), currency="EUR")


def add(session: Session, trip_id: str, amount: int = 9000, **fields: Any) -> Any:
    entered = {"tripId": trip_id, "title": "Dinner", "amount": amount, "currency": "EUR", "date": DAY, **fields}
    return session.call("expenses-add", **entered)


def edit(session: Session, trip_id: str, known: Any, **fields: Any) -> Any:
    entered = {name: known[name] for name in ("expenseId", "version", "title", "amount", "currency", "date")}
    return session.call("expenses-edit", **{"tripId": trip_id, **entered, **fields})


def pay(session: Session, trip_id: str, payer: str, receiver: str, amount: int, **fields: Any) -> Any:
    made = {"fromId": payer, "toId": receiver, "amount": amount, "currency": "EUR", "date": DAY, **fields}
    return session.call("expenses-pay", tripId=trip_id, **made)


def summary(session: Session, trip_id: str, **fields: Any) -> Any:
    return session.call("expenses-summary", tripId=trip_id, **fields)


def test_the_group_spends_settles_and_is_even(trio: Trio) -> None:
    ana, ben, cleo, trip_id = trio
    dinner = add(ana, trip_id, category="food")
    assert dinner["owed"] == {ana.uid: 3000, ben.uid: 3000, cleo.uid: 3000}
    add(ben, trip_id, 1500, split={"participants": [ana.uid, ben.uid, cleo.uid]})
    seen = summary(cleo, trip_id)
    (euros,) = seen["settlements"]
    assert euros["balances"] == {ana.uid: 5500, ben.uid: -2000, cleo.uid: -3500}
    assert (seen["actual"], seen["entries"], euros["fewest"]) == (10500, 2, True)
    for transfer in euros["transfers"]:
        pay(ben, trip_id, transfer["fromId"], transfer["toId"], transfer["amount"])
    (euros,) = summary(ana, trip_id)["settlements"]
    assert (set(euros["balances"].values()), euros["transfers"]) == ({0}, [])
    assert summary(ana, trip_id)["actual"] == 10500


def test_every_kind_of_split(trio: Trio) -> None:
    ana, ben, cleo, trip_id = trio
    a, b, c = ana.uid, ben.uid, cleo.uid
    items = [
        {"text": "Wine", "amount": 3000, "participants": [a]},
        {"text": "Pasta", "amount": 2000, "participants": [b, c]},
        {"text": "Bread", "amount": 600},
    ]
    cases = [
        ({"kind": "shares", "parts": {a: 2, b: 1}}, {a: 4000, b: 2000}),
        ({"kind": "percentages", "parts": {a: 1250, c: 8750}}, {a: 750, c: 5250}),
        ({"kind": "exact", "parts": {b: 5999, c: 1}}, {b: 5999, c: 1}),
        ({"kind": "itemised", "items": items, "tax": 200, "tip": 200}, {a: 3429, b: 1286, c: 1285}),
    ]
    for split, owed in cases:
        made = add(ana, trip_id, 6000, split=split, paid={b: 1000, c: 5000})
        assert sum(made["owed"].values()) == 6000 and made["paid"] == {b: 1000, c: 5000}
        assert all(abs(made["owed"][person] - part) <= 1 for person, part in owed.items())
    refund = add(ben, trip_id, -1001, split={"kind": "equal", "participants": [a, b]})
    assert sorted(refund["owed"].values()) == [-501, -500]


def test_what_does_not_add_up_is_refused(trio: Trio) -> None:
    ana, _, _, trip_id = trio
    cases = [
        ({"paid": {ana.uid: 1}}, "SPLIT_INVALID"),
        ({"amount": 0}, "SPLIT_INVALID"),
        ({"split": {"kind": "percentages", "parts": {ana.uid: 5000}}}, "SPLIT_INVALID"),
        ({"split": {"kind": "shares"}}, "INVALID_REQUEST"),
        ({"split": {"participants": ["nobody"]}}, "PERSON_UNKNOWN"),
        ({"paid": {"guest:nobody": 9000}}, "PERSON_UNKNOWN"),
        ({"currency": "XXX"}, "CURRENCY_UNKNOWN"),
        ({"currency": "AFN"}, "RATE_UNKNOWN"),
        ({"rate": "0"}, "INVALID_REQUEST"),
        ({"amount": 10**12, "currency": "KWD", "rate": "999999999"}, "AMOUNT_TOO_LARGE"),
    ]
    for fields, reason in cases:
        assert refusal(lambda fields=fields: add(ana, trip_id, **fields)).reason == reason
    assert summary(ana, trip_id)["entries"] == 0


def test_who_may_only_look_changes_nothing(trio: Trio, person: People) -> None:
    ana, _, cleo, trip_id = trio
    known = add(ana, trip_id)
    attempts = [
        lambda who: add(who, trip_id),
        lambda who: edit(who, trip_id, known),
        lambda who: pay(who, trip_id, ana.uid, cleo.uid, 1),
        lambda who: who.call("expenses-remove", tripId=trip_id, expenseId=known["expenseId"], version=1),
        lambda who: who.call("expenses-people", tripId=trip_id, version=0),
    ]
    stranger = person("Dora")
    for attempt in attempts:
        assert refusal(lambda attempt=attempt: attempt(cleo)).reason == "ROLE_TOO_LOW"
        assert refusal(lambda attempt=attempt: attempt(stranger)).reason == "TRIP_NOT_FOUND"
    assert refusal(lambda: summary(stranger, trip_id)).reason == "TRIP_NOT_FOUND"


def test_guests_and_who_was_there_that_day(trio: Trio) -> None:
    ana, ben, cleo, trip_id = trio
    kim = ben.call("trips-add-guest", tripId=trip_id, name="Kim")["guestId"]
    told = {
        "stays": {cleo.uid: {"first": "2027-04-03"}, kim: {"last": DAY}},
        "groups": {"Kim's family": [ben.uid, kim]},
    }
    assert ana.call("expenses-people", tripId=trip_id, version=0, **told)["version"] == 1
    assert ana.call("expenses-people", tripId=trip_id, version=0, **told)["version"] == 1
    conflict = refusal(lambda: ben.call("expenses-people", tripId=trip_id, version=0))
    assert (conflict.status, conflict.details["metadata"]["current"]["groups"]) == ("ABORTED", told["groups"])
    first = add(ana, trip_id)
    assert set(first["owed"]) == {ana.uid, ben.uid, kim}
    assert set(add(ana, trip_id, date="2027-04-03")["owed"]) == {ana.uid, ben.uid, cleo.uid}
    (euros,) = summary(ana, trip_id, grouped=True)["settlements"]
    assert euros["balances"] == {ana.uid: 12000, ben.uid: -9000, cleo.uid: -3000}
    ben.call("trips-remove-guest", tripId=trip_id, guestId=kim)
    (euros,) = summary(ana, trip_id)["settlements"]
    assert euros["balances"][kim] == -3000
    assert set(add(ana, trip_id)["owed"]) == {ana.uid, ben.uid}
    unknown = {"groups": {"Us": [ana.uid, "guest:nobody"]}}
    refused = refusal(lambda: ben.call("expenses-people", tripId=trip_id, version=1, **unknown))
    assert refused.reason == "PERSON_UNKNOWN"


def test_a_rate_stays_as_it_was_entered(trio: Trio) -> None:
    ana, ben, _, trip_id = trio
    ramen = add(ana, trip_id, 10000, currency="JPY", rate="0.0065", split={"participants": [ana.uid, ben.uid]})
    assert (ramen["converted"]["amount"], ramen["converted"]["source"]) == (6500, "person")
    assert sum(ramen["converted"]["owed"].values()) == 6500
    more = edit(ben, trip_id, ramen, amount=20000)
    assert (more["converted"]["amount"], more["converted"]["rate"], more["paid"]) == (13000, "0.0065", {ana.uid: 20000})
    dollars = edit(ben, trip_id, more, currency="USD")
    assert (dollars["converted"]["source"], dollars["converted"]["asOf"]) == ("reference", "2024-12-31")
    later = edit(ben, trip_id, dollars, title="Lunch")
    assert later["converted"] == dollars["converted"]
    add(ana, trip_id, 5000, currency="JPY")
    each = summary(ana, trip_id, settle="each")["settlements"]
    assert [account["currency"] for account in each] == ["JPY", "USD"]
    assert [account["currency"] for account in summary(ana, trip_id)["settlements"]] == ["EUR"]
    assert all(sum(account["balances"].values()) == 0 for account in each)


def test_an_edit_is_made_from_what_one_has_seen(trio: Trio) -> None:
    ana, ben, _, trip_id = trio
    known = add(ana, trip_id)
    changed = edit(ben, trip_id, known, amount=8000)
    assert (changed["version"], changed["by"], changed["updatedBy"]) == (2, ana.uid, ben.uid)
    assert edit(ben, trip_id, known, amount=8000) == changed
    conflict = refusal(lambda: edit(ana, trip_id, known, amount=7000))
    assert (conflict.status, conflict.reason) == ("ABORTED", "VERSION_CONFLICT")
    current = conflict.details["metadata"]["current"]
    assert (current["amount"], current["version"]) == (8000, 2)
    assert edit(ana, trip_id, current, amount=7000)["version"] == 3


def test_an_edit_leaves_who_paid_and_how_it_is_split_unless_it_says_so(trio: Trio) -> None:
    ana, ben, cleo, trip_id = trio
    split = {"kind": "shares", "parts": {ana.uid: 2, cleo.uid: 1}}
    known = add(ana, trip_id, 9000, split=split, paid={ana.uid: 6000, cleo.uid: 3000})
    more = edit(ben, trip_id, known, amount=-301)
    assert (more["paid"], more["split"]) == ({ana.uid: -201, cleo.uid: -100}, known["split"])
    assert (sum(more["owed"].values()), set(more["owed"])) == (-301, {ana.uid, cleo.uid})
    anew = edit(ben, trip_id, more, amount=900, split={})
    assert (anew["split"]["kind"], set(anew["owed"])) == ("equal", {ana.uid, ben.uid, cleo.uid})
    exact = edit(ben, trip_id, anew, amount=900, split={"kind": "exact", "parts": {ben.uid: 900}}, paid={ben.uid: 900})
    assert refusal(lambda: edit(ana, trip_id, exact, amount=901)).reason == "SPLIT_INVALID"
    assert edit(ana, trip_id, exact, title="Tea")["paid"] == {ben.uid: 900}


def test_ten_edits_at_once_and_one_of_them_wins(trio: Trio, database: Client) -> None:
    ana, ben, _, trip_id = trio
    known = add(ana, trip_id)

    def attempt(number: int) -> str:
        try:
            edit((ana, ben)[number % 2], trip_id, known, amount=100 + number)
        except CallError as refused:
            return refused.reason
        return "won"

    with ThreadPoolExecutor(10) as pool:
        outcomes = sorted(pool.map(attempt, range(10)))
    assert outcomes == ["VERSION_CONFLICT"] * 9 + ["won"]
    stored = database.document("trips", trip_id, "expenses", known["expenseId"])
    assert [audit.id for audit in stored.collection("audit").stream()] == ["1", "2"]
    assert (stored.get().to_dict() or {})["version"] == 2


def test_twenty_expenses_at_once_all_count_and_a_resend_counts_once(trio: Trio) -> None:
    ana, ben, _, trip_id = trio

    def enter(number: int) -> str:
        made = add((ana, ben)[number % 2], trip_id, 100, requestId=f"request-{number // 4:03}")
        return str(made["expenseId"])

    with ThreadPoolExecutor(20) as pool:
        ids = set(pool.map(enter, range(40)))
    assert len(ids) == 20
    seen = summary(ana, trip_id)
    assert (seen["entries"], seen["actual"]) == (20, 2000)
    reused = refusal(lambda: add(ana, trip_id, 101, requestId="request-000"))
    assert (reused.status, reused.reason) == ("ALREADY_EXISTS", "REQUEST_ID_REUSED")


def test_a_resend_after_an_edit_answers_with_what_is_there(trio: Trio) -> None:
    ana, _, _, trip_id = trio
    known = add(ana, trip_id, requestId="request-1")
    edited = edit(ana, trip_id, known, amount=5)
    assert add(ana, trip_id, requestId="request-1") == edited


def test_what_is_removed_no_longer_counts_and_is_kept(trio: Trio, database: Client) -> None:
    ana, ben, cleo, trip_id = trio
    known = add(ana, trip_id)
    paid = pay(ana, trip_id, ben.uid, ana.uid, 500, requestId="payment-1")
    assert pay(ana, trip_id, ben.uid, ana.uid, 500, requestId="payment-1") == paid
    assert refusal(lambda: edit(ana, trip_id, paid, title="Money")).reason == "PAYMENT_FINAL"
    gone = {"tripId": trip_id, "expenseId": known["expenseId"], "version": 1}
    removed = ben.call("expenses-remove", **gone)
    assert (removed["removed"], removed["version"]) == (True, 2)
    assert ben.call("expenses-remove", **gone) == removed
    assert refusal(lambda: ana.call("expenses-remove", **gone)).reason == "EXPENSE_REMOVED"
    assert refusal(lambda: edit(ana, trip_id, removed)).reason == "EXPENSE_REMOVED"
    assert summary(cleo, trip_id)["entries"] == 1
    assert database.document("trips", trip_id, "expenses", known["expenseId"]).get().exists


def test_whoever_left_can_still_be_paid_and_corrected(trio: Trio, database: Client) -> None:
    ana, ben, cleo, trip_id = trio
    known = add(ana, trip_id)
    roles = {ana.uid: "owner", ben.uid: "editor"}
    database.document("trips", trip_id).update({"roles": roles, "members": list(roles)})
    pay(ana, trip_id, cleo.uid, ana.uid, 3000)
    edit(ben, trip_id, known, amount=9300, paid=known["owed"] | {cleo.uid: 3300})
    (euros,) = summary(ana, trip_id)["settlements"]
    assert (sum(euros["balances"].values()), cleo.uid in euros["balances"]) == (0, True)
    assert set(add(ben, trip_id)["owed"]) == {ana.uid, ben.uid}
    assert refusal(lambda: pay(ana, trip_id, "nobody", ana.uid, 1)).reason == "PERSON_UNKNOWN"


def test_who_changed_what(trio: Trio) -> None:
    ana, ben, cleo, trip_id = trio
    known = add(ana, trip_id, split={"participants": [ana.uid]})
    edit(ben, trip_id, known, title="Lunch", split={"participants": [ana.uid]}, paid={ana.uid: 9000})
    ana.call("expenses-remove", tripId=trip_id, expenseId=known["expenseId"], version=2)
    trail = cleo.call("expenses-history", tripId=trip_id, expenseId=known["expenseId"])["versions"]
    assert [(entry["version"], entry["action"], entry["by"]) for entry in trail] == [
        (1, "added", ana.uid),
        (2, "changed", ben.uid),
        (3, "removed", ana.uid),
    ]
    assert trail[0]["changes"]["amount"] == {"before": None, "after": 9000}
    assert trail[1]["changes"] == {"title": {"before": "Dinner", "after": "Lunch"}}
    assert list(trail[2]["changes"]) == ["removedAt"]
    unknown = refusal(lambda: cleo.call("expenses-history", tripId=trip_id, expenseId="x" * 20))
    assert unknown.reason == "EXPENSE_NOT_FOUND"


def test_planned_against_actual(trio: Trio) -> None:
    ana, ben, cleo, trip_id = trio
    ana.call("expenses-people", tripId=trip_id, version=0, stays={cleo.uid: {"first": "2027-04-03"}})
    inserted = {
        ("days", "d1"): {"date": DAY, "order": "a1"},
        ("days", "d2"): {"order": "a2"},
        ("stops", "s1"): stop(ana, dayId="d1", cost={"amount": 16306, "currency": "JPY"}),
        ("stops", "s2"): stop(ana, dayId="d2", kind="food", cost={"amount": 900, "currency": "EUR"}),
        ("stops", "s3"): stop(ana, dayId=None, cost={"amount": 5000, "currency": "EUR"}),
        ("stops", "s4"): stop(ana, dayId="d2", kind="note", cost={"amount": 77, "currency": "AFN"}),
    }
    op = [{"p": list(path), "oi": value} for path, value in inserted.items()]
    ana.call("plan-submit", tripId=trip_id, base=0, src="phone", seq=0, ops=[op])
    add(ben, trip_id, 8000, category="sight", split={"participants": [ana.uid, ben.uid]})
    add(ben, trip_id, -500, category="sight", split={"participants": [ana.uid, ben.uid]}, date="2027-04-09")
    seen = summary(cleo, trip_id)
    assert (seen["planned"], seen["actual"], seen["currency"]) == (10900, 7500, "EUR")
    assert seen["days"] == [
        {"date": DAY, "dayId": None, "planned": 10000, "actual": 8000},
        {"date": "2027-04-09", "dayId": None, "planned": 0, "actual": -500},
        {"date": None, "dayId": "d2", "planned": 900, "actual": 0},
    ]
    assert seen["categories"] == [
        {"category": "food", "planned": 900, "actual": 0},
        {"category": "sight", "planned": 10000, "actual": 7500},
    ]
    people = {one["id"]: (one["planned"], one["actual"]) for one in seen["people"]}
    assert people == {ana.uid: (5300, 3750), ben.uid: (5300, 3750), cleo.uid: (300, 0)}
    assert seen["unconverted"] == [{"amount": 77, "currency": "AFN"}]


@pytest.mark.parametrize("name", ["__us__", "____", "__ us __"])
def test_a_group_whose_name_cannot_be_stored_is_refused(trio: Trio, name: str) -> None:
    ana, ben, _, trip_id = trio
    told = {"tripId": trip_id, "version": 0, "groups": {name: [ana.uid, ben.uid]}}
    assert refusal(lambda: ana.call("expenses-people", **told)).reason == "INVALID_REQUEST"
    told["groups"] = {"__us": [ana.uid, ben.uid]}
    assert ana.call("expenses-people", **told)["groups"] == told["groups"]

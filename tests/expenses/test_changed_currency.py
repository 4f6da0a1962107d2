"""The trip's currency is changed on the way: nothing entered changes its rate, and all is settled in one currency."""

from collections.abc import Callable
from typing import Any

import pytest

from clients.python.session import Session
from shared.expenses.balances import in_one
from shared.money import reference_rates
from tests.support.people import make_trip

DAY = "2027-04-02"
Trip = tuple[Session, Session, str]


@pytest.fixture
def trip(person: Callable[..., Session]) -> Trip:
    ana, ben = person("Ana"), person("Ben")
    return ana, ben, make_trip(ana, (ben, "editor"), currency="EUR")


def add(session: Session, trip_id: str, amount: int, currency: str, **fields: Any) -> Any:
    told = {"title": "Dinner", "amount": amount, "currency": currency, "date": DAY, **fields}
    return session.call("expenses-add", tripId=trip_id, **told)


def settlements(session: Session, trip_id: str) -> dict[str, dict[str, int]]:
    found = session.call("expenses-summary", tripId=trip_id)["settlements"]
    assert all(sum(one["balances"].values()) == 0 for one in found)
    return {one["currency"]: one["balances"] for one in found}


def into(session: Session, trip_id: str, currency: str) -> None:
    version = session.call("trips-get", tripId=trip_id)["version"]
    session.call("trips-update", tripId=trip_id, version=version, currency=currency)


def test_an_edit_keeps_the_rate_into_the_currency_it_was_entered_for(trip: Trip) -> None:
    ana, ben, trip_id = trip
    known = add(ana, trip_id, 10_000, "USD", rate="0.5")
    into(ana, trip_id, "JPY")
    entered = {name: known[name] for name in ("expenseId", "amount", "currency", "date")}
    edited = ben.call("expenses-edit", tripId=trip_id, version=1, title="Lunch", **entered)
    assert edited["converted"] == known["converted"]
    trail = ana.call("expenses-history", tripId=trip_id, expenseId=known["expenseId"])["versions"]
    assert list(trail[1]["changes"]) == ["title"]
    told = ana.call("expenses-edit", tripId=trip_id, version=2, title="Lunch", rate="150", **entered)
    assert (told["converted"]["currency"], told["converted"]["amount"]) == ("JPY", 15_000)


def test_debts_of_before_are_settled_in_the_new_currency_by_payments_in_either(trip: Trip) -> None:
    ana, ben, trip_id = trip
    add(ana, trip_id, 20_000, "EUR")
    into(ana, trip_id, "JPY")
    assert settlements(ana, trip_id) == {"JPY": {ana.uid: 16_306, ben.uid: -16_306}}
    spent = ana.call("expenses-summary", tripId=trip_id)
    assert spent["actual"] == 32_612 and [one["actual"] for one in spent["people"]] == [16_306, 16_306]
    payment = {"tripId": trip_id, "fromId": ben.uid, "toId": ana.uid, "date": DAY}
    ben.call("expenses-pay", amount=6_306, currency="JPY", **payment)
    assert settlements(ana, trip_id) == {"JPY": {ana.uid: 10_000, ben.uid: -10_000}}
    ben.call("expenses-pay", amount=6_133, currency="EUR", **payment)
    assert settlements(ana, trip_id) == {"JPY": {ana.uid: 0, ben.uid: 0}}


def test_who_was_even_stays_so_and_what_has_no_rate_stays_for_itself() -> None:
    accounts = {
        "EUR": {"ana": 1001, "ben": -500, "cleo": -501, "dora": 0},
        "JPY": {"ana": -7, "ben": 7},
        "AFN": {"ana": 5, "ben": -5},
    }
    found = in_one(accounts, "JPY", reference_rates())
    assert found["AFN"] == accounts["AFN"] and set(found) == {"AFN", "JPY"}
    assert sum(found["JPY"].values()) == 0 and found["JPY"]["dora"] == 0
    assert found["JPY"]["ana"] == 1632 - 7

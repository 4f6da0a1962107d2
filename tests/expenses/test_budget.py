"""Planned costs, by who takes part and who is there."""

from typing import Any

from shared.expenses.budget import Comparison, compare
from shared.expenses.models import People, Stay
from shared.money import reference_rates

TRAVELLERS = ("ana", "ben", "cleo", "guest:mia")


def planned(*stops: dict[str, Any], people: People | None = None, **claims: str) -> Comparison:
    doc = {
        "days": {"d1": {"date": "2027-04-02", "order": "a1"}, "d2": {"order": "a2"}},
        "stops": {f"s{number}": {"kind": "sight", "dayId": "d1", **one} for number, one in enumerate(stops)},
    }
    return compare(
        doc, (), currency="EUR", travellers=TRAVELLERS, claims=claims, people=people or People(),
        rates=reference_rates(),
    )  # fmt: skip


def shares(found: Comparison) -> dict[str, int]:
    return {person: line.planned for person, line in found.people.items()}


def euros(amount: int, **fields: Any) -> dict[str, Any]:
    return {"cost": {"amount": amount, "currency": "EUR"}, **fields}


def test_a_stop_for_everybody_is_borne_by_who_is_there() -> None:
    away = People(stays={"cleo": Stay(first="2027-04-03")})
    found = planned(euros(900), people=away)
    assert shares(found) == {"ana": 300, "ben": 300, "guest:mia": 300}
    assert found.whole.planned == 900


def test_a_stop_for_some_is_borne_by_them() -> None:
    found = planned(euros(500, who={"ana": True, "guest:mia": True}), euros(100, who={"ben": True}))
    assert shares(found) == {"ana": 250, "guest:mia": 250, "ben": 100}


def test_a_guest_who_got_an_account_bears_it_once() -> None:
    found = planned(euros(500, who={"guest:old": True, "ana": True, "ben": True}), **{"guest:old": "ana"})
    assert shares(found) == {"ana": 250, "ben": 250}


def test_what_names_only_people_who_left_is_borne_by_who_is_there() -> None:
    assert shares(planned(euros(400, who={"dan": True}))) == dict.fromkeys(TRAVELLERS, 100)


def test_nothing_is_lost_when_it_does_not_divide_and_when_nobody_is_there() -> None:
    found = planned(euros(100, who={"ana": True, "ben": True, "cleo": True}))
    assert sum(shares(found).values()) == found.whole.planned == 100
    nobody = People(stays={one: Stay(first="2027-05-01") for one in TRAVELLERS})
    alone = planned(euros(100), people=nobody)
    assert (alone.whole.planned, shares(alone)) == (100, {})

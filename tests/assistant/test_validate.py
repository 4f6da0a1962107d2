"""The validator finds what is wrong with a plan, and nothing else: each rule is broken once, on purpose."""

from typing import Any

import pytest

from shared.assistant.constraints import Budget
from shared.assistant.validate import validate
from shared.money import reference_rates
from tests.assistant.worlds import World, place, wishes

WORLD = World(
    [
        place("mila/tower", price=1000, opening_hours="10:00-18:00"),
        place("mila/art", kind="museum", lat=45.02),
        place("mila/cafe", kind="food"),
    ]
)
DAY = {"date": "2027-05-03", "start": "09:00", "end": "21:30"}


def stop(place_id: str | None, at: str | None, minutes: int = 60, **fields: Any) -> dict[str, Any]:
    known = WORLD.get(place_id) if place_id else None
    return {
        "dayId": "d1", "name": place_id or "note", "placeId": place_id, "at": at, "minutes": minutes, "kind": "sight",
        "lat": known.lat if known else None, "lng": known.lng if known else None, "cost": None, **fields,
    }  # fmt: skip


def rules(*stops: dict[str, Any], must: tuple[str, ...] = (), **fields: Any) -> list[str]:
    documents = {f"s{number}": one for number, one in enumerate(stops)}
    found = validate({"d1": DAY}, documents, wishes(**fields), WORLD, reference_rates(), must_see=must)
    return [one.rule for one in found]


def test_a_good_plan_has_no_fault() -> None:
    tower, cafe = stop("mila/tower", "10:00"), stop("mila/cafe", "11:00")
    assert rules(tower, cafe, stop(None, "12:00", kind="note"), must=("mila/tower",)) == []


@pytest.mark.parametrize(
    ("stops", "rule"),
    [
        ([stop("mila/tower", "09:30")], "closed"),
        ([stop("mila/tower", "17:30")], "closed"),
        ([stop("mila/nowhere", "12:00")], "unknown_place"),
        ([stop("mila/tower", "10:00"), stop("mila/cafe", "10:59")], "overlap"),
        ([stop("mila/tower", "10:00"), stop("mila/art", "11:05")], "travel"),
        ([stop("mila/tower", "10:00"), stop("mila/tower", "14:00")], "doubled"),
        ([stop(None, "21:00")], "outside_day"),
        ([stop(None, "08:30")], "outside_day"),
    ],
)
def test_each_fault_is_found(stops: list[dict[str, Any]], rule: str) -> None:
    assert rules(*stops) == [rule]


def test_wishes_are_checked() -> None:
    museum = stop("mila/art", "12:00")
    assert rules(museum, dislikes=("museum",)) == ["dislike"]
    assert rules(museum, dislikes=("museum",), must=("mila/art",)) == []
    assert rules(museum, must=("mila/tower",)) == ["must_see"]


def test_the_budget_is_summed_over_currencies() -> None:
    stops = [stop("mila/tower", "10:00", cost={"amount": 1000, "currency": "EUR"}),
             stop("mila/cafe", "11:00", cost={"amount": 1000, "currency": "JPY"})]  # fmt: skip
    assert rules(*stops, budget=Budget(amount=1613, currency="EUR")) == []
    assert rules(*stops, budget=Budget(amount=1612, currency="EUR")) == ["budget"]


def test_every_day_of_the_trip_is_there() -> None:
    documents = {"s": stop("mila/tower", "10:00")}
    found = validate({"d1": DAY}, documents, wishes(("mila", 2)), WORLD, reference_rates())
    assert [(one.rule, "4 May 2027" in one.text) for one in found] == [("dates", True)]


def test_ideas_are_not_judged() -> None:
    assert rules(stop("mila/tower", None, dayId=None), stop("mila/tower", "03:00", dayId=None)) == []

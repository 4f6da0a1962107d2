"""What becomes of days, stops and stays when the dates of a trip change."""

from datetime import date
from typing import Any

import pytest

from shared import ot
from shared.plan.diff import difference
from shared.plan.limits import MAX_COMPONENTS, check_ops
from shared.plan.schema import validate
from shared.trips.dates import Span, moved_legs, moved_plan, pieces
from shared.trips.models import Leg
from tests.support.people import stop


def full(told: str | None) -> str | None:
    """A date, of 2027 if it names no year; anything else as it is."""
    return f"2027-{told}" if told and len(told) == 5 else told


def span(*told: str | None) -> Span:
    start, end = (date.fromisoformat(day) if day else None for day in map(full, told))
    return Span(start, end)


def plan(*dates: str | None) -> dict[str, Any]:
    """A plan with a day for each date, and on each a stop."""
    days = {f"d{index}": {"date": full(told), "order": f"a{index}"} for index, told in enumerate(dates)}
    stops = {f"s{index}": stop("ana", dayId=f"d{index}") for index in range(len(dates))}
    return {"schema": 1, "notes": "", "days": days, "stops": stops, "packing": {}}


def shape(doc: dict[str, Any]) -> dict[str, Any]:
    """The date of the day that each stop lies on; "idea" without one."""
    validate(doc)
    days = doc["days"]
    return {key: days[one["dayId"]]["date"] if one["dayId"] else "idea" for key, one in doc["stops"].items()}


@pytest.mark.parametrize(
    ("days", "before", "after", "expected"),
    [
        (["04-02", "04-03"], ("04-02", "04-03"), ("05-01", "05-02"), ["05-01", "05-02"]),
        (["04-02", "04-03"], ("04-02", "04-03"), ("04-02", "04-02"), ["04-02", "idea"]),
        (["04-02", "04-03"], ("04-02", "04-03"), ("04-01", "04-01"), ["04-01", "idea"]),
        (["04-02", "04-03"], ("04-02", "04-03"), (None, None), [None, None]),
        ([None, None], (None, None), ("04-02", None), ["04-02", "04-03"]),
        ([None, None], (None, None), ("04-02", "04-02"), ["04-02", "idea"]),
        (["04-09", None], (None, None), ("04-02", "04-05"), ["idea", "04-03"]),
        (["04-01", "04-02"], ("04-02", "04-03"), ("04-05", "04-06"), ["04-04", "04-05"]),
        ([None], ("04-02", "04-03"), ("04-05", "04-06"), [None]),
        (["9999-12-31"], ("04-02", None), ("04-05", None), [None]),
    ],
    ids=["shift", "shorten", "shift and shorten", "open", "first dates", "first dates, short", "dated in an open trip",
         "a day to travel on", "undated stays", "end of the calendar"],
)  # fmt: skip
def test_days_follow_and_no_stop_is_lost(
    days: list[str | None], before: tuple[str | None, str | None], after: tuple[str | None, str | None], expected: Any
) -> None:
    doc = plan(*days)
    moved = moved_plan(doc, span(*before), span(*after))
    assert list(shape(moved).values()) == [full(told) for told in expected]
    assert ot.apply(doc, difference(doc, moved)) == moved


def test_a_move_that_is_too_large_for_one_operation_comes_in_pieces_that_add_up() -> None:
    doc = plan("2027-04-02", "2027-04-03")
    for index in range(700):
        doc["stops"][f"more{index}"] = stop("ana", dayId="d1", notes="x" * 300)
    moved = moved_plan(doc, span("2027-04-02", "2027-04-03"), span("2027-04-02", "2027-04-02"))
    ops = pieces(difference(doc, moved))
    check_ops(ops)
    assert len(ops) == 702 // MAX_COMPONENTS + 1
    for op in ops:
        doc = ot.apply(doc, op)
        validate(doc)
    assert doc == moved


def test_pieces_respect_the_size_of_an_operation_too() -> None:
    doc = plan()
    full = {**doc, "stops": {f"s{index}": stop("ana", notes="ü" * 9000) for index in range(30)}}
    ops = pieces(difference(doc, full))
    check_ops(ops)
    assert len(ops) == 3
    assert pieces([]) == []


@pytest.mark.parametrize(
    ("stay", "after", "expected"),
    [
        (("2027-04-02", "2027-04-04"), ("2027-05-02", "2027-05-06"), ("2027-05-02", "2027-05-04")),
        (("2027-04-04", "2027-04-06"), ("2027-04-02", "2027-04-05"), ("2027-04-04", "2027-04-05")),
        (("2027-04-05", "2027-04-06"), ("2027-04-02", "2027-04-03"), (None, None)),
        (("2027-04-05", None), (None, None), (None, None)),
        ((None, None), ("2027-05-02", None), (None, None)),
    ],
)
def test_stays_follow_and_are_cut_to_the_trip(stay: Any, after: Any, expected: Any) -> None:
    legs = [Leg(name="Kyoto", start_date=stay[0], end_date=stay[1])]
    (moved,) = moved_legs(legs, span("2027-04-02", "2027-04-06"), span(*after))
    assert (moved.start_date, moved.end_date) == expected

"""What an optimise order may say, and in which words it is refused."""

from typing import Any

import pytest

from shared.planning.orders import kept, told
from shared.planning.requests import OneDay, Optimise, OptimiseRequest, SomeDays, TheRest
from shared.planning.settled import settlements, settling
from shared.runtime.errors import InvalidArgument
from shared.runtime.validation import parse
from tests.planning.conftest import Kyoto
from tests.planning.worlds import plan

TRIP = {"tripId": "Kq3vTz81mNcY5dRw0pLs"}
REST = {"minutes": 30, "from": "14:00", "to": "16:00"}
WAYS = 'scope: Say which days, in one way: "day" with an id, "days" with a list of ids, or "rest" with true'


def asked(**fields: Any) -> OptimiseRequest:
    return parse(OptimiseRequest, {**TRIP, "scope": {"day": "d1"}, **fields})


@pytest.mark.parametrize(
    ("scope", "says"),
    [
        ({}, WAYS),
        ({"week": 1}, WAYS),
        ("d1", WAYS),
        (None, WAYS),
        ({"day": "d1", "rest": True}, WAYS),
        ({"day": 5}, "scope.day: Input should be a valid string"),
        ({"days": []}, "scope.days: List should have at least 1 item"),
        ({"days": ["d1", "/"]}, "scope.days[1]: String should match pattern"),
        ({"rest": False}, "scope.rest: Input should be True"),
        ({"rest": True, "now": 5}, "scope.now: Input should be a valid datetime"),
        ({"day": "d1", "now": "2027-04-05T00:00:00Z"}, "scope.now: Extra inputs are not permitted"),
    ],
)
def test_a_wrong_scope_is_told_by_its_field_in_plain_words(scope: Any, says: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        asked(scope=scope)
    assert f": {says}" in refused.value.message
    assert "union" not in refused.value.message.lower() and len(refused.value.violations) == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"breaks": [{**REST, "minutes": 4}]}, "breaks[0].minutes"),
        ({"breaks": [{**REST, "minutes": 481}]}, "breaks[0].minutes"),
        ({"breaks": [{**REST, "to": "13:59"}]}, "breaks[0]"),
        ({"breaks": [{**REST, "from": "24:00"}]}, "breaks[0].from"),
        ({"breaks": [{**REST, "name": "x" * 61}]}, "breaks[0].name"),
        ({"breaks": [REST] * 5}, "breaks"),
        ({"hours": {"d1": {"from": "11:00", "to": "11:00"}}}, "hours.d1"),
        ({"hours": {"d1": {"from": "11:00"}}}, "hours.d1.to"),
        ({"hours": {"d1/": {"from": "11:00", "to": "12:00"}}}, "hours.d1/.[key]"),
        ({"hours": {"d2": {"from": "11:00", "to": "12:00"}}}, ""),
        ({"mostOfAKind": 0}, "mostOfAKind"),
        ({"mostOfAKind": 11}, "mostOfAKind"),
        ({"mostOfAKind": True}, "mostOfAKind"),
    ],
)
def test_wishes_that_make_no_sense_are_refused(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        asked(**fields)
    assert refused.value.violations[0].field == field


@pytest.mark.parametrize(
    "order",
    [
        Optimise(scope=OneDay(day="d1")),
        Optimise(scope=TheRest.model_validate({"rest": True, "now": "2027-04-05T00:00:00Z"}, strict=False)),
        asked(breaks=[REST], hours={"d1": {"from": "11:00", "to": "19:00"}}, mostOfAKind=2),
        asked(breaks=[], mostOfAKind=None),
    ],
)
def test_a_job_keeps_the_order_as_it_was(order: Optimise) -> None:
    fields = set(Optimise.model_fields)
    assert kept(told("optimise", order)).model_dump() == order.model_dump(include=fields)


def test_only_what_a_day_does_not_say_already_is_settled() -> None:
    doc = plan({}, days=2)
    order = asked(
        scope={"days": ["d1", "d2"]},
        breaks=[{**REST, "name": " Tea "}],
        hours={"d1": {"from": "09:00", "to": "17:00"}},
    )
    op = settling(doc, order, ("d1", "d2"))
    tea = {"break-1": {**REST, "name": "Tea"}}
    assert op == [
        {"p": ["days", "d1", "end"], "oi": "17:00", "od": "18:00"},
        {"p": ["days", "d1", "breaks"], "oi": tea},
        {"p": ["days", "d2", "breaks"], "oi": tea},
    ]
    assert settlements(op) == [
        {"dayId": "d1", "end": "17:00", "breaks": [tea["break-1"]]},
        {"dayId": "d2", "breaks": [tea["break-1"]]},
    ]
    assert settling(doc, Optimise(scope=SomeDays(days=["d1"])), ("d1",)) == []
    assert settling(doc, asked(breaks=[]), ("d1",)) == [], "there are none to take away"


def test_hours_of_a_day_that_is_not_there_end_the_job_with_words(kyoto: Kyoto) -> None:
    hours = {"gone": {"from": "11:00", "to": "19:00"}}
    job = kyoto.ask("planning-optimise", scope={"rest": True, "now": "2027-04-01T00:00:00Z"}, hours=hours)
    assert (job["state"], job["error"]["reason"]) == ("failed", "DAY_NOT_FOUND")


def test_a_day_is_planned_within_the_hours_that_the_plan_gives_it(kyoto: Kyoto) -> None:
    base = kyoto.ana.call("plan-get", tripId=kyoto.trip_id)["version"]
    kyoto.edit(kyoto.ana, {"p": ["days", "d2", "start"], "oi": "13:00"}, base=base, seq=1)
    kyoto.ask("planning-optimise", scope={"day": "d2"}, ideas=False, **{"as": "apply"})
    assert kyoto.plan()["stops"]["castle"]["at"] >= "13:00"

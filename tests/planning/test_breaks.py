"""Breaks that people want are kept free, whenever their days are planned."""

from datetime import UTC, datetime
from typing import Any

import pytest

from clients.python.session import CallError
from shared.planning.facts import Facts
from shared.planning.requests import Closed, DayRainedOut, Late, OneDay, Optimise, Place, Replan
from shared.reactions.group import Group, Traveller
from shared.reactions.models import Reaction
from tests.planning.conftest import Kyoto
from tests.planning.worlds import after, facts, plan, sight, solver, stop, world

IDEAS = {f"i{number}": sight(f"i{number}", number * 0.1, minutes=100) for number in range(8)}
TICKET = sight("ticket", 0.2, minutes=120)
PARK = sight("park", 0.1, kind="park", minutes=90)
KNOWN = world(*IDEAS.values(), TICKET, PARK)
SIESTA = {"name": "Siesta", "minutes": 60, "from": "13:00", "to": "15:00"}
TEA = {"name": "Tea", "minutes": 30, "from": "16:00", "to": "17:00"}
DAY = Optimise(scope=OneDay(day="d1"), deliver="apply")
LOVED = Group(travellers=(Traveller(uid="ana"),), reactions={key: {"ana": Reaction.LOVE} for key in IDEAS})


def with_breaks(stops: dict[str, Any], *breaks: dict[str, Any], days: int = 1) -> dict[str, Any]:
    doc = plan(stops, days)
    for day in doc["days"].values():
        day["breaks"] = {f"b{number}": one for number, one in enumerate(breaks)}
    return doc


def known(doc: dict[str, Any], group: Group = LOVED) -> Facts:
    return facts(doc, KNOWN, group)


def minute(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def busy(doc: dict[str, Any], day: str = "d1") -> list[tuple[int, int]]:
    """From when to when each stop of a day lasts, in order."""
    own = [one for one in doc["stops"].values() if one["dayId"] == day and one.get("at")]
    return sorted((minute(one["at"]), minute(one["at"]) + one["minutes"]) for one in own)


def has_room(doc: dict[str, Any], pause: dict[str, Any], day: str = "d1") -> bool:
    """Whether there is a minute at which the break can begin, by trying each: nothing is visited meanwhile."""
    taken = busy(doc, day)
    return any(
        all(begin + pause["minutes"] <= low or begin >= high for low, high in taken)
        for begin in range(minute(pause["from"]), minute(pause["to"]) + 1)
    )


@pytest.mark.parametrize("breaks", [(SIESTA,), (SIESTA, TEA)])
def test_a_day_full_of_ideas_leaves_room_for_its_breaks(breaks: tuple[dict[str, Any], ...]) -> None:
    ideas = {key: stop(place) for key, place in IDEAS.items()}
    crowded = after(plan(ideas, 1), solver(KNOWN).plans(known(plan(ideas, 1)), DAY)[0])
    assert not all(has_room(crowded, pause) for pause in breaks), "without them the day is full"
    doc = with_breaks(ideas, *breaks)
    made = solver(KNOWN).plans(known(doc), DAY)[0]
    assert len(busy(after(doc, made))) >= 3
    assert all(has_room(after(doc, made), pause) for pause in breaks)
    told = {one["name"]: one for one in made.report["breaks"]}
    assert told.keys() == {pause["name"] for pause in breaks}
    for pause in breaks:
        begin = minute(told[pause["name"]]["at"])
        assert minute(pause["from"]) <= begin <= minute(pause["to"])
        assert all(begin + pause["minutes"] <= low or begin >= high for low, high in busy(after(doc, made)))
    assert {"time", "breaks"} <= {one["constraint"] for one in made.report["binding"]}
    assert solver(KNOWN).standing(known(after(doc, made)), ("d1",)) == ["d1"]


def test_a_booking_comes_before_a_break_and_that_is_told() -> None:
    doc = with_breaks({"ticket": stop(TICKET, "d1", "13:00", fixed=True, minutes=180)}, SIESTA)
    made = solver(KNOWN).plans(known(doc), DAY)[0]
    assert made.ops == []
    (told,) = made.report["breaks"]
    assert (told["at"], told["text"]) == (
        None, "No room for a break of 60 minutes that begins between 13:00 and 15:00."
    )  # fmt: skip


def test_an_idea_gets_no_slot_in_a_break() -> None:
    stops = {"i0": stop(IDEAS["i0"], "d1", "09:30", minutes=180), "i1": stop(IDEAS["i1"], "d1", "15:10", minutes=165)}
    idea = {"i2": stop(IDEAS["i2"])}
    free = plan({**stops, **idea}, 1)
    slots = solver(KNOWN).plans(known(free), Place(stop_id="i2"))
    assert "12:30" <= slots[0].report["placed"][0]["to"]["at"] <= "13:30"
    doc = with_breaks({**stops, **idea}, SIESTA)
    for made in solver(KNOWN).plans(known(doc), Place(stop_id="i2")):
        assert has_room(after(doc, made), SIESTA)


@pytest.mark.parametrize(
    "change",
    [
        Late(kind="late", day_id="d1", minutes=60, at="10:00"),
        DayRainedOut(kind="dayRainedOut", day_id="d2"),
    ],
    ids=["late", "rain"],
)
def test_a_re_plan_keeps_the_breaks(change: Any) -> None:
    """An hour late, and a stop from the rain: both would take the time of the siesta."""
    stops = {
        "i0": stop(IDEAS["i0"], "d1", "10:30", minutes=120),
        "i1": stop(IDEAS["i1"], "d1", "14:00"),
        "park": stop(PARK, "d2", "10:00"),
    }
    doc = with_breaks(stops, SIESTA, days=2)
    assert has_room(doc, SIESTA)
    (made,) = solver(KNOWN).plans(known(doc, Group()), Replan(change=change))
    assert made.ops
    assert has_room(after(doc, made), SIESTA), after(doc, made)


def test_breaks_and_hours_of_an_order_go_into_the_plan_and_hold_for_the_next(kyoto: Kyoto) -> None:
    lunch = {"name": "Picnic", "minutes": 90, "from": "12:00", "to": "12:30"}
    before = kyoto.plan()
    fields: dict[str, Any] = {"scope": {"days": ["d1", "d2"]}, "hours": {"d1": {"from": "10:30", "to": "20:00"}}}
    job = kyoto.ask("planning-optimise", breaks=[lunch], **fields, **{"as": "apply"})
    assert (job["state"], job["result"]["delivered"]) == ("done", "apply"), job
    (told,) = job["result"]["plans"]
    assert [one["dayId"] for one in told["settled"]] == ["d1", "d2"]
    plan = kyoto.plan()
    assert plan["days"]["d1"] == {
        **before["days"]["d1"], "start": "10:30", "end": "20:00", "breaks": {"break-1": lunch}
    }  # fmt: skip
    assert plan["days"]["d2"]["breaks"] == {"break-1": lunch} and plan["days"]["d3"] == before["days"]["d3"]
    assert min(busy(plan))[0] >= 10 * 60 + 30
    assert has_room(plan, lunch, "d1") and has_room(plan, lunch, "d2")
    late = kyoto.ask("planning-replan", change={"kind": "late", "dayId": "d1", "minutes": 60, "at": "10:30"})
    kept = [one for one in late["result"]["plans"][0]["breaks"] if one["dayId"] == "d1"]
    assert [(one["name"], one["text"]) for one in kept] == [("Picnic", None)]
    kyoto.ask("planning-optimise", breaks=[], scope={"day": "d1"}, **{"as": "apply"})
    assert kyoto.plan()["days"]["d1"]["breaks"] == {} and kyoto.plan()["days"]["d2"]["breaks"]


def test_breaks_alone_are_a_change_and_a_proposal_carries_them(kyoto: Kyoto) -> None:
    kyoto.ask("planning-optimise", scope={"day": "d2"}, ideas=False, **{"as": "apply"})
    rest = {"minutes": 30, "from": "15:00", "to": "17:00"}
    job = kyoto.ask("planning-optimise", scope={"day": "d2"}, breaks=[rest], ideas=False, **{"as": "proposal"})
    (proposal,) = job["result"]["proposals"]
    assert "breaks" not in kyoto.plan()["days"]["d2"] and job["message"].endswith("breaks: 1")
    kyoto.ana.call("proposals-accept", tripId=kyoto.trip_id, proposalId=proposal)
    assert kyoto.plan()["days"]["d2"]["breaks"] == {"break-1": {**rest, "name": ""}}


@pytest.mark.parametrize(
    "breaks",
    [
        {"b": {**TEA, "minutes": 0}},
        {"b": {**TEA, "minutes": 481}},
        {"b": {"minutes": 30, "from": "16:00"}},
        {"b": {**TEA, "to": "24:00"}},
        {f"b{number}": TEA for number in range(5)},
        [TEA],
    ],
)
def test_a_plan_holds_only_breaks_that_make_sense(kyoto: Kyoto, breaks: Any) -> None:
    base = kyoto.ana.call("plan-get", tripId=kyoto.trip_id)["version"]
    with pytest.raises(CallError) as refused:
        kyoto.edit(kyoto.ana, {"p": ["days", "d1", "breaks"], "oi": breaks}, base=base, seq=1)
    assert refused.value.reason == "PLAN_INVALID"
    kyoto.edit(kyoto.ana, {"p": ["days", "d1", "breaks"], "oi": {"tea": TEA}}, base=base, seq=2)
    (entry, *_) = kyoto.ana.call("plan-history", tripId=kyoto.trip_id)["entries"]
    assert entry["words"].endswith("changed the breaks of Day 1")


@pytest.mark.parametrize(("half", "hours"), [("morning", ("07:00", "13:45")), ("afternoon", ("11:30", "18:30"))])
def test_where_the_group_splits_up_everybody_rests_together(half: str, hours: tuple[str, str]) -> None:
    """After the tour at noon, before they part or once they have met again."""
    pause = {"minutes": 30, "from": "13:00", "to": "13:10"}
    north = {f"n{number}": sight(f"n{number}", 1 + number * 0.1, opening_hours="24/7") for number in range(4)}
    south = {f"s{number}": sight(f"s{number}", -1 - number * 0.1, opening_hours="24/7") for number in range(4)}
    split_world = world(*north.values(), *south.values())
    tour = stop(None, "d1", "12:00", name="Tour", fixed=True, minutes=60, lat=45.0, lng=9.0)
    ideas = {key: stop(place) for key, place in {**north, **south}.items()}
    doc = with_breaks({"tour": tour, **ideas}, pause)
    doc["days"]["d1"] |= {"base": {"name": "Hotel", "lat": 45.0, "lng": 9.0}, "start": hours[0], "end": hours[1]}
    tastes = {key: {"ana": Reaction.LOVE, "ben": Reaction.RATHER_NOT} for key in north}
    tastes |= {key: {"ana": Reaction.RATHER_NOT, "ben": Reaction.LOVE} for key in south}
    people = (Traveller(uid="ana"), Traveller(uid="ben"))
    given = facts(
        doc, split_world, Group(travellers=people, reactions=tastes),
        roles={"ana": "owner", "ben": "editor"}, members=("ana", "ben"),
    )  # fmt: skip
    order = Optimise(scope=OneDay(day="d1"), splits=1, deliver="apply")
    made = solver(split_world).plans(given, order)[0]
    (split,) = made.report["splits"]
    (told,) = made.report["breaks"]
    assert (split["half"], told["at"], told["after"]) == (half, "13:00", "tour")
    assert has_room(after(doc, made), pause)


def test_a_stop_that_somebody_put_into_a_break_makes_way_for_it() -> None:
    stops = {"i0": stop(IDEAS["i0"], "d1", "12:10"), "i1": stop(IDEAS["i1"], "d1", "14:30")}
    doc = with_breaks(stops, {**SIESTA, "minutes": 90})
    assert solver(KNOWN).standing(known(doc), ("d1",)) == []
    made = solver(KNOWN).plans(known(doc), DAY)[0]
    changed = after(doc, made)
    assert has_room(changed, {**SIESTA, "minutes": 90}) and len(busy(changed)) == 2
    assert solver(KNOWN).standing(known(changed), ("d1",)) == ["d1"]


def test_who_arrives_later_needs_no_break_before() -> None:
    train = stop(None, "d1", "12:30", name="Train", kind="transport", minutes=180, lat=45.0, lng=9.0)
    made = solver(KNOWN).plans(known(with_breaks({"train": train}, SIESTA, TEA)), DAY)[0]
    assert [(one["name"], one["at"]) for one in made.report["breaks"]] == [("Tea", "16:00")]


COFFEE = {"name": "Coffee", "minutes": 20, "from": "13:30", "to": "13:35"}
LUNCH = {"name": "Lunch", "minutes": 60, "from": "12:00", "to": "17:00"}


def test_before_a_break_that_has_to_be_had_sooner_is_time_for_another() -> None:
    """The rest of the day is booked."""
    stops = {
        "i0": stop(IDEAS["i0"], "d1", "09:00", minutes=150, fixed=True),
        "ticket": stop(TICKET, "d1", "14:30", minutes=210, fixed=True),
    }
    made = solver(KNOWN).plans(known(with_breaks(stops, COFFEE, LUNCH)), DAY)[0]
    assert [(one["name"], one["at"]) for one in made.report["breaks"]] == [("Lunch", "12:00"), ("Coffee", "13:30")]


def test_a_re_plan_has_two_breaks_before_a_stop_in_the_order_in_which_there_is_time_for_both() -> None:
    """A show is closed on its day; on the other there is room where nobody rests, from 13:50 on."""
    show = sight("show", 0, minutes=40, opening_hours="12:20-15:00")
    hall, tower = sight("hall", 0, minutes=150), sight("tower", 0, minutes=210)
    stops = {
        "hall": stop(hall, "d1", "09:00", fixed=True),
        "tower": stop(tower, "d1", "14:30", fixed=True),
        "show": stop(show, "d2", "13:00"),
    }
    doc = with_breaks(stops, COFFEE, LUNCH, days=2)
    near = facts(doc, world(show, hall, tower))
    closed = Replan(change=Closed(kind="closed", place_id="mila/show", first="2027-05-04", last="2027-05-04"))
    changed = after(doc, solver(world(show, hall, tower)).plans(near, closed)[0])
    assert (changed["stops"]["show"]["dayId"], changed["stops"]["show"]["at"]) == ("d1", "13:50")


def test_a_break_that_is_over_is_not_looked_for() -> None:
    doc = with_breaks({"i0": stop(IDEAS["i0"], "d1", "16:00")}, SIESTA, TEA)
    given = facts(doc, KNOWN, LOVED, now=datetime(2027, 5, 3, 13, 30, tzinfo=UTC))
    made = solver(KNOWN).plans(given, DAY)[0]
    assert [one["name"] for one in made.report["breaks"]] == ["Tea"], "it is 15:30 in Milan"

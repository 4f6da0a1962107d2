"""No change of a re-plan is needless: undo any single one, and the plan does not work. What needs none, gets none."""

import random
from functools import cache
from typing import Any

import pytest

from shared import ot
from shared.assistant.validate import Violation
from shared.planning.brief import in_the_open
from shared.planning.reading import minutes
from shared.planning.requests import Change, Closed, DayRainedOut, Late, Optimise, Replan, SomeDays, StopMoved
from shared.reactions.group import Group, Traveller
from tests.planning.test_least_change import way
from tests.planning.test_random import PROVIDER, SOLVER, facts, faults, random_plan

GROUP = Group(travellers=(Traveller(uid="ana", name="Ana"), Traveller(uid="ben")))
DAYS = ("d1", "d2", "d3")


@cache
def working(seed: int) -> dict[str, Any]:
    """Three days of up to six stops in Kyoto that work, each stop with a time."""
    doc = random_plan(random.Random(f"undoing/{seed}"), most=6)
    for stop in doc["stops"].values():
        stop["fixed"] = False
    made = SOLVER.plans(facts(doc, GROUP), Optimise(scope=SomeDays(days=list(DAYS)), ideas=False))[0]
    doc = ot.apply(doc, made.ops)
    assert faults(doc, GROUP) == []
    return doc


def change(doc: dict[str, Any], seed: int) -> Change:
    choose = random.Random(f"change/{seed}")
    stops = [(key, stop) for key, stop in sorted(doc["stops"].items()) if stop["dayId"]]
    shut = choose.choice(stops)[1] if stops else {"placeId": "kyoto/kinkaku-ji", "dayId": "d1"}
    on = doc["days"][shut["dayId"]]["date"]
    return choose.choice(
        (
            DayRainedOut(kind="dayRainedOut", day_id=choose.choice(DAYS)),
            Closed(kind="closed", place_id=shut["placeId"], first=on, last=on),
            Late(kind="late", day_id="d2", minutes=choose.choice((30, 60, 120)), at=choose.choice(("09:00", "11:40"))),
        )
    )


def wrong(doc: dict[str, Any], change: Change) -> list[Violation | str]:
    """Why a plan does not do, after what happened: by the validator, and by what the change says."""
    found: list[Violation | str] = list(faults(doc, GROUP))
    for key, stop in doc["stops"].items():
        day, at = stop["dayId"], stop.get("at")
        match change:
            case DayRainedOut(day_id=rainy) if day == rainy:
                place = PROVIDER.get(stop["placeId"])
                if place and ("outdoor" in place.tags or place.kind in ("park", "viewpoint")):
                    found += [] if "indoor" in place.tags else [f"{key} is in the rain"]
            case Closed(place_id=shut, first=first) if day and stop["placeId"] == shut:
                found += [f"{key} is closed"] if doc["days"][day]["date"] == first else []
            case Late(minutes=late, at=since) if day == "d2" and at:
                found += [f"{key} is too early"] if since <= at and minutes(at) < minutes(since) + late else []
                done = [one for one in doc["stops"].values() if one["dayId"] == day and one.get("at", "99") < since]
                last = max(done, key=lambda one: minutes(one["at"]) + one["minutes"], default=None)
                if last and at >= since:
                    leaves = max(minutes(since) + late, minutes(last["at"]) + last["minutes"])
                    here = way(PROVIDER.get(last["placeId"]), PROVIDER.get(stop["placeId"]))
                    found += [f"{key} is too early"] if minutes(at) < leaves + here else []
    return found


def changed(doc: dict[str, Any], after: dict[str, Any]) -> list[str]:
    where = ("dayId", "at")
    return [
        key
        for key, stop in doc["stops"].items()
        if [stop.get(one) for one in where] != [after["stops"][key].get(one) for one in where]
    ]


def undone(doc: dict[str, Any], after: dict[str, Any], key: str) -> dict[str, Any]:
    return {**after, "stops": {**after["stops"], key: doc["stops"][key]}}


@pytest.mark.parametrize("seed", range(60))
def test_no_change_is_needless(seed: int) -> None:
    doc = working(seed // 3)
    happened = change(doc, seed)
    (made,) = SOLVER.plans(facts(doc, GROUP), Replan(change=happened))
    after = ot.apply(doc, made.ops)
    gone = [key for key, stop in doc["stops"].items() if stop["dayId"] and not after["stops"][key]["dayId"]]
    assert wrong(after, happened) == []
    placed = [one["stopId"] for one in made.report["placed"]]
    for key in set(changed(doc, after)) - set(placed):
        assert wrong(undone(doc, after, key), happened), f"{key} need not have changed"
    assert len(placed) <= len([key for key in doc["stops"] if changed_day(doc, after, key)])
    assert {key for key, stop in doc["stops"].items() if stop["dayId"]} - set(gone) == {
        key for key, stop in after["stops"].items() if stop["dayId"]
    } - set(placed)


def changed_day(doc: dict[str, Any], after: dict[str, Any], key: str) -> bool:
    return bool(doc["stops"][key]["dayId"]) and doc["stops"][key]["dayId"] != after["stops"][key]["dayId"]


def quiet(doc: dict[str, Any], seed: int) -> list[Change]:
    """What happens without touching a stop."""
    found: list[Change] = [Late(kind="late", day_id="d1", minutes=20, at="22:30")]
    known = facts(doc, GROUP)
    for day in DAYS:
        own = known.on(day)
        if own and not any(in_the_open(stop, PROVIDER) for stop in own):
            found.append(DayRainedOut(kind="dayRainedOut", day_id=day))
        if own:
            elsewhere = next(one for one in DAYS if one != day)
            found.append(StopMoved(kind="stopMoved", stop_id=own[seed % len(own)].id, from_day_id=elsewhere))
    return found


@pytest.mark.parametrize("seed", range(20))
def test_what_touches_nothing_changes_nothing(seed: int) -> None:
    doc = working(seed)
    for happened in quiet(doc, seed):
        (made,) = SOLVER.plans(facts(doc, GROUP), Replan(change=happened))
        assert (made.ops, made.days) == ([], ()), happened


@pytest.mark.parametrize("seed", range(20))
def test_a_plan_put_down_without_a_thought_keeps_what_the_rain_does_not_reach(seed: int) -> None:
    """Overlaps of people's own making, and stops without a time, are none of its business."""
    doc = random_plan(random.Random(f"careless/{seed}"))
    (made,) = SOLVER.plans(facts(doc, GROUP), Replan(change=DayRainedOut(kind="dayRainedOut", day_id="d1")))
    after = ot.apply(doc, made.ops)
    wet = {stop.id for stop in facts(doc, GROUP).on("d1") if in_the_open(stop, PROVIDER) and not stop.reserved}
    if not wet:
        assert made.ops == []
    timeless = [key for key, stop in doc["stops"].items() if stop["dayId"] and not stop.get("at") and key not in wet]
    assert all(after["stops"][key].get("at") is None for key in timeless)

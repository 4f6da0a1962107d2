"""Random plans from the catalogue, optimised and re-planned; judged by the validator, which shares no code with it."""

import random
from datetime import UTC, date, datetime
from typing import Any

import pytest

from shared import ot
from shared.assistant.settings import SearchEffort
from shared.assistant.validate import Violation, validate
from shared.money import reference_rates
from shared.places.catalogue import CatalogueProvider
from shared.plan import schema
from shared.plan.state import PlanState
from shared.planning.facts import Facts
from shared.planning.outcome import Outcome
from shared.planning.reading import facts_of, minutes
from shared.planning.requests import Change, Closed, DayRainedOut, Late, Optimise, Order, Replan, SomeDays
from shared.planning.solving import Solver
from shared.reactions.group import Group, Traveller
from shared.reactions.models import Reaction
from shared.runtime.caller import Role
from shared.trips.models import Trip
from tests.assistant.worlds import wishes

PROVIDER = CatalogueProvider()
PLACES = PROVIDER.search("kyoto", limit=1000)
NOW = datetime(2027, 3, 1, tzinfo=UTC)
TRIP = Trip(
    name="A trip", legs=("Kyoto",), roles={"ana": Role.OWNER, "ben": Role.EDITOR}, members=("ana", "ben"),
    created_by="ana", created_at=NOW, updated_at=NOW,
)  # fmt: skip
SOLVER = Solver(PROVIDER, reference_rates(), SearchEffort(iterations=40, seconds=20))
WORLDLY = ("closed", "overlap", "travel", "outside_day")


def random_plan(choose: random.Random, most: int = 6) -> dict[str, Any]:
    """Three days of stops put down without a thought, some without a time, at most one booking a day, and ideas."""
    stops: dict[str, Any] = {}
    places = choose.sample(PLACES, 4 * most)
    for day in ("d1", "d2", "d3", None):
        for number in range(choose.randint(0, most)):
            place = places.pop() if places else choose.choice(PLACES)
            stop = {
                "dayId": day, "order": f"a{choose.randrange(9)}{number + 1}", "name": place.name, "placeId": place.id,
                "kind": "food" if place.kind == "food" else "sight", "minutes": choose.choice((15, 47, 60, 90)),
                "lat": place.lat, "lng": place.lng, "by": "ana",
            }  # fmt: skip
            if day and choose.random() < 0.8:
                stop["at"] = f"{choose.randint(8, 20):02d}:{choose.choice(('00', '07', '30'))}"
                stop["fixed"] = number == 0 and choose.random() < 0.3
            stops[f"{day or 'i'}-{number}"] = stop
    days = {
        f"d{number}": {"date": f"2027-04-{4 + number:02d}", "order": f"a{number}", "start": "09:00", "end": "21:00"}
        for number in (1, 2, 3)
    }
    doc = {**schema.empty_plan(), "days": days, "stops": stops}
    schema.validate(doc)
    return doc


def random_group(choose: random.Random, doc: dict[str, Any]) -> Group:
    reactions = {
        key: {uid: choose.choice(list(Reaction)) for uid in ("ana", "ben") if choose.random() < 0.5}
        for key in doc["stops"]
        if choose.random() < 0.4
    }
    people = (Traveller(uid="ana", name="Ana", walk_metres=choose.choice((None, 900))), Traveller(uid="ben"))
    return Group(travellers=people, reactions={key: one for key, one in reactions.items() if one})


def facts(doc: dict[str, Any], group: Group) -> Facts:
    return facts_of(TRIP, PlanState(1, doc, 1, NOW), group, PROVIDER, NOW)


def faults(doc: dict[str, Any], group: Group) -> list[Violation]:
    """What the validator finds wrong in the world."""
    constraints = wishes(("kyoto", 3), start_date=date(2027, 4, 5))
    found = validate(
        doc["days"], doc["stops"], constraints, PROVIDER, reference_rates(), longest_walk=group.walk_metres
    )
    return [one for one in found if one.rule in WORLDLY]


def check(doc: dict[str, Any], group: Group, made: Outcome) -> dict[str, Any]:
    """What holds of every result; returns the plan after it."""
    after: dict[str, Any] = ot.apply(doc, made.ops)
    schema.validate(after)
    assert after["days"] == doc["days"] and after["stops"].keys() == doc["stops"].keys()
    for key, stop in doc["stops"].items():
        changed = {field for field in after["stops"][key] if after["stops"][key].get(field) != stop.get(field)}
        assert changed <= {"dayId", "order", "at", *(("who",) if made.report["splits"] else ())}
        if stop.get("fixed") or stop.get("who"):
            assert not changed & {"dayId", "at"}
        if stop["dayId"] not in made.days and after["stops"][key]["dayId"] not in made.days:
            assert not changed, "a day that is not named has changed"
    told = [*made.report["moved"], *made.report["retimed"], *made.report["placed"]]
    for day_id in {one["to"]["dayId"] for one in told}:
        timed = [stop for stop in after["stops"].values() if stop["dayId"] == day_id and stop.get("at")]
        by_key = sorted(timed, key=lambda stop: stop["order"])
        assert [stop["at"] for stop in by_key] == sorted(stop["at"] for stop in timed)
    placed = [one["stopId"] for one in made.report["placed"]]
    assert not [key for key in placed if group.vetoed(key)]
    gone = {key for key, stop in doc["stops"].items() if stop["dayId"] and not after["stops"][key]["dayId"]}
    assert gone <= {one["stopId"] for one in made.report["leftOut"]}, "what leaves its day is named"
    return after


def lived(doc: dict[str, Any], uid: str) -> dict[str, Any]:
    """The plan as it is for somebody: without what only others take part in."""
    own = {key: one for key, one in doc["stops"].items() if not one.get("who") or uid in one["who"]}
    return {**doc, "stops": own}


def clashing_plan(choose: random.Random) -> tuple[dict[str, Any], Group]:
    """Two days from a hotel, with stops and ideas that either Ana loves or Ben; some days begin with each alone."""
    doc = random_plan(choose, most=8)
    stops = doc["stops"]
    for day in doc["days"].values():
        day["base"] = {"name": "Hotel", "lat": 35.0, "lng": 135.76}
    for key in choose.sample(sorted(stops), len(stops) * 3 // 4):
        stops[key] |= {"dayId": None, "fixed": False}
    if choose.random() < 0.3:
        own = [one for one in stops.values() if one["dayId"] == "d1" and not one.get("fixed")]
        for one, uid in zip(own, ("ana", "ben"), strict=False):
            one |= {"at": "10:00", "who": {uid: True}, "minutes": 90}
    tastes = (Reaction.LOVE, Reaction.RATHER_NOT)
    reactions = {key: dict(zip(("ana", "ben"), choose.sample(tastes, 2), strict=True)) for key in sorted(stops)}
    return doc, Group(travellers=(Traveller(uid="ana"), Traveller(uid="ben")), reactions=reactions)


@pytest.mark.parametrize("seed", range(40))
def test_days_on_which_the_group_splits_up_work_for_everybody_and_stay(seed: int) -> None:
    doc, group = clashing_plan(random.Random(f"split/{seed}"))
    order = Optimise(scope=SomeDays(days=["d1", "d2"]), splits=2, deliver="apply")
    made = SOLVER.plans(facts(doc, group), order)[0]
    after = check(doc, group, made)
    alone = {key for key, one in doc["stops"].items() if one.get("who")}
    works = {"d1", "d2"} - {one["was"] for one in made.report["leftOut"]}
    for uid in ("ana", "ben"):
        mine = lived(after, uid)
        wrong = blamed(mine, faults(mine, group), works.intersection(made.days))
        assert [one for one in wrong if one.stop not in alone] == []
    for told in made.report["splits"]:
        assert {uid for part in told["parts"] for uid in part["who"]} == {"ana", "ben"}
        for part in told["parts"]:
            assert all(after["stops"][key]["who"].keys() == set(part["who"]) for key in part["stops"])
    assert works.intersection(told["dayId"] for told in made.report["splits"]) <= set(
        SOLVER.standing(facts(after, group), ("d1", "d2"))
    )


def blamed(doc: dict[str, Any], found: list[Violation], days: set[str]) -> list[Violation]:
    """Faults of the days, but for those of a booking and of what comes right behind one that cannot be kept."""
    booked = {stop["dayId"] for stop in doc["stops"].values() if stop.get("fixed")}
    return [one for one in found if one.stop and doc["stops"][one.stop]["dayId"] in days - booked]


@pytest.mark.parametrize("seed", range(40))
def test_days_that_are_ordered_anew_work(seed: int) -> None:
    choose = random.Random(f"optimise/{seed}")
    doc = random_plan(choose)
    group = random_group(choose, doc)
    order: Order = Optimise(scope=SomeDays(days=["d1", "d2"]), deliver="apply", ideas=choose.random() < 0.7)
    after = check(doc, group, SOLVER.plans(facts(doc, group), order)[0])
    assert {key: one for key, one in after["stops"].items() if one["dayId"] == "d3"} == {
        key: one for key, one in doc["stops"].items() if one["dayId"] == "d3"
    }
    assert blamed(after, faults(after, group), {"d1", "d2"}) == []


def trying_plan(choose: random.Random) -> dict[str, Any]:
    """As `random_plan`, from another hotel each night, with breaks."""
    doc = random_plan(choose)
    for day in doc["days"].values():
        day["base"] = {"name": "Hotel", "lat": 35.0 + choose.uniform(-0.05, 0.05), "lng": 135.76}
        starts = choose.sample(("11:00", "13:00", "15:00", "18:30"), choose.randint(1, 3))
        day["breaks"] = {
            f"b{number}": {"minutes": choose.choice((20, 45, 90)), "from": start, "to": f"{start[:2]}:59"}
            for number, start in enumerate(starts)
        }
    return doc


def is_free(doc: dict[str, Any], told: dict[str, Any]) -> bool:
    """Whether nobody visits anything while a break lasts that the result tells of."""
    begin = minutes(told["at"])
    own = [one for one in doc["stops"].values() if one["dayId"] == told["dayId"] and one.get("at")]
    return all(
        minutes(one["at"]) + one["minutes"] <= begin or begin + told["minutes"] <= minutes(one["at"]) for one in own
    )


@pytest.mark.parametrize("seed", range(40))
def test_breaks_that_are_told_are_kept_between_the_hotels_of_the_nights(seed: int) -> None:
    choose = random.Random(f"breaks/{seed}")
    doc = trying_plan(choose)
    group = random_group(choose, doc)
    late = Replan(change=Late(kind="late", day_id="d2", minutes=60, at="10:40"))
    order = choose.choice((Optimise(scope=SomeDays(days=["d1", "d2", "d3"]), deliver="apply"), late))
    made = SOLVER.plans(facts(doc, group), order)[0]
    after = check(doc, group, made)
    assert all(is_free(after, told) for told in made.report["breaks"] if told["at"])
    if isinstance(order, Optimise):
        assert blamed(after, faults(after, group), {"d1", "d2", "d3"}) == []


@pytest.mark.parametrize("seed", range(40))
def test_a_re_plan_makes_nothing_worse(seed: int) -> None:
    choose = random.Random(f"replan/{seed}")
    doc = random_plan(choose)
    group = random_group(choose, doc)
    standing = [stop for stop in doc["stops"].values() if stop["dayId"]]
    changes: list[Change] = [
        DayRainedOut(kind="dayRainedOut", day_id="d1"),
        Late(kind="late", day_id="d2", minutes=choose.choice((20, 60, 150)), at="11:40"),
    ]
    if standing:
        shut = choose.choice(standing)
        on = doc["days"][shut["dayId"]]["date"]
        changes.append(Closed(kind="closed", place_id=shut["placeId"], first=on, last=on))
    change = choose.choice(changes)
    (made,) = SOLVER.plans(facts(doc, group), Replan(change=change))
    after = check(doc, group, made)
    before = faults(doc, group)
    days = {"d1", "d2", "d3"} if not isinstance(change, Late) else {"d1", "d3"}
    known = {(one.rule, one.stop) for one in blamed(doc, before, days)}
    assert {(one.rule, one.stop) for one in blamed(after, faults(after, group), days)} <= known

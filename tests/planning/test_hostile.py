"""Plans that nobody would make, as far as the schema lets them: planning ends, with a valid plan or a named reason."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared import ot
from shared.assistant.settings import SearchEffort
from shared.money import reference_rates
from shared.places.catalogue import CatalogueProvider
from shared.plan import schema
from shared.plan.state import PlanState
from shared.planning.facts import Facts
from shared.planning.reading import facts_of
from shared.planning.requests import (
    Closed,
    DayRainedOut,
    Late,
    OneDay,
    Optimise,
    Order,
    Place,
    Replan,
    SomeDays,
    StopMoved,
    TheRest,
)
from shared.planning.solving import Solver
from shared.reactions.group import Group, Traveller
from shared.reactions.models import Reaction
from shared.runtime.errors import FailedPrecondition, NotFound
from shared.trips.models import Trip

PROVIDER = CatalogueProvider()
PLACES = [place for town in ("kyoto", "rome", "auckland", "new-york") for place in PROVIDER.search(town, limit=40)]
SOLVER = Solver(PROVIDER, reference_rates(), SearchEffort(iterations=20, seconds=5))
# Midnight when clocks change in Rome and New York, the end of the calendar, and days on both sides of the date line.
DATES = ("2027-03-28", "2027-10-31", "2027-03-14", "0001-01-01", "9999-12-31", "2028-02-29", None)
CLOCKS = ("00:00", "02:30", "09:00", "12:59", "23:59")
MONEY = ("EUR", "JPY", "AFN", "KWD", "XXX")


def a_stop(choose: random.Random, number: int, days: list[str]) -> dict[str, Any]:
    place = choose.choice((None, *choose.sample(PLACES, 3)))
    made: dict[str, Any] = {
        "dayId": choose.choice((*days, None, "gone")), "order": choose.choice(("a", "a1", "Zz", "0", "a" * 60)),
        "name": "x" * choose.choice((1, 200)), "kind": choose.choice(("sight", "food", "stay", "transport", "note")),
        "minutes": choose.choice((0, 1, 60, 1440, 10_080)), "by": "ana",
    }  # fmt: skip
    if place:
        made |= {"placeId": place.id, "lat": place.lat, "lng": place.lng}
    elif choose.random() < 0.7:
        made |= choose.choice(
            ({"lat": 90.0, "lng": 180.0}, {"lat": -90.0, "lng": -180.0}, {"lat": 0.0}, {"lat": -17.0, "lng": 179.99})
        )
    if choose.random() < 0.6:
        made["at"] = choose.choice(CLOCKS)
    if choose.random() < 0.2:
        made["fixed"] = True
    if choose.random() < 0.3:
        made["who"] = dict.fromkeys(choose.sample(("ana", "ben", "guest:m", "left"), choose.randint(1, 4)), True)
    if choose.random() < 0.4:
        made["cost"] = {"amount": choose.choice((0, 1, 10**12)), "currency": choose.choice(MONEY)}
    if choose.random() < 0.1:
        made["alternativeTo"] = f"s{choose.randrange(number + 1)}"
    if choose.random() < 0.1:
        made["placeId"] = choose.choice(("nowhere/at-all", "google/", "kyoto", "/", "kyoto/"))
    return made


def a_day(choose: random.Random) -> dict[str, Any]:
    made: dict[str, Any] = {"order": choose.choice(("a", "b", "a0")), "date": choose.choice(DATES)}
    made |= {"start": choose.choice(CLOCKS), "end": choose.choice(CLOCKS)}
    if choose.random() < 0.5:
        made["base"] = {"name": "", "lat": choose.choice((0.0, 35.0, 90.0)), "lng": choose.choice((135.76, -180.0))}
    if choose.random() < 0.4:
        rest = {"minutes": choose.choice((1, 30, 480)), "from": choose.choice(CLOCKS), "to": choose.choice(CLOCKS)}
        made["breaks"] = dict.fromkeys(("a", "b", "c", "d")[: choose.randint(1, 4)], rest)
    return made


def a_plan(choose: random.Random) -> dict[str, Any]:
    days = [f"d{number}" for number in range(choose.randint(0, 4))]
    stops = {f"s{number}": a_stop(choose, number, days) for number in range(choose.randint(0, 25))}
    doc = {**schema.empty_plan(), "days": {key: a_day(choose) for key in days}, "stops": stops}
    schema.validate(doc)
    return doc


def an_order(choose: random.Random, doc: dict[str, Any]) -> Order:
    day = choose.choice((*doc["days"], "d9"))
    stop = choose.choice((*doc["stops"], "s99"))
    place = doc["stops"].get(stop, {}).get("placeId", "x")
    now = choose.choice((None, datetime(2027, 3, 28, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)))
    orders: tuple[Order, ...] = (
        Optimise(scope=OneDay(day=day), splits=choose.randint(0, 3)),
        Optimise(scope=SomeDays(days=[*doc["days"], day][:60]), alternatives=choose.randint(0, 2), splits=1),
        Optimise(scope=TheRest(rest=True, now=now), most_of_a_kind=choose.choice((None, 1))),
        Place(stop_id=stop, slots=5),
        Replan(change=StopMoved(kind="stopMoved", stop_id=stop, from_day_id=choose.choice((None, day)))),
        Replan(change=DayRainedOut(kind="dayRainedOut", day_id=day), now=now),
        Replan(change=Late(kind="late", day_id=day, minutes=choose.choice((1, 1440)), at=choose.choice(CLOCKS))),
        Replan(change=Closed(kind="closed", place_id=place, first="0001-01-01", last="9999-12-31")),
    )
    return choose.choice(orders)


def given(choose: random.Random, doc: dict[str, Any], now: datetime) -> Facts:
    guests = {"guest:m": {"name": "M", "added_by": choose.choice(("ben", "left")), "added_at": now, "fingerprint": ""}}
    trip = Trip.model_validate(
        {
            "name": "A trip", "destinations": choose.choice(([], ["Kyoto"], ["Rome", "Atlantis"])),
            "roles": {"ana": choose.choice(("owner", "editor")), "ben": "editor"},
            "members": ("ana", "ben"), "created_by": "ana",
            "created_at": now, "updated_at": now, "currency": choose.choice(("EUR", "JPY", "AFN")),
            "budget": choose.choice((None, {"amount": 0, "currency": "AFN"}, {"amount": 10**12, "currency": "JPY"})),
            "guests": guests,
        }
    )  # fmt: skip
    reactions = {
        key: {uid: choose.choice(list(Reaction)) for uid in ("ana", "ben", "left") if choose.random() < 0.6}
        for key in (*doc["stops"], "gone")
        if choose.random() < 0.5
    }
    people = (Traveller(uid="ana", walk_metres=choose.choice((None, 0, 900))), Traveller(uid="ben", thrifty=True))
    group = Group(travellers=people, reactions={key: one for key, one in reactions.items() if one})
    return facts_of(trip, PlanState(1, doc, 1, now), group, PROVIDER, now)


@pytest.mark.parametrize("seed", range(150))
def test_any_plan_is_planned_or_refused_with_words(seed: int) -> None:
    choose = random.Random(f"hostile/{seed}")
    doc = a_plan(choose)
    order = an_order(choose, doc)
    now = datetime(2027, 3, 27, tzinfo=UTC) + timedelta(hours=choose.randrange(72))
    facts = given(choose, doc, now)
    try:
        plans = SOLVER.plans(facts, order)
    except (FailedPrecondition, NotFound) as refused:
        assert refused.reason
        return
    for made in plans:
        after: dict[str, Any] = ot.apply(doc, made.ops)
        schema.validate(after)
        assert after["stops"].keys() == doc["stops"].keys()
        for key, one in doc["stops"].items():
            if one.get("fixed") and one.get("at") and one["dayId"] in doc["days"]:
                assert after["stops"][key]["at"] == one["at"], "a booking keeps its time"
            if one["kind"] == "note":
                fields = ("dayId", "at", "minutes")
                assert [after["stops"][key].get(name) for name in fields] == [one.get(name) for name in fields]
        assert {one["stopId"] for kind in ("moved", "retimed", "placed") for one in made.report[kind]} <= set(
            after["stops"]
        )

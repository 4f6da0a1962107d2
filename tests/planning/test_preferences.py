"""Each thing that a profile says changes what planning answers."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from google.cloud.firestore import Client

from clients.python.session import Session
from shared.assistant.context import TripContext
from shared.assistant.extraction import Extracted
from shared.assistant.interest import best
from shared.assistant.resolve import resolve
from shared.places.models import Place
from shared.planning.outcome import Outcome
from shared.planning.requests import Optimise, SomeDays
from shared.reactions.group import Group
from shared.reactions.wishes import traveller
from shared.runtime.errors import FailedPrecondition
from shared.users.models import Mobility, Preferences
from tests.planning.conftest import Kyoto
from tests.planning.worlds import facts, plan, sight, solver, stop, world
from tests.support.people import make_trip
from tests.support.people import stop as written

MONDAY = Optimise(scope=SomeDays(days=["d1"]))


def group(**told: Any) -> Group:
    return Group(travellers=(traveller("ana", "Ana", Preferences(**told)),))


def optimised(ideas: list[Place], **told: Any) -> Outcome:
    """A day with nothing but these ideas, for somebody who has told this of themselves."""
    doc = plan({place.id.partition("/")[2]: stop(place) for place in ideas}, days=1)
    known = world(*ideas)
    (made,) = solver(known).plans(facts(doc, known, group(**told)), MONDAY)
    return made


def placed(made: Outcome) -> set[str]:
    return {one["stopId"] for one in made.report["placed"]}


def test_a_pace_says_how_much_a_day_takes() -> None:
    many = [sight(f"s{number}", number * 0.1, minutes=20) for number in range(12)]
    assert [len(placed(optimised(many, pace=pace))) for pace in ("slow", None, "normal", "fast")] == [6, 8, 8, 10]


@pytest.mark.parametrize("interest", ["museum", "park"])
def test_interests_say_which_of_two_has_the_day(interest: str) -> None:
    rivals = [sight(kind, 0.1, kind=kind, minutes=480) for kind in ("museum", "park")]
    assert placed(optimised(rivals, interests=(interest,))) == {interest}


def test_a_budget_level_says_what_an_occasion_is_worth() -> None:
    """Either takes the whole day."""
    plain = sight("plain", 0.1, minutes=480, tags=("art",))
    dear = sight("dear", 0.1, minutes=480, tags=("fine-dining",))
    for ideas in ([plain, dear], [dear, plain]):
        assert placed(optimised(ideas, budget_level="low")) == {"plain"}
        assert placed(optimised(ideas, budget_level="high")) == {"dear"}
        assert placed(optimised(ideas, budget_level="medium")) == placed(optimised(ideas))


def test_the_longest_walk_says_how_one_goes() -> None:
    ends = [sight("near", 0.0), sight("far", 0.5)]

    def modes(**told: Any) -> set[str]:
        return {leg["mode"] for legs in optimised(ends, **told).report["legs"].values() for leg in legs}

    assert modes(mobility=Mobility(max_walk_metres=2_000)) == {"walk"}
    assert modes(mobility=Mobility(max_walk_metres=300)) == {"transit"}


@pytest.mark.parametrize(
    ("told", "gone"),
    [
        ({}, set()),
        ({"diet": ("vegetarian",)}, {"steak", "crab"}),
        ({"diet": ("pescatarian",)}, {"steak"}),
        ({"diet": ("shellfishFree",)}, {"crab"}),
        ({"mobility": Mobility(step_free=True)}, {"hill"}),
    ],
)
def test_diets_and_steps_rule_places_out(told: dict[str, Any], gone: set[str]) -> None:
    places = [
        sight("steak", 0.1, kind="food", tags=("meat",)),
        sight("crab", 0.1, kind="food", tags=("seafood",)),
        sight("hill", 0.1, kind="activity", tags=("hike",)),
        sight("hall", 0.1, kind="museum"),
    ]
    form = Extracted.model_validate({"destinations": [{"name": "mila"}], "days": 1})
    context = TripContext(group=group(**told))
    wishes = resolve(form, "A day in Mila", context, world(*places), datetime(2027, 5, 1, tzinfo=UTC).date())
    assert {place.id.partition("/")[2] for place in best(places, wishes)} == {"steak", "crab", "hill", "hall"} - gone


def test_a_time_zone_says_which_day_it_is_where_nobody_knows_where_that_is() -> None:
    doc = plan({"a": stop(day="d1", at="10:00", name="Somewhere"), "b": stop(name="Idea")}, days=1)
    nowhere = world()
    evening = datetime(2027, 5, 3, 16, tzinfo=UTC)
    (made,) = solver(nowhere).plans(facts(doc, nowhere, now=evening, destinations=[]), MONDAY)
    assert "a" not in placed(made)
    with pytest.raises(FailedPrecondition) as over:
        solver(nowhere).plans(facts(doc, nowhere, now=evening, zone="Asia/Tokyo", destinations=[]), MONDAY)
    assert over.value.reason == "NOTHING_TO_PLAN"


@pytest.mark.parametrize(("zone", "state"), [("Pacific/Pago_Pago", "done"), ("Pacific/Kiritimati", "failed")])
def test_it_is_the_time_zone_of_who_asks(
    person: Callable[..., Session], database: Client, zone: str, state: str
) -> None:
    """It is never the same day at both ends of the date line."""
    ana = person()
    ana.call("users-update", version=ana.call("users-get")["version"], timeZone=zone)
    trip = Kyoto(ana, make_trip(ana), database)
    today = datetime.now(ZoneInfo("Pacific/Pago_Pago")).date().isoformat()
    day = {"p": ["days", "d1"], "oi": {"date": today, "order": "a0", "notes": "", "start": "00:00", "end": "23:59"}}
    trip.edit(ana, day, {"p": ["stops", "a"], "oi": written(ana, "A walk")}, base=0)
    job = trip.ask("planning-optimise", scope={"day": "d1"})
    assert (job["state"], (job["error"] or {}).get("reason")) == (state, None if state == "done" else "NOTHING_TO_PLAN")

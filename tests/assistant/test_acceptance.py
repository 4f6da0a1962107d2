"""What the validator does not accept leaves the plan by name; what it accepts stays as it is."""

import pytest

from shared.assistant import planning
from shared.assistant.acceptance import accept
from shared.assistant.draft import DraftPlan
from shared.assistant.task import PlanInput
from shared.assistant.validate import Violation
from shared.itinerary import MaxIterations
from shared.runtime.errors import Internal
from tests.assistant.worlds import World, given, place, town, wishes

MILA = town("mila")
WORLD = World([place("mila/a"), place("mila/b", lat=45.01, opening_hours="10:00-18:00", price=900), place("mila/c")])


@pytest.fixture
def task() -> PlanInput:
    return given(wishes(), WORLD.places, [MILA], "mila/b")


@pytest.fixture
def draft(task: PlanInput) -> DraftPlan:
    return planning.plan(task, stop=MaxIterations(40))


def moved(draft: DraftPlan, place_id: str, start: int) -> DraftPlan:
    (day,) = draft.days
    stops = [one.model_copy(update={"start": start}) if one.place_id == place_id else one for one in day.stops]
    stops.sort(key=lambda stop: stop.start)
    return draft.model_copy(update={"days": (day.model_copy(update={"stops": tuple(stops)}),)})


def test_a_good_draft_is_accepted_as_it_is(draft: DraftPlan, task: PlanInput) -> None:
    dropped: list[Violation] = []
    assert accept(draft, task, WORLD, dropped.append) == draft
    assert dropped == []


def test_a_stop_while_closed_goes_by_name(draft: DraftPlan, task: PlanInput) -> None:
    dropped: list[Violation] = []
    accepted = accept(moved(draft, "mila/b", 20 * 60), task, WORLD, dropped.append)
    assert [one.rule for one in dropped] == ["closed"]
    assert {stop.place_id for stop in accepted.days[0].stops} == {"mila/a", "mila/c"}
    assert [one.text for one in accepted.compromises if one.wish == "must_see"] == [
        "B is not in the plan: it did not fit beside your other wishes."
    ]
    assert (accepted.totals.cost.amount, accepted.totals.stops) == (0, 2)


def test_the_way_closes_behind_a_stop_that_goes(draft: DraftPlan, task: PlanInput) -> None:
    middle = moved(moved(moved(draft, "mila/a", 540), "mila/b", 545), "mila/c", 700)
    accepted = accept(middle, task, WORLD, lambda _: None)
    last = accepted.days[0].stops[-1]
    assert (last.place_id, last.travel_minutes, last.travel_metres) == ("mila/c", 0, 0)


def test_a_fault_without_a_stop_to_blame_is_ours(draft: DraftPlan, task: PlanInput) -> None:
    with pytest.raises(Internal, match="no day for"):
        accept(draft.model_copy(update={"days": ()}), task, WORLD, lambda _: None)

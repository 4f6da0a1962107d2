"""What fails the validator goes back to the model once, then to the optimiser, then to the people by name."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from emulator.gemini.testing import StandIn
from shared.assistant import planning
from shared.assistant.acceptance import accept
from shared.assistant.candidates import choose_candidates
from shared.assistant.choice import Candidate, Candidates
from shared.assistant.context import Idea
from shared.assistant.draft import DraftPlan
from shared.assistant.model import Model
from shared.assistant.settings import LoopLimits
from shared.assistant.task import PlanInput
from shared.assistant.validate import Violation
from shared.itinerary import MaxIterations
from shared.places.catalogue import CatalogueProvider
from tests.assistant.test_candidates import choice, ids, rome
from tests.assistant.worlds import World, given, place, town, wishes

MILA = town("mila")
PLACES = [place("mila/a"), place("mila/b", lat=45.01), place("mila/c")]
LATE = replace(PLACES[1], opening_hours="22:00-23:00")
"""How the validator knows b, so that no plan with it holds: as if the optimiser had overlooked its hours."""
TRUTH = World([PLACES[0], LATE, PLACES[2]])


def choose(model: Model, provider: CatalogueProvider, **fields: Any) -> Candidates:
    return choose_candidates(
        model,
        "2 days in Rome",
        rome(**fields),
        provider,
        LoopLimits(turns=4),
        placed=("rome/colosseum",),
        check=lambda: None,
    )


def problems(gemini: StandIn) -> list[list[str]]:
    """What the model was told to mend, by turn."""
    last = gemini.requests()[-1]["body"]["contents"]
    answers = [
        part["functionResponse"]["response"]
        for content in last
        for part in content["parts"]
        if "functionResponse" in part
    ]
    return [answer["problems"] for answer in answers if "problems" in answer]


def test_a_choice_that_cannot_stand_goes_back_once_with_the_reasons(
    model: Model, provider: CatalogueProvider, gemini: StandIn
) -> None:
    gemini.answer(
        choice("rome/atlantis-gate", "kyoto/fushimi-inari", "rome/colosseum", "rome/vatican-museums", "rome/pantheon")
    )
    gemini.answer(choice("rome/pantheon", "rome/trevi-fountain", reason="Mended."))
    found = choose(model, provider, dislikes=("museum",))
    assert len(gemini.requests()) == 2
    (told,) = problems(gemini)
    assert ["atlantis" in told[0], "fushimi" in told[1], "already" in told[2], "not want" in told[3]] == [True] * 4
    mended = {one.place_id for one in found.places if one.reason == "Mended."}
    assert mended == {"rome/pantheon", "rome/trevi-fountain"}


def test_what_fails_again_is_left_out_and_the_rest_is_kept(
    model: Model, provider: CatalogueProvider, gemini: StandIn
) -> None:
    for _ in range(2):
        gemini.answer(choice("rome/atlantis-gate", "rome/pantheon", reason="Stubborn."))
    found = choose(model, provider)
    assert len(gemini.requests()) == 2 and "rome/atlantis-gate" not in ids(found)
    assert [one.place_id for one in found.places if one.reason == "Stubborn."] == ["rome/pantheon"]


@pytest.mark.parametrize("fault", ["max_tokens", "malformed_json"])
def test_a_second_try_that_is_no_use_leaves_the_first(
    fault: str, model: Model, provider: CatalogueProvider, gemini: StandIn
) -> None:
    gemini.order(fault, skip=1)
    gemini.answer(choice("rome/atlantis-gate", "rome/pantheon", reason="First."))
    found = choose(model, provider)
    assert [one.place_id for one in found.places if one.reason == "First."] == ["rome/pantheon"]
    assert found.notes == ()


def test_a_must_see_is_no_problem_for_being_disliked(
    model: Model, provider: CatalogueProvider, gemini: StandIn
) -> None:
    gemini.answer(choice("rome/vatican-museums"))
    choose(model, provider, dislikes=("museum",), must_see=("Vatican Museums",))
    assert len(gemini.requests()) == 1


def optimised(task: PlanInput) -> DraftPlan:
    return planning.plan(task, stop=MaxIterations(40))


def planned(draft: DraftPlan) -> list[str | None]:
    return sorted(stop.place_id or stop.idea or "" for day in draft.days for stop in day.stops)


@pytest.fixture
def again() -> tuple[list[PlanInput], Callable[[PlanInput], DraftPlan]]:
    """The optimiser, and what it was asked after the first plan."""
    asked: list[PlanInput] = []

    def once(task: PlanInput) -> DraftPlan:
        asked.append(task)
        return optimised(task)

    return asked, once


def test_a_stop_that_breaks_a_rule_has_the_optimiser_plan_without_it(
    again: tuple[list[PlanInput], Callable[[PlanInput], DraftPlan]],
) -> None:
    asked, optimiser = again
    task = given(wishes(), PLACES, [MILA])
    dropped: list[Violation] = []
    draft = accept(optimised(task), task, TRUTH, dropped.append, again=optimiser)
    assert [fault.rule for fault in dropped] == ["closed"] and len(asked) == 1
    assert planned(draft) == planned(optimised(asked[0])) == ["mila/a", "mila/c"]
    assert draft.compromises == optimised(asked[0]).compromises, "nobody had asked for it: nothing to name"


def test_a_must_see_that_no_plan_can_hold_is_named(
    again: tuple[list[PlanInput], Callable[[PlanInput], DraftPlan]],
) -> None:
    _, optimiser = again
    task = given(wishes(), PLACES, [MILA], "mila/b")
    draft = accept(optimised(task), task, TRUTH, lambda _: None, again=optimiser)
    assert [one.subject for one in draft.compromises if one.wish == "must_see"] == ["B"]


def test_an_idea_that_no_plan_can_hold_stays_in_the_pool_and_says_why(
    again: tuple[list[PlanInput], Callable[[PlanInput], DraftPlan]],
) -> None:
    _, optimiser = again
    task = given(wishes(), PLACES, [MILA])
    idea = Idea(id="s1", name="Bar Luce", kind="sight", minutes=60, place_id="mila/b", was={})
    chosen = [
        Candidate(**{**one.model_dump(), "idea": "s1"}) if one.place_id == "mila/b" else one
        for one in task.candidates.places
    ]
    task = replace(task, candidates=Candidates(places=tuple(chosen)), ideas={"s1": idea})
    draft = accept(optimised(task), task, TRUTH, lambda _: None, again=optimiser)
    (left,) = draft.left_out
    assert (left.stop, left.reason) == ("s1", "closed") and "Bar Luce" in left.text


def test_a_good_plan_is_made_once(again: tuple[list[PlanInput], Callable[[PlanInput], DraftPlan]]) -> None:
    asked, optimiser = again
    task = given(wishes(), PLACES, [MILA])
    first = optimised(task)
    assert accept(first, task, World(PLACES), lambda _: None, again=optimiser) == first and asked == []

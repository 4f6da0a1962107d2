"""The group's own ideas in a generated plan: moved, never doubled; vetoed ones stay; reactions decide who gets what."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from shared import ot
from shared.assistant import changes, ideas, planning
from shared.assistant.acceptance import accept
from shared.assistant.context import Idea, TripContext
from shared.assistant.draft import DraftPlan
from shared.assistant.generate import Output
from shared.assistant.task import PlanInput
from shared.itinerary import MaxIterations
from shared.places.catalogue import CatalogueProvider
from shared.places.vocabulary import Kind
from shared.plan import schema
from shared.reactions.group import Group, Traveller
from shared.reactions.models import Reaction
from tests.assistant.worlds import World, given, place, town, wishes

Generate = Callable[..., dict[str, Output]]
_KINDS: tuple[Kind, ...] = ("sight", "park", "museum", "activity")
ANA, BEN = Traveller(uid="ana", name="Ana"), Traveller(uid="ben", name="Ben")


def idea(stop_id: str, place_id: str | None = None, **fields: Any) -> Idea:
    known: dict[str, Any] = {"name": stop_id, "kind": "sight", "minutes": 60, "was": {"dayId": None, "order": "a0"}}
    return Idea(id=stop_id, place_id=place_id, **{**known, **fields})


def asked(**reactions: dict[str, Reaction]) -> Group:
    return Group(travellers=(ANA, BEN), reactions=dict(reactions))


def kyoto(group: Group, *pool: Idea, **fields: Any) -> TripContext:
    return TripContext(
        start_date=date(2027, 4, 5), end_date=date(2027, 4, 6), members=2, destinations=("Kyoto",), ideas=pool,
        group=group, **fields,
    )  # fmt: skip


def in_a_plan(pool: tuple[Idea, ...], ops: list[dict[str, Any]]) -> dict[str, Any]:
    """A plan that holds the pool, after the operations."""
    stops = {
        one.id: {"name": one.name, "kind": one.kind, "minutes": one.minutes, "placeId": one.place_id, "by": "ana",
                 **one.was} for one in pool
    }  # fmt: skip
    doc: dict[str, Any] = ot.apply({**schema.empty_plan(), "stops": stops}, ops)
    schema.validate(doc)
    return doc


def test_a_loved_idea_is_moved_onto_a_day_and_nothing_else_of_it_changes(generate: Generate) -> None:
    tofu = idea("s1", "kyoto/shogunzuka", name="The one with the faces", minutes=75)
    state = generate("Kyoto", kyoto(asked(s1={"ana": Reaction.MUST}), tofu))
    touched = [one for one in state["ops"]["ops"] if one["p"][1] == "s1"]
    assert [one["p"] for one in touched] == [["stops", "s1", field] for field in ("dayId", "order", "at")]
    doc = in_a_plan((tofu,), state["ops"]["ops"])
    assert doc["stops"]["s1"]["dayId"] in doc["days"] and doc["stops"]["s1"]["name"] == "The one with the faces"
    assert [stop["placeId"] for stop in doc["stops"].values()].count("kyoto/shogunzuka") == 1


def test_a_vetoed_idea_and_its_place_are_never_planned(generate: Generate) -> None:
    inari = idea("s1", "kyoto/fushimi-inari", name="Fushimi Inari")
    group = asked(s1={"ana": Reaction.MUST, "ben": Reaction.VETO})
    state = generate("Kyoto", kyoto(group, inari, placed=("kyoto/fushimi-inari",)))
    assert not [one for one in state["ops"]["ops"] if one["p"][1] == "s1"]
    assert "kyoto/fushimi-inari" not in str(state["ops"]["ops"])
    (left,) = state["plan"]["leftOut"]
    assert (left["stop"], left["reason"], left["text"]) == (
        "s1",
        "vetoed",
        "Fushimi Inari stays an idea: vetoed by Ben.",
    )


def test_an_idea_that_is_only_a_point_is_planned_and_marked(generate: Generate, provider: CatalogueProvider) -> None:
    point = idea("s1", name="Aunt Mei's house", lat=35.01, lng=135.77, minutes=40)
    state = generate("Kyoto", kyoto(asked(s1={"ana": Reaction.MUST, "ben": Reaction.LOVE}), point))
    doc = in_a_plan((point,), state["ops"]["ops"])
    assert doc["stops"]["s1"]["dayId"] in doc["days"]
    assert state["ops"]["notes"] == ["Opening hours are not known: Aunt Mei's house. Check them."]


@pytest.mark.parametrize(
    "one",
    [
        idea("s1", name="Somewhere"),
        idea("s1", "rome/colosseum", name="Colosseum"),
        idea("s1", name="Null island", lat=0.0, lng=0.0),
        idea("s1", "kyoto/no-such-place"),
    ],
    ids=["no place", "another town", "far away", "unknown place"],
)
def test_what_is_nowhere_on_this_trip_stays_in_the_pool(one: Idea, provider: CatalogueProvider) -> None:
    constraints = wishes(("kyoto", 2))
    assert ideas.candidates_of([one], constraints, provider, Group()) == []


def test_of_two_ideas_for_one_place_one_is_planned(provider: CatalogueProvider) -> None:
    both = [idea("s1", "kyoto/fushimi-inari"), idea("s2", "kyoto/fushimi-inari")]
    found = ideas.candidates_of(both, wishes(("kyoto", 1)), provider, Group())
    assert [one.idea for one in found] == ["s1"]


def world(group: Group) -> PlanInput:
    """Twelve equal sights of two hours a day cannot all have."""
    places = [place(f"mila/p{n}", minutes=120, tags=(f"t{n}",), weight=0.5, kind=_KINDS[n % 4]) for n in range(12)]
    pool = {f"s{n}": idea(f"s{n}", f"mila/p{n}") for n in range(12)}
    made = given(wishes(), places, [town("mila")])
    chosen = tuple(one.model_copy(update={"idea": f"s{n}"}) for n, one in enumerate(made.candidates.places))
    candidates = made.candidates.model_copy(update={"places": chosen})
    return replace(made, candidates=candidates, ideas=pool, group=group)


def planned(task: PlanInput) -> DraftPlan:
    return planning.plan(task, stop=MaxIterations(400))


def stops_of(draft: DraftPlan) -> set[str | None]:
    return {stop.idea for day in draft.days for stop in day.stops}


def test_what_people_want_is_planned_and_what_they_do_not_is_not() -> None:
    liked = {f"s{n}": {"ana": Reaction.LOVE, "ben": Reaction.MUST} for n in (7, 9)}
    draft = planned(world(asked(**liked, s1={"ana": Reaction.RATHER_NOT, "ben": Reaction.RATHER_NOT})))
    assert {"s7", "s9"} <= stops_of(draft) and "s1" not in stops_of(draft)
    assert {one.stop for one in draft.left_out} == {f"s{n}" for n in range(12)} - stops_of(draft)
    assert {one.uid for one in draft.satisfaction} == {"ana", "ben"}


def test_both_sides_of_a_quarrel_get_something() -> None:
    ana = {f"s{n}": {"ana": Reaction.LOVE, "ben": Reaction.RATHER_NOT} for n in range(6)}
    ben = {f"s{n}": {"ben": Reaction.FINE, "ana": Reaction.RATHER_NOT} for n in range(6, 12)}
    draft = planned(world(asked(**ana, **ben)))
    wanted = {stop for stop in stops_of(draft) if stop}
    assert wanted & set(ana) and wanted & set(ben)
    assert min(one.share for one in draft.satisfaction) > 0.25


def test_nobody_walks_further_than_everybody_manages() -> None:
    places = [place(f"mila/p{n}", lat=45.0 + n / 100, tags=(f"t{n}",)) for n in range(3)]
    made = given(wishes(), places, [town("mila")])
    short = replace(made, group=Group(travellers=(Traveller(uid="ana", walk_metres=1000),)))
    free, bound = planned(made), planned(short)
    assert max(stop.travel_metres for stop in free.days[0].stops if stop.travel_mode == "walk") > 1000
    assert all(stop.travel_metres <= 1000 for stop in bound.days[0].stops if stop.travel_mode == "walk")
    assert len(bound.days[0].stops) > 1
    kept = accept(bound, short, World(places), lambda fault: pytest.fail(fault.text))
    assert kept.days == bound.days


def test_the_price_that_people_wrote_counts_for_the_whole_group() -> None:
    task = world(asked())
    pool = {**task.ideas, "s0": idea("s0", "mila/p0", cost={"amount": 700, "currency": "EUR"})}
    task = replace(
        task, ideas=pool, candidates=task.candidates.model_copy(update={"places": task.candidates.places[:1]})
    )
    assert planned(task).totals.cost.amount == 700


def test_the_validator_takes_an_idea_off_the_day_again() -> None:
    """The world changed between planning and acceptance: the stop goes, the idea stays in the pool."""
    task = world(asked())
    draft = planned(task)
    shut = [replace(one, opening_hours="off") if one.id == "mila/p0" else one for one in task.places.values()]
    gone: list[str | None] = []
    kept = accept(draft, task, World(shut), lambda fault: gone.append(fault.stop))
    assert gone == (["s0"] if "s0" in stops_of(draft) else [])
    assert "s0" not in stops_of(kept)
    ops = changes.components(kept, job_id="job", uid="ana", existing=(), ideas=task.ideas)
    assert not [one for one in ops if one["p"][1] == "s0"]

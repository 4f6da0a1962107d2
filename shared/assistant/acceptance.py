"""The validator's last word on a draft: what breaks a hard rule goes, and every wish that stays unmet is named."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final

from shared.assistant import changes, planning
from shared.assistant.choice import idea_key
from shared.assistant.draft import Compromise, DraftPlan, LeftOut, PlannedDay, PlannedStop
from shared.assistant.remaining import LEFT
from shared.assistant.task import PlanInput
from shared.assistant.validate import HARD, Violation, validate, way_between
from shared.assistant.ways import travel_modes
from shared.money import in_words
from shared.places.provider import PlaceProvider
from shared.places.travel import Mode
from shared.runtime.errors import Internal
from shared.words import Money, say

_WORDS: Final = {"closed": "closed", "travel": "too_far", "overlap": "no_time", "outside_day": "no_time"}

Dropped = Callable[[Violation], None]


def accept(
    draft: DraftPlan,
    given: PlanInput,
    provider: PlaceProvider,
    dropped: Dropped,
    *,
    again: Callable[[PlanInput], DraftPlan] | None = None,
) -> DraftPlan:
    """The draft without stops that break a hard rule, with a compromise for each must-see or budget that is left unmet.

    When stops break one, `again` (the optimiser) makes another draft without their places, once; what still breaks one
    goes. `dropped` hears of each stop that goes. Raises Internal (PLAN_INVALID) if no stop is to blame.
    """
    broken = [fault for fault in _faults(draft, given, provider) if fault.rule in HARD]
    out = {key: fault for fault in broken if (key := _place_key(fault, draft))} if again else {}
    if again and out:
        for fault in out.values():
            dropped(fault)
        draft = again(without_places(given, out))
    for _ in range(draft.totals.stops + 1):
        faults = _faults(draft, given, provider)
        hard = next((fault for fault in faults if fault.rule in HARD), None)
        if hard is None:
            unmet = tuple(one for fault in faults if (one := _compromise(fault, draft, given)))
            return draft.model_copy(
                update={"compromises": (*draft.compromises, *unmet), "left_out": _left(draft, given, out)}
            )
        dropped(hard)
        draft = _without(draft, hard, given)
    raise _invalid("too many rules are broken")


def without_places(given: PlanInput, out: Collection[str]) -> PlanInput:
    """The same task without these candidates."""
    kept = tuple(one for one in given.candidates.places if one.place_id not in out)
    return replace(
        given,
        candidates=given.candidates.model_copy(update={"places": kept}),
        places={id_: place for id_, place in given.places.items() if id_ not in out},
    )


def _place_key(fault: Violation, draft: DraftPlan) -> str | None:
    """The candidate that the fault is about; a journey is none."""
    stop = _blamed(fault, draft)
    if stop is None or stop.kind == "transport":
        return None
    return stop.place_id or idea_key(stop.idea or "")


def _blamed(fault: Violation, draft: DraftPlan) -> PlannedStop | None:
    ids = list(_documents(draft)[1])
    stops = [stop for day in draft.days for stop in day.stops]
    return stops[ids.index(fault.stop)] if fault.stop in ids else None


def _left(draft: DraftPlan, given: PlanInput, out: Mapping[str, Violation]) -> tuple[LeftOut, ...]:
    """The ideas that stay in the pool, those that broke a rule among them."""
    more = []
    for one in given.candidates.places:
        if one.idea and one.place_id in out:
            idea, word = given.ideas[one.idea], _WORDS.get(out[one.place_id].rule, "other")
            text = say(given.constraints.language, LEFT[word], name=idea.name)
            more.append(LeftOut(stop=idea.id, name=idea.name, reason=word, text=text))
    return (*draft.left_out, *more)


def _faults(draft: DraftPlan, given: PlanInput, provider: PlaceProvider) -> list[Violation]:
    days, stops = _documents(draft)
    must = tuple(one.place_id for one in given.candidates.places if one.must)
    modes = travel_modes(given.constraints)
    return validate(
        days,
        stops,
        given.constraints,
        provider,
        given.rates,
        must_see=must,
        modes=modes,
        longest_walk=given.group.walk_metres,
    )


def _documents(draft: DraftPlan) -> tuple[dict[str, changes.Component], dict[str, changes.Component]]:
    return changes.laid_out(draft, job_id="", uid="", existing=())


def _without(draft: DraftPlan, fault: Violation, given: PlanInput) -> DraftPlan:
    blamed = _blamed(fault, draft)
    if blamed is None or blamed.kind == "transport":
        raise _invalid(fault.text)
    modes = travel_modes(given.constraints)
    days = [_day_without(day, blamed, modes, given.group.walk_metres) for day in draft.days]
    totals = planning.totals(days, draft.totals.cost.currency, given.rates)
    return draft.model_copy(update={"days": tuple(days), "totals": totals})


def _day_without(day: PlannedDay, blamed: PlannedStop, modes: Sequence[Mode], longest_walk: int | None) -> PlannedDay:
    """The day without a stop; the way to the one behind it now comes from the one before it."""
    kept: list[PlannedStop] = []
    gone = False
    for stop in day.stops:
        if stop is blamed:
            gone = True
            continue
        before = kept[-1] if kept else None
        kept.append(_reached_from(before, stop, modes, longest_walk) if gone else stop)
        gone = False
    return day.model_copy(update={"stops": tuple(kept)})


def _reached_from(
    before: PlannedStop | None, stop: PlannedStop, modes: Sequence[Mode], longest_walk: int | None
) -> PlannedStop:
    if before is None:
        return stop.model_copy(update={"travel_minutes": 0, "travel_metres": 0, "travel_mode": None})
    way = way_between((before.lat, before.lng), (stop.lat, stop.lng), modes, longest_walk)
    return stop.model_copy(update={"travel_minutes": way.minutes, "travel_metres": way.metres, "travel_mode": way.mode})


def _compromise(fault: Violation, draft: DraftPlan, given: PlanInput) -> Compromise | None:
    """The wish that the fault leaves unfulfilled, unless the draft names it already."""
    if fault.rule == "budget":
        named = any(one.wish == "budget" for one in draft.compromises)
        return None if named else _over_budget(draft, given)
    language = given.constraints.language
    name = given.places[fault.place].name if fault.place in given.places else ""
    if any(one.wish == "must_see" and one.subject == name for one in draft.compromises):
        return None
    return Compromise(wish="must_see", subject=name, text=say(language, "must_no_time", name=name))


def _over_budget(draft: DraftPlan, given: PlanInput) -> Compromise | None:
    budget, cost = given.constraints.budget, draft.totals.cost
    if budget is None:
        return None
    limit, spent = Money(budget.amount, budget.currency), Money(cost.amount, cost.currency)
    text = say(given.constraints.language, "budget_over", cost=spent, limit=limit)
    return Compromise(wish="budget", subject=in_words(budget.amount, budget.currency), text=text)


def _invalid(why: str) -> Internal:
    return Internal(f"The plan does not pass its own validation: {why}", reason="PLAN_INVALID")

"""From the optimiser's answer to operations that change only what is different. Pure."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from shared.itinerary import Solution
from shared.itinerary.solution import DayPlan, Split
from shared.plan.order import NoRoomError, keys_between
from shared.planning.brief import Brief
from shared.planning.facts import Facts, PlanStop
from shared.planning.parting import going
from shared.planning.placing import Slot, clock
from shared.planning.regrouping import Regrouped
from shared.planning.repair import Plan, Repair
from shared.planning.report import regroupings, report_of
from shared.planning.task import Task
from shared.planning.timing import settle, settle_apart, standing, stands

Component = dict[str, Any]
Appraise = Callable[[Sequence[Sequence[str]]], Solution]
Regroup = Callable[[Mapping[str, Slot]], Regrouped]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Operations against the base of the facts, the days that they change, and the plan's part of the job's result.

    `drops`: whether a stop that nobody vetoed goes back to the ideas.
    """

    ops: list[Component]
    days: tuple[str, ...]
    report: dict[str, Any]
    drops: bool = False


def outcome(facts: Facts, brief: Brief, task: Task, solution: Solution, together: Solution | None = None) -> Outcome:
    """What a solution makes of the plan; `together`: the one that was split up."""
    vetoed = _vetoed(facts, task)
    slots = {**_slots(facts, task, solution), **{stop.id: Slot(None, None) for stop in vetoed}}
    slots = _each(task, slots)
    return _made(facts, brief, task, solution, together or solution, slots, vetoed)


def repaired(
    facts: Facts, brief: Brief, task: Task, repair: Repair, plan: Plan, appraise: Appraise, regroup: Regroup
) -> Outcome:
    """What a repair makes of the plan. `appraise` tells what days, each with its visits in order, are worth; `regroup`,
    what those do who are apart and have lost a stop."""
    begins = repair.begins(plan)
    slots = {stop.id: Slot(stop.day, stop.at) for stop in task.stops.values()}
    for id_ in (plan.dropped | plan.replaced) - task.apart.keys():
        slots[id_] = Slot(None, None)
    for day, own in begins.items():
        slots.update((id_, Slot(task.days[day].id, at)) for id_, at in own.items())
    solution = appraise(plan.orders)
    gone = repair.missed | {id_ for id_, slot in slots.items() if slot.day is None} | (plan.dropped & task.apart.keys())
    left = tuple(one for one in solution.left_out if one.visit in gone)
    slots = _each(task, slots)
    parties = regroup(slots)
    made = _made(facts, brief, task, replace(solution, left_out=left), solution, {**slots, **parties.slots}, [])
    return replace(made, report={**made.report, "regrouped": regroupings(facts, parties)})


def _made(
    facts: Facts,
    brief: Brief,
    task: Task,
    solution: Solution,
    together: Solution,
    slots: Mapping[str, Slot],
    vetoed: Sequence[PlanStop],
) -> Outcome:
    changed = {id_: slot for id_, slot in slots.items() if slot != Slot(facts.stops[id_].day, facts.stops[id_].at)}
    days = {day for id_, slot in changed.items() for day in (slot.day, facts.stops[id_].day) if day}
    report = report_of(facts, brief, task, solution, together, slots, changed, vetoed)
    vetoes = {stop.id for stop in vetoed}
    drops = any(slot.day is None and id_ not in vetoes for id_, slot in changed.items())
    ordered = tuple(day.id for day in facts.days if day.id in days)
    return Outcome(operations(facts, changed), ordered, report, drops)


def operations(facts: Facts, changed: Mapping[str, Slot]) -> list[Component]:
    """Components that put stops into their slots, field by field, and keep each day's order keys in step."""
    keys = _order_keys(facts, changed)
    found = []
    for id_ in sorted(changed.keys() | keys.keys()):
        stop = facts.stops[id_]
        slot = changed.get(id_, Slot(stop.day, stop.at))
        target = {
            "dayId": slot.day if id_ in changed else stop.was["dayId"],
            "order": keys.get(id_, stop.order),
            "at": None if slot.at is None else clock(slot.at),
            **_shared(facts, stop, slot),
        }
        found += [_set(stop, field, value) for field, value in target.items() if stop.was.get(field) != value]
    return found


def _shared(facts: Facts, stop: PlanStop, slot: Slot) -> dict[str, Any]:
    """Who goes, and what it costs those, where that is not everybody, or other people than before."""
    if not slot.who or slot.who == stop.who:
        return {}
    everybody = len(slot.who) == len(facts.travellers)
    told: dict[str, Any] = {"who": {} if everybody else dict.fromkeys(slot.who, True)}
    if stop.cost:
        amount = -(-stop.cost.amount * len(slot.who) // len(stop.who or facts.travellers))
        told["cost"] = {"amount": amount, "currency": stop.cost.currency}
    return told


def _set(stop: PlanStop, field: str, value: Any) -> Component:
    component = {"p": ["stops", stop.id, field], "oi": value}
    return {**component, "od": stop.was[field]} if field in stop.was else component


def _slots(facts: Facts, task: Task, solution: Solution) -> dict[str, Slot]:
    """Where each stop of the problem is to stand. A day that is as it was, and works, stays as it is."""
    slots: dict[str, Slot] = {}
    for day in solution.days:
        if day.split is not None:
            slots.update(_both_ways(facts, task, day, day.split))
            continue
        was = standing(task, day.index)
        order = [(stop.visit, stop.start) for stop in day.stops]
        names = [name for name, _ in order]
        if names == [stop.id for stop in was] and all(stop.at is not None for stop in was) and stands(task, day.index):
            slots.update((stop.id, Slot(stop.day, stop.at)) for stop in was)
            continue
        day_id = task.days[day.index].id
        wished = {stop.id: stop.at for stop in was if stop.at is not None and stop.bound}
        begins = settle(task, day.index, order, wished)
        slots.update((name, Slot(day_id, begin)) for name, begin in zip(names, begins, strict=True))
    for stop in task.stops.values():
        if stop.id not in slots:
            stays = stop.bound or stop.day is None or stop.id in task.apart
            slots[stop.id] = Slot(stop.day, stop.at) if stays else Slot(None, None)
    return slots


def _each(task: Task, slots: Mapping[str, Slot]) -> dict[str, Slot]:
    """The slots of real stops: those of a time apart are shifted with it, so that everybody still meets."""
    found = {id_: slot for id_, slot in slots.items() if id_ not in task.apart}
    for id_, parts in task.apart.items():
        if id_ in slots:
            later = (slots[id_].at or 0) - (parts[0].at or 0)
            found.update((stop.id, Slot(stop.day, (stop.at or 0) + later)) for stop in parts)
    return found


def _both_ways(facts: Facts, task: Task, day: DayPlan, split: Split) -> Iterator[tuple[str, Slot]]:
    """A day on which the group splits up, at times that let everybody meet again."""
    day_id = task.days[day.index].id
    meeting = next((at for at, stop in enumerate(day.stops) if stop.visit == split.meet_before), len(day.stops))
    common = [(stop.visit, stop.start) for stop in day.stops]
    theirs = [[(stop.visit, stop.start) for stop in branch.stops] for branch in split.branches]
    before, parts, behind = settle_apart(task, day.index, common[:meeting], theirs, common[meeting:])
    for (name, _), begin in zip(common, (*before, *behind), strict=True):
        yield name, Slot(day_id, begin)
    for branch, order, begins in zip(split.branches, theirs, parts, strict=True):
        who = going(facts, branch.members)
        for (name, _), begin in zip(order, begins, strict=True):
            yield name, Slot(day_id, begin, who)


def _vetoed(facts: Facts, task: Task) -> list[PlanStop]:
    """Vetoed stops that were on a day: they are no part of the problem any more."""
    days = {day.id for day in task.days}
    return [
        stop
        for stop in facts.stops.values()
        if stop.day in days and stop.planned and not stop.who and stop.id not in task.stops and stop.id not in task.done
    ]


def _order_keys(facts: Facts, changed: Mapping[str, Slot]) -> dict[str, str]:
    """New order keys for as few stops as possible, so that each changed day is in the order of its times."""
    days = {slot.day for slot in changed.values() if slot.day}
    keys: dict[str, str] = {}
    for day_id in sorted(days):
        arriving = [facts.stops[id_] for id_, slot in changed.items() if slot.day == day_id]
        staying = [stop for stop in facts.on(day_id) if stop.id not in changed]
        timed = [(slot_of(stop, changed).at, stop) for stop in (*arriving, *staying)]
        ordered = [
            stop
            for at, stop in sorted(
                ((at, stop) for at, stop in timed if at is not None), key=lambda one: (one[0], one[1].order, one[1].id)
            )
        ]
        keys.update(_rekeyed([(stop.id, stop.order if stop.day == day_id else None) for stop in ordered]))
    return keys


def slot_of(stop: PlanStop, changed: Mapping[str, Slot]) -> Slot:
    return changed.get(stop.id, Slot(stop.day, stop.at))


def _rekeyed(ordered: Sequence[tuple[str, str | None]]) -> dict[str, str]:
    """Keys for those that are out of order or have none: the longest ascending run of keys is kept, unless what people
    typed leaves no room in it, as before "0" or between "a" and "a0"."""
    try:
        return _filled_in(ordered)
    except NoRoomError:
        fresh = keys_between(None, None, len(ordered))
        return {id_: key for (id_, _), key in zip(ordered, fresh, strict=True)}


def _filled_in(ordered: Sequence[tuple[str, str | None]]) -> dict[str, str]:
    """Keys between those of the longest ascending run. Raises NoRoomError where it leaves no room."""
    kept = _longest_run([key for _, key in ordered])
    found: dict[str, str] = {}
    low: str | None = None
    position = 0
    while position < len(ordered):
        if position in kept:
            low = ordered[position][1]
            position += 1
            continue
        end = next((later for later in range(position, len(ordered)) if later in kept), len(ordered))
        high = ordered[end][1] if end < len(ordered) else None
        names = [id_ for id_, _ in ordered[position:end]]
        found.update(zip(names, keys_between(low, high, len(names)), strict=True))
        low = found[names[-1]]
        position = end
    return found


def _longest_run(keys: Sequence[str | None]) -> set[int]:
    """Positions of the longest strictly ascending subsequence, by patience sorting (Fredman 1975)."""
    piles: list[str] = []
    tops: list[int] = []
    before: dict[int, int | None] = {}
    for position, key in enumerate(keys):
        if key is None:
            continue
        pile = bisect_left(piles, key)
        before[position] = tops[pile - 1] if pile else None
        piles[pile : pile + 1] = [key]
        tops[pile : pile + 1] = [position]
    kept: set[int] = set()
    at = tops[-1] if tops else None
    while at is not None:
        kept.add(at)
        at = before[at]
    return kept

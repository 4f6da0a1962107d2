"""The nodes of the search: each is a visit (or a pause at the start or end of a day) with one slot a day at most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .problem import Previous, Problem, Visit
from .slots import Hours, Slot, home_slot, near_slots, slots, vetoed_by

BEFORE, AFTER = "before", "after"


@dataclass(slots=True, eq=False, repr=False)
class Node:
    """`visit`: its index, or -1. `place`: its location; the number of locations: nowhere. `minutes` include a pause.

    `frozen`: the day on which it is kept as it is. `home`: the day and the end of it where a pause is.
    """

    visit: int
    place: int
    minutes: float
    slots: list[Slot | None]
    frozen: int | None = None
    home: tuple[int, str] | None = None


def make_nodes(problem: Problem, kept: Mapping[str, Previous]) -> list[Node]:
    """As few nodes as hold all slots of each visit, so that a node takes the same time on every day."""
    table: list[Node] = []
    starts = {item.visit: item for item in problem.previous if item.start is not None}
    hours = [Hours(day) for day in problem.days]
    kinds = [next(kind for kind, other in enumerate(hours) if one.like(other)) for one in hours]
    for index, visit in enumerate(problem.visits):
        stays = kept.get(visit.id)
        if stays is None and vetoed_by(problem, visit):
            continue
        found = _whenever(visit, hours, kinds) if stays is None else [slots(visit, day, stays) for day in hours]
        before = starts.get(visit.id)
        if stays is None and before is not None and before.start is not None:
            found[before.day] = near_slots(problem, found[before.day], before.start) + found[before.day]
        for pause, variants in _variants(found).items():
            minutes, frozen = visit.minutes + pause, None if stays is None else stays.day
            table += [Node(index, visit.location, minutes, variant, frozen) for variant in variants]
    return table + _home_pauses(problem, hours)


def _whenever(visit: Visit, hours: list[Hours], kinds: list[int]) -> list[list[Slot]]:
    """The slots of a visit on each day: the same ones where both the day and the windows are alike."""
    if visit.fixed is not None or visit.days is not None:
        return [slots(visit, day) for day in hours]
    known: dict[object, list[Slot]] = {}
    found = []
    for index, kind in enumerate(kinds):
        key = (kind, None if visit.windows is None else visit.windows[index])
        if key not in known:
            known[key] = slots(visit, hours[index])
        found.append(known[key])
    return found


def _variants(found: list[list[Slot]]) -> dict[float, list[list[Slot | None]]]:
    """The slots of each day dealt out to rows with one a day, by the minutes of the pause after the visit."""
    rows: dict[float, list[list[Slot | None]]] = {}
    for day, of_day in enumerate(found):
        used: dict[float, int] = {}
        for slot in of_day:
            pause = 0.0 if slot.pause is None else slot.pause.minutes
            variants = rows.setdefault(pause, [])
            number = used.get(pause, 0)
            if number == len(variants):
                variants.append([None] * len(found))
            variants[number][day] = slot
            used[pause] = number + 1
    return rows


def _home_pauses(problem: Problem, hours: list[Hours]) -> list[Node]:
    table = []
    nowhere = problem.travel.size
    for index, day in enumerate(problem.days):
        for pause in hours[index].pauses:
            for side, place in ((BEFORE, day.start_location), (AFTER, day.end_location)):
                own: list[Slot | None] = [None] * len(hours)
                own[index] = home_slot(day, pause)
                table.append(Node(-1, nowhere if place is None else place, pause.minutes, own, home=(index, side)))
    return table

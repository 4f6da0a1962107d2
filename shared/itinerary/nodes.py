"""The nodes of the search: each is a visit (or a pause at the start or end of a day) with one slot a day at most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .problem import Previous, Problem, Visit
from .slots import Hours, Slot, Start, bounds, home_start, kept_starts, near_starts, starts, vetoed_by

BEFORE, AFTER = "before", "after"
Variant = tuple[list[float | None], list[float | None], list[Slot | None]]


@dataclass(slots=True, eq=False, repr=False)
class Node:
    """`visit`: its index, or -1. `place`: its location; the number of locations: nowhere. `minutes` include a pause.

    `opens`/`lasts`/`slots`: for each day from when to when it may start, and as what; None: not at all.
    `frozen`: the day on which it is kept as it is. `home`: the day and the end of it where a pause is.
    """

    visit: int
    place: int
    minutes: float
    opens: list[float | None]
    lasts: list[float | None]
    slots: list[Slot | None]
    frozen: int | None = None
    home: tuple[int, str] | None = None


def make_nodes(problem: Problem, hours: list[Hours], kept: Mapping[str, Previous]) -> list[Node]:
    """As few nodes as hold all slots of each visit, so that a node takes the same time on every day."""
    table: list[Node] = []
    earlier = {item.visit: item for item in problem.previous if item.start is not None}
    kinds = [next(kind for kind, other in enumerate(hours) if one.like(other)) for one in hours]
    for index, visit in enumerate(problem.visits):
        stays = kept.get(visit.id)
        if stays is None and vetoed_by(problem, visit):
            continue
        found = _whenever(visit, hours, kinds) if stays is None else [kept_starts(visit, day, stays) for day in hours]
        before = earlier.get(visit.id)
        if stays is None and before is not None and before.start is not None:
            found[before.day] = near_starts(problem, found[before.day], before.start) + found[before.day]
        for pause, variants in _variants(found).items():
            minutes, frozen = visit.minutes + pause, None if stays is None else stays.day
            table += [Node(index, visit.location, minutes, *variant, frozen) for variant in variants]
    return table + _home_pauses(problem, hours)


def _whenever(visit: Visit, hours: list[Hours], kinds: list[int]) -> list[list[Start]]:
    """When a visit may start on each day: the same lists where both the day and the windows are alike."""
    limits = {kind: bounds(visit, hours[kind]) for kind in set(kinds)}
    if visit.fixed is not None or visit.days is not None:
        return [starts(visit, index, limits[kind]) for index, kind in enumerate(kinds)]
    known: dict[object, list[Start]] = {}
    found = []
    for index, kind in enumerate(kinds):
        key = (kind, None if visit.windows is None else visit.windows[index])
        if key not in known:
            known[key] = starts(visit, index, limits[kind])
        found.append(known[key])
    return found


def _variants(found: list[list[Start]]) -> dict[float, list[Variant]]:
    """When a visit may start, dealt out to rows with one stretch a day, by the minutes of the pause after the visit."""
    rows: dict[float, list[Variant]] = {}
    for day, of_day in enumerate(found):
        used: dict[float, int] = {}
        for start in of_day:
            slot = start[2]
            pause = 0.0 if slot.pause is None else slot.pause.minutes
            variants = rows.setdefault(pause, [])
            number = used.get(pause, 0)
            if number == len(variants):
                variants.append(_never(len(found)))
            opens, lasts, slots = variants[number]
            opens[day], lasts[day], slots[day] = start
            used[pause] = number + 1
    return rows


def _never(days: int) -> Variant:
    return [None] * days, [None] * days, [None] * days


def _home_pauses(problem: Problem, hours: list[Hours]) -> list[Node]:
    table = []
    nowhere = problem.travel.size
    for index, day in enumerate(problem.days):
        for pause in hours[index].pauses:
            for side, place in ((BEFORE, day.start_location), (AFTER, day.end_location)):
                own = _never(len(hours))
                own[0][index], own[1][index], own[2][index] = home_start(day, pause)
                table.append(Node(-1, nowhere if place is None else place, pause.minutes, *own, home=(index, side)))
    return table

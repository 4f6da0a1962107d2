"""The nodes of the search: each is a visit (or a pause at the start or end of a day) with one slot a day at most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .problem import Previous, Problem
from .slots import Slot, breaks, home_slot, near_slots, slots, vetoed_by

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
    days = len(problem.days)
    for index, visit in enumerate(problem.visits):
        stays = kept.get(visit.id)
        if stays is None and vetoed_by(problem, visit):
            continue
        lengths: dict[float, list[list[Slot]]] = {}
        for day in problem.days:
            found = slots(problem, visit, day, stays)
            before = starts.get(visit.id)
            if stays is None and before is not None and before.day == day.index and before.start is not None:
                found = near_slots(problem, found, before.start) + found
            for slot in found:
                pause = slot.pause.minutes if slot.pause is not None else 0.0
                lengths.setdefault(pause, [[] for _ in range(days)])[day.index].append(slot)
        for pause, per_day in lengths.items():
            for variant in range(max(len(found) for found in per_day)):
                table.append(
                    Node(
                        index,
                        visit.location,
                        visit.minutes + pause,
                        [found[variant] if variant < len(found) else None for found in per_day],
                        frozen=None if stays is None else stays.day,
                    )
                )
    return table + _home_pauses(problem)


def _home_pauses(problem: Problem) -> list[Node]:
    table = []
    nowhere = problem.travel.size
    for day in problem.days:
        for pause in breaks(day):
            for side, place in ((BEFORE, day.start_location), (AFTER, day.end_location)):
                own = [home_slot(day, pause) if other is day else None for other in problem.days]
                table.append(Node(-1, nowhere if place is None else place, pause.minutes, own, home=(day.index, side)))
    return table

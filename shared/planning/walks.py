"""The ways of a day, for everybody or, where the group splits up, for each part of it. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from shared.planning.facts import Facts
from shared.planning.placing import Slot
from shared.planning.task import Task
from shared.planning.timing import on_the_way, standing

Path = tuple[str, ...]


def travel_minutes(facts: Facts, task: Task, day: int, slots: Mapping[str, Slot]) -> dict[str, Any]:
    """Minutes on the way `before` and `after`, the mean over the travellers."""
    before = _paths(facts, ((stop.id, stop.who) for one in standing(task, day) for stop in task.behind(one.id)))
    after = _paths(facts, _after(task, day, slots))
    return {"dayId": task.days[day].id, "before": _mean(task, day, before), "after": _mean(task, day, after)}


def legs(facts: Facts, task: Task, day: int, slots: Mapping[str, Slot]) -> list[dict[str, Any]]:
    """The ways from stop to stop: ids, `mode`, `minutes` and `metres`, each once; none to what has no place."""
    paths = _paths(facts, _after(task, day, slots))
    pairs = dict.fromkeys(pair for path in paths for pair in pairwise(path))
    placed = [(one, other) for one, other in pairs if facts.stops[one].point and facts.stops[other].point]
    return [_leg(task, one, other) for one, other in placed]


def _after(task: Task, day: int, slots: Mapping[str, Slot]) -> list[tuple[str, Path]]:
    """The stops that stand on a day in the end, by time, and who goes (nobody named: everybody)."""
    known = {stop.id: stop for id_ in task.stops for stop in task.behind(id_)}
    day_id = task.days[day].id
    found = [
        (slot.at or 0, id_, slot.who or known[id_].who)
        for id_, slot in slots.items()
        if slot.day == day_id and id_ in known
    ]
    return [(id_, who) for _, id_, who in sorted(found)]


def _paths(facts: Facts, stops: Iterable[tuple[str, Path]]) -> Counter[Path]:
    """Which stops people go to, in order, and how many go that way."""
    own = list(stops)
    return Counter(tuple(id_ for id_, who in own if not who or person in who) for person in facts.travellers)


def _mean(task: Task, day: int, paths: Counter[Path]) -> int:
    return round(sum(on_the_way(task, day, path) * people for path, people in paths.items()) / paths.total())


def _leg(task: Task, one: str, other: str) -> dict[str, Any]:
    a, b = task.ways.location[one], task.ways.location[other]
    mode = task.problem.travel.choose(a, b)
    minutes, metres = round(mode.minutes[a][b]), round(mode.metres[a][b]) if mode.metres else 0
    return {"from": one, "to": other, "mode": mode.name, "minutes": minutes, "metres": metres}

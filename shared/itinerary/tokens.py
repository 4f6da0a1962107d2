"""What is limited in number: a visit to once, groups, meals, stops and kinds of a day, breaks. Each is a token with a
capacity."""

from __future__ import annotations

from collections.abc import Sequence

from .nodes import Node
from .problem import Day, Problem, Visit
from .slots import Slot

Rows = list[list[tuple[int, ...]]]


class _Tokens:
    """Tokens numbered in the order in which they are first asked for."""

    def __init__(self) -> None:
        self.numbers: dict[tuple[str, ...], int] = {}
        self.capacity: list[int] = []

    def __call__(self, room: int, *key: str) -> int:
        number = self.numbers.setdefault(key, len(self.capacity))
        if number == len(self.capacity):
            self.capacity.append(room)
        return number


def count_tokens(
    problem: Problem, table: list[Node], slots: Sequence[Sequence[Slot | None]]
) -> tuple[Rows, list[int], list[tuple[str, ...]]]:
    """Per day and node the tokens it uses, equal rows as one and the same list; the capacity and the name of each
    token. `slots`: those of the nodes on each day."""
    token = _Tokens()
    kinds = [None if node.visit < 0 else _kind(problem, problem.visits[node.visit]) for node in table]
    always = [_always(problem, token, node, k) for k, node in enumerate(table)]
    known: dict[tuple[tuple[int, ...], ...], list[tuple[int, ...]]] = {}
    rows = []
    for day, found in zip(problem.days, slots, strict=True):
        keys = list(zip(kinds, found, strict=True))
        of_day = {key: _on_day(problem, token, day, *key) for key in dict.fromkeys(keys)}
        row = [own + of_day[key] for own, key in zip(always, keys, strict=True)]
        rows.append(known.setdefault(tuple(row), row))
    return rows, token.capacity, list(token.numbers)


def counts_not_as_kind(visit: Visit) -> bool:
    return visit.must or visit.fixed is not None or bool(visit.meals)


def _kind(problem: Problem, visit: Visit) -> str:
    """The kind as which the visit counts; empty: as none."""
    limited = problem.max_same_kind_per_day is not None and not counts_not_as_kind(visit)
    return visit.kind if limited else ""


def _always(problem: Problem, token: _Tokens, node: Node, number: int) -> tuple[int, ...]:
    """What a node uses on whatever day."""
    if node.visit < 0:
        return (token(1, "pause", str(number)),)
    group = problem.visits[node.visit].group
    once = token(1, "visit", str(node.visit))
    return (once,) if group is None else (once, token(1, "group", group))


def _on_day(problem: Problem, token: _Tokens, day: Day, kind: str | None, slot: Slot | None) -> tuple[int, ...]:
    """What a node uses of a day's own limits. `kind`: None where it is no visit."""
    found = []
    if slot is not None and slot.meal is not None:
        found.append(token(1, "meal", str(day.index), slot.meal))
    if kind is not None and day.max_stops is not None:
        found.append(token(day.max_stops, "stops", str(day.index)))
    if kind and problem.max_same_kind_per_day is not None:
        found.append(token(problem.max_same_kind_per_day, "kind", str(day.index), kind))
    if slot is not None and slot.pause is not None:
        found.append(token(1, "break", str(day.index), slot.pause.name))
    return tuple(found)

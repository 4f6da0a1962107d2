"""Descent to a plan that no small change betters: visits that change places between days, give way to one that is out,
move elsewhere, or are added (swap, replace, relocate and insert of Vansteenwegen et al. 2009).

All are read from one table: what it costs to put each candidate into a day from which one stop, or none, is gone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from .engine import Search
from .legs import FAR
from .objective import Objective

NONE = -1
LEAST = 1e-6


class Part(NamedTuple):
    """A day, the stop that leaves it and what comes at a place of what is left; -1: nothing."""

    day: int
    gone: int
    node: int = NONE
    place: int = 0


@dataclass(slots=True, eq=False, repr=False)
class Row:
    """A day without a stop: the worth that leaves with it, less the way that is spared, and for each candidate that
    then fits what the way by it costs, and its place."""

    loss: float
    ways: dict[int, tuple[float, int]]


class Descent:
    """Changes the plan of a search, by the smooth value of an objective."""

    def __init__(self, search: Search, objective: Objective) -> None:
        self.search, self.objective = search, objective
        self.rows: list[dict[int, Row]] = []
        self.built: list[list[int]] = []

    def run(self, halt: Callable[[], bool]) -> bool:
        """Change the plan until nothing is gained, or until `halt` says so, which is asked before each change; whether
        it changed at all. The objective has valued the plan when this returns."""
        search, objective = self.search, self.objective
        days = range(len(search.routes))
        self.rows, self.built = [{} for _ in days], [[] for _ in days]
        objective(search)
        changed, again = False, True
        while again and not halt():
            again = False
            if self._tabulate(halt):
                return changed
            touched: set[int] = set()
            for _, parts in self._promising():
                if halt():
                    break
                if touched.isdisjoint(part.day for part in parts) and self._apply(parts):
                    touched.update(part.day for part in parts)
                    changed = again = True
        objective(search)
        return changed

    def _apply(self, parts: tuple[Part, ...]) -> bool:
        """Make a change if it holds and is a gain."""
        search, before = self.search, self.objective.smooth
        saved = search.save()
        for part in parts:
            if part.gone != NONE:
                search.routes[part.day] = [node for node in search.routes[part.day] if node != part.gone]
                search.release(part.day, part.gone)
        for part in parts:
            if part.node != NONE:
                if search.blocked[part.day][part.node] or search.model.cost[part.node] > search.money:
                    search.restore(saved)
                    return False
                search.insert(part.day, part.place, part.node)
            else:
                search.schedule(part.day)
        if all(search.feasible(part.day) for part in parts):
            self.objective(search)
            if self.objective.smooth > before + LEAST:
                return True
        search.restore(saved)
        self.objective.smooth = before
        return False

    def _tabulate(self, halt: Callable[[], bool]) -> bool:
        """Bring the table up to date; whether `halt` ended that."""
        search, objective = self.search, self.objective
        rows = objective.rows(search)
        self.worth = [rows[group] for group in objective.groups]
        for day, route in enumerate(search.routes):
            if self.built[day] is not route:
                if halt():
                    return True
                self.built[day] = route
                base = 1 + len(search.model.base[day])
                self.rows[day] = {NONE: self._row(day, NONE, base)}
                for node in route[base:-1]:
                    self.rows[day][node] = self._row(day, node, base)
        return False

    def _row(self, day: int, gone: int, base: int) -> Row:
        search = self.search
        arcs, tolls = search.arcs[day], search.model.tolls
        whole, starts, lates = search.routes[day], search.starts[day], search.lates[day]
        spared = 0.0
        if gone != NONE:
            whole, starts, lates = self._without(day, whole.index(gone))
            if any(start > late for start, late in zip(starts, lates, strict=True)):
                return Row(FAR, {})
            if tolls is not None:
                spared = search.tolls[day] - sum([tolls[a][b] for a, b in pairwise(whole)])
        opens, lasts = arcs.opens, arcs.lasts
        candidates = arcs.candidates
        ways: dict[int, tuple[float, int]] = {}
        for place in range(base, len(whole)):
            before, after = whole[place - 1], whole[place]
            start, late = starts[place - 1], lates[place]
            reach, column = arcs.reach[before], arcs.columns[after]
            if tolls is not None:
                there, back, direct = tolls[before], tolls, tolls[before][after]
            for k in candidates:
                at = start + reach[k]
                if at > lasts[k]:
                    continue
                if at < opens[k]:
                    at = opens[k]
                if at + column[k] > late:
                    continue
                more = there[k] + back[k][after] - direct if tolls is not None else 0.0
                if k not in ways or more < ways[k][0]:
                    ways[k] = more, place
        return Row(spared, ways)

    def _without(self, day: int, place: int) -> tuple[list[int], list[int], list[int]]:
        """A day's route without a stop, and its earliest and latest starts."""
        search = self.search
        arcs, route = search.arcs[day], search.routes[day]
        kept = [*route[:place], *route[place + 1 :]]
        starts, lates = search.starts[day][:place], search.lates[day][place + 1 :]
        for before, node in pairwise(kept[place - 1 :]):
            starts.append(max(starts[-1] + arcs.reach[before][node], search.model.opens[day][node]))
        late, after, earlier = lates[0], kept[place], []
        for node in reversed(kept[:place]):
            late = min(late - arcs.reach[node][after], search.model.lasts[day][node])
            earlier.append(late)
            after = node
        return kept, starts, [*reversed(earlier), *lates]

    def _promising(self) -> list[tuple[float, tuple[Part, ...]]]:
        """What would be a gain if shares changed in proportion, the largest first."""
        found: list[tuple[float, tuple[Part, ...]]] = []
        home = {node: day for day, rows in enumerate(self.rows) for node in rows if node != NONE}
        cost, money = self.search.model.cost, self.search.money
        for day, rows in enumerate(self.rows):
            worth, blocked = self.worth[day], self.search.blocked[day]
            for gone, row in rows.items():
                base = row.loss - (worth[gone] if gone != NONE else 0.0)
                room = money + (cost[gone] if gone != NONE else 0)
                for k, (more, place) in row.ways.items():
                    other = home.get(k)
                    if other is None:
                        gain = base + worth[k] - more
                        if gain > LEAST and cost[k] <= room and not (gone == NONE and blocked[k]):
                            found.append((gain, (Part(day, gone, k, place),)))
                    elif k == gone:
                        if row.loss - more > LEAST:
                            found.append((row.loss - more, (Part(day, gone, k, place),)))
                    elif other != day and (gone == NONE or other > day):
                        leaving = self.rows[other][k]
                        gain = base + leaving.loss + worth[k] - self.worth[other][k] - more
                        if gone == NONE:
                            if gain > LEAST:
                                found.append((gain, (Part(other, k), Part(day, NONE, k, place))))
                        elif gone in leaving.ways:
                            back, where = leaving.ways[gone]
                            gain += self.worth[other][gone] - back
                            if gain > LEAST:
                                found.append((gain, (Part(day, gone, k, place), Part(other, k, gone, where))))
        found.sort(key=lambda one: -one[0])
        return found

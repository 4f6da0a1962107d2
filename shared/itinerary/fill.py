"""Greedy insertion: the visit with the most weight for what it takes, again and again, until none fits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from .engine import Search, bits
from .legs import Rows

GREAT = 1e9
Times = tuple[int, int]
Leg = list[tuple[float, int]]


def _more(tolls: Rows, before: int, node: int, after: int) -> float:
    """What the way by a node costs more than the direct one."""
    return tolls[before][node] + tolls[node][after] - tolls[before][after]


@dataclass(slots=True, eq=False, repr=False)
class Known:
    """What is known of the full plan before stops were removed: for each day that lost some, the start and the latest
    start around each leg; which candidates were free on each day; the money left."""

    legs: list[dict[tuple[int, int], Times] | None]
    open: list[int]
    money: float


class Filler:
    """Fills the plan of a search. `legs[d][a]`: the candidates of the leg that begins at node a of day d, by ratio of
    weight to what they take when last looked at, best last. An insertion only takes room away, so these lists stay
    supersets, and only the best has to be looked at again. `crowding[d]`: what a stop counts as taking at least, where
    the number of stops is limited, so that short ones go elsewhere."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self.crowding = [0.0] * len(search.routes)
        self.limited = bool(search.model.walks) or search.model.fares is not None
        days = range(len(search.routes))
        self.legs: list[dict[int, Leg]] = [{} for _ in days]
        self.tops: list[tuple[float, int, int]] = [(0.0, -1, -1) for _ in days]

    def fill(
        self,
        weights: list[list[float]],
        worth: list[list[float]],
        known: Known | None,
        halt: Callable[[], bool],
        blind: Callable[[], bool] | None = None,
    ) -> None:
        """Insert until nothing fits, or until `halt` says so, which is asked before each insertion and each day's first
        look. `weights[d][k]`: how much a candidate is wanted on a day, `worth[d][k]`: what it adds to the value, from
        which the way there is taken.

        `known`: a full plan that this one came from by removing stops. Where a leg has kept its time, only what became
        free or affordable since can fit. `blind` says whether to pass over the insertion that is the best, so that room
        may be left (blinks, after Christiaens and Vanden Berghe 2020).
        """
        search, tops = self.search, self.tops
        self.weights = weights
        tolls = search.model.tolls
        days = range(len(search.routes))
        for day in days:
            if halt():
                return
            self._look(day, known)
        while not halt():
            chosen = max(days, key=tops.__getitem__, default=-1)
            if chosen < 0 or tops[chosen][0] <= 0.0:
                return
            _, node, before = tops[chosen]
            place = search.routes[chosen].index(before) + 1
            after = search.routes[chosen][place]
            if blind is not None and blind():
                self._refuse(chosen, before, after, place)
                continue
            if tolls is not None and _more(tolls, before, node, after) >= worth[chosen][node]:
                self._refuse(chosen, before, after, place)
                continue
            search.insert(chosen, place, node)
            self._look_again(chosen, before, node)
            for day in days:
                if day != chosen and self.legs[day]:
                    self._look_elsewhere(day)

    def _look(self, day: int, known: Known | None) -> None:
        """Find what fits anywhere in a day."""
        search = self.search
        starts, lates = search.starts[day], search.lates[day]
        arcs, kind, money = search.arcs[day], search.kind[day], search.money
        legs: dict[int, Leg] = {}
        same: dict[tuple[int, int], Times] | None = {}
        fresh: list[int] = []
        if known is not None and search.model.fares is None:
            free = search.open[kind] & arcs.mask & search.affordable(money)
            fresh = bits(free & ~(known.open[kind] & search.affordable(known.money)))
            same = known.legs[day]
            if same is not None and self.limited:
                same = {}
        if same is not None or fresh:
            blocked, cost = search.blocked[day], search.model.cost
            nodes = [k for k in arcs.candidates if not blocked[k] and cost[k] <= money] if same is not None else fresh
            for at, (before, after) in enumerate(pairwise(search.routes[day])):
                start, late = starts[at], lates[at + 1]
                if same is None or same.get((before, after)) == (start, late):
                    found = self._scan(day, before, after, start, late, fresh) if fresh else None
                elif arcs.tabled:
                    found = self._scan_table(day, before, after, start, late)
                else:
                    found = self._scan(day, before, after, start, late, nodes)
                if found:
                    legs[before] = found
        self.legs[day] = legs
        self._top(day)

    def _top(self, day: int) -> None:
        top = (0.0, -1, -1)
        for before, leg in self.legs[day].items():
            ratio, node = leg[-1]
            if ratio > top[0]:
                top = ratio, node, before
        self.tops[day] = top

    def _scan(self, day: int, before: int, after: int, start: int, late: int, nodes: list[int]) -> Leg:
        """The candidates among free nodes that fit between two stops, best last."""
        arcs, weights = self.search.arcs[day], self.weights[day]
        row, column, opens, lasts = arcs.reach[before], arcs.columns[after], arcs.opens, arcs.lasts
        if self.limited:
            nodes = [k for k in nodes if self.search.leg_fits(day, before, k, after)]
        direct, crowding = start + row[after], self.crowding[day]
        fitting = []
        for k in nodes:
            at = start + row[k]
            if at > lasts[k]:
                continue
            if at < opens[k]:
                at = opens[k]
            at += column[k]
            if at > late:
                continue
            taken: float = at - direct
            if taken < crowding:
                taken = crowding
            fitting.append((weights[k] / taken if taken > 0 else GREAT * weights[k], k))
        fitting.sort()
        return fitting

    def _scan_table(self, day: int, before: int, after: int, start: int, late: int) -> Leg:
        """The same with the most promising candidates of the leg only, free or not."""
        search, weights = self.search, self.weights[day]
        entries = search.arcs[day].between(before, after)
        blocked, cost, money = search.blocked[day], search.model.cost, search.money
        if self.limited:
            entries = [entry for entry in entries if search.leg_fits(day, before, entry[1], after)]
        direct, crowding = search.model.reach[before][after], self.crowding[day]
        room = late - start
        fitting = []
        for latest, k, through, waited in entries:
            if latest < start:
                break
            if through <= room and waited <= late and not blocked[k] and cost[k] <= money:
                longer = through - direct
                waits = waited - start - direct
                taken: float = waits if waits > longer else longer
                if taken < crowding:
                    taken = crowding
                fitting.append((weights[k] / taken if taken > 0 else GREAT * weights[k], k))
        fitting.sort()
        return fitting

    def _look_again(self, day: int, first: int, node: int) -> None:
        """Bring a day up to date after an insertion of a node behind `first`."""
        search, legs = self.search, self.legs[day]
        starts, lates = search.starts[day], search.lates[day]
        arcs, blocked, cost, money = search.arcs[day], search.blocked[day], search.model.cost, search.money
        options = [k for _, k in legs.pop(first) if not blocked[k] and cost[k] <= money]
        for at, (before, after) in enumerate(pairwise(search.routes[day])):
            start, late = starts[at], lates[at + 1]
            if before in (first, node):
                if arcs.tabled:
                    found = self._scan_table(day, before, after, start, late)
                else:
                    found = self._scan(day, before, after, start, late, options)
                if found:
                    legs[before] = found
                continue
            leg = legs.get(before)
            if leg is not None:
                self._prune(day, before, after, start, late, leg)
                if not leg:
                    del legs[before]
        self._top(day)

    def _refuse(self, day: int, before: int, after: int, place: int) -> None:
        """Drop the best candidate of a leg."""
        leg = self.legs[day][before]
        leg.pop()
        self._prune(day, before, after, self.search.starts[day][place - 1], self.search.lates[day][place], leg)
        if not leg:
            del self.legs[day][before]
        self._top(day)

    def _prune(self, day: int, before: int, after: int, start: int, late: int, leg: Leg) -> None:
        """Drop candidates from the end of a list until the last one fits."""
        search = self.search
        arcs, blocked, cost, money = search.arcs[day], search.blocked[day], search.model.cost, search.money
        row, column, opens, lasts = arcs.reach[before], arcs.columns[after], arcs.opens, arcs.lasts
        while leg:
            k = leg[-1][1]
            arrive = start + row[k]
            if arrive < opens[k]:
                arrive = opens[k]
            holds = arrive <= lasts[k] and arrive + column[k] <= late and not blocked[k] and cost[k] <= money
            if holds and not (self.limited and not search.leg_fits(day, before, k, after)):
                return
            leg.pop()

    def _look_elsewhere(self, day: int) -> None:
        """Bring a day up to date after an insertion into another one."""
        search, legs = self.search, self.legs[day]
        blocked, money, cost = search.blocked[day], search.money, search.model.cost
        gone = [before for before, leg in legs.items() if blocked[k := leg[-1][1]] or cost[k] > money]
        if search.model.fares is not None:
            gone = list(legs)
        if not gone:
            return
        route, starts, lates = search.routes[day], search.starts[day], search.lates[day]
        for before in gone:
            at = route.index(before)
            self._prune(day, before, route[at + 1], starts[at], lates[at + 1], legs[before])
            if not legs[before]:
                del legs[before]
        self._top(day)

"""Greedy insertion: the visit with the most weight for the time it costs, again and again, until none fits."""

from __future__ import annotations

from dataclasses import dataclass

from .engine import NOTHING, Best, Entry, Search

GREAT = 1e9
MOST_LEGS = 20_000
Leg = tuple[int, int]


@dataclass(slots=True)
class Known:
    """What is known of the plan before stops were removed: for each day that lost some, the start and the latest start
    around each leg."""

    legs: list[dict[Leg, tuple[int, int]] | None]
    removed: list[int]


def scan(
    entries: list[Entry],
    start: int,
    late: int,
    direct: int,
    weights: list[float],
    blocked: list[int],
    cost: list[int],
    money: float,
) -> tuple[list[Entry], Best]:
    """The entries that fit between two stops, and the best of them. `direct`: when the second is reached without."""
    fitting = []
    most = 0.0
    node = -1
    best = None
    room = late - start
    for entry in entries:
        latest, k, through, waited = entry
        if latest < start:
            break
        if through <= room and waited <= late and not blocked[k] and cost[k] <= money:
            fitting.append(entry)
            shift = start + through
            if shift < waited:
                shift = waited
            shift -= direct
            ratio = weights[k] / shift if shift > 0 else GREAT * weights[k]
            if ratio > most:
                most, node, best = ratio, k, entry
    return fitting, (most, node, best)


class Filler:
    """Fills the plan of a search. `entries[d][p]` are candidates that fitted after position p of day d when last looked
    at, `bests[d][p]` the best of them; an insertion only takes room away, so both stay supersets until looked at
    again."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self.limited = bool(search.model.walks) or search.model.fares is not None
        self.free = search.model.free
        self.timely: dict[tuple[int, int, int, int, int], list[Entry]] = {}
        self.entries: list[list[list[Entry]]] = []
        self.bests: list[list[Best]] = []
        self.weights: list[list[float]] = []

    def fill(self, weights: list[list[float]], known: Known | None = None) -> None:
        """Insert until nothing fits. `weights[d][k]`: how much a candidate is wanted on a day.

        `known`: a full plan that this one came from by removing stops. Where a leg has kept its time, only what was
        removed can fit, unless stops share something that is limited.
        """
        search, bests = self.search, self.bests
        self.weights = weights
        days = range(len(search.routes))
        self.entries.clear()
        bests.clear()
        for day in days:
            self._look(day, known)
        while True:
            top, chosen = 0.0, -1
            for day in days:
                ratio = max(bests[day])[0]
                if ratio > top:
                    top, chosen = ratio, day
            if chosen < 0:
                return
            best = max(bests[chosen])
            place = bests[chosen].index(best)
            search.insert(chosen, place + 1, best[1])
            self._look_again(chosen, place)
            for day in days:
                if day != chosen:
                    self._look_elsewhere(day)

    def _scan(self, day: int, place: int, entries: list[Entry]) -> tuple[list[Entry], Best]:
        search = self.search
        route, start = search.routes[day], search.starts[day][place]
        before, after = route[place], route[place + 1]
        late, direct = search.lates[day][place + 1], start + search.model.reach[before][after]
        if self.limited:
            entries = [entry for entry in entries if search.leg_fits(day, before, entry[1], after)]
        cost, money = search.model.cost, search.money
        return scan(entries, start, late, direct, self.weights[day], search.blocked[day], cost, money)

    def _timely(self, day: int, before: int, after: int, start: int, late: int) -> list[Entry]:
        """What has time on a leg, free or not, affordable or not."""
        key = (day, before, after, start, late)
        found = self.timely.get(key)
        if found is None:
            if len(self.timely) > MOST_LEGS:
                self.timely.clear()
            found = [
                entry
                for entry in self.search.arcs[day].between(before, after)
                if entry[0] >= start and start + entry[2] <= late and entry[3] <= late
            ]
            self.timely[key] = found
        return found

    def _look(self, day: int, known: Known | None) -> None:
        """Find what fits anywhere in a day."""
        search = self.search
        route, arcs, reach = search.routes[day], search.arcs[day], search.model.reach
        weights, blocked = self.weights[day], search.blocked[day]
        cost, money = search.model.cost, search.money
        few = known is not None and self.free
        removed = known.removed if known is not None else []
        legs = known.legs[day] if known is not None else None
        entries, bests = [], []
        before = route[0]
        legs_of_day = zip(route[1:], search.starts[day], search.lates[day][1:], strict=False)
        for place, (after, start, late) in enumerate(legs_of_day):
            if few and (legs is None or legs.get((before, after)) == (start, late)):
                options = arcs.some_between(before, after, removed, start, late)
            elif self.free:
                options = arcs.between(before, after)
            else:
                options = self._timely(day, before, after, start, late)
            if not options:
                fitting, best = options, NOTHING
            elif self.limited:
                fitting, best = self._scan(day, place, options)
            else:
                direct = start + reach[before][after]
                fitting, best = scan(options, start, late, direct, weights, blocked, cost, money)
            entries.append(fitting)
            bests.append(best)
            before = after
        self.entries.append(entries)
        self.bests.append(bests)

    def _look_again(self, day: int, place: int) -> None:
        """Bring a day up to date after an insertion behind `place`."""
        search = self.search
        route, starts, lates = search.routes[day], search.starts[day], search.lates[day]
        entries, bests, arcs, blocked = self.entries[day], self.bests[day], search.arcs[day], search.blocked[day]
        cost, money = search.model.cost, search.money
        entries.insert(place, [])
        bests.insert(place, NOTHING)
        for at, (start, late, (_, node, entry)) in enumerate(zip(starts, lates[1:], bests, strict=False)):
            if at == place or at == place + 1:
                entries[at], bests[at] = self._scan(day, at, arcs.between(route[at], route[at + 1]))
            elif entry is not None and (
                self.limited
                or blocked[node]
                or cost[node] > money
                or start > entry[0]
                or start + entry[2] > late
                or entry[3] > late
            ):
                entries[at], bests[at] = self._scan(day, at, entries[at])

    def _look_elsewhere(self, day: int) -> None:
        """Bring a day up to date after an insertion into another one."""
        blocked, money, cost = self.search.blocked[day], self.search.money, self.search.model.cost
        entries, bests = self.entries[day], self.bests[day]
        for at, (_, node, _) in enumerate(bests):
            if node >= 0 and (blocked[node] or cost[node] > money):
                entries[at], bests[at] = self._scan(day, at, entries[at])

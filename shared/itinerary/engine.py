"""The plan under change: routes, their time slack, and greedy insertion that looks only where something moved.

Between two neighbours of a route, `D`, `A` and `B` of a candidate say in constant time whether it fits (push forward,
after Vansteenwegen et al. 2009): the route's start at the first neighbour must not be after D, and the second one is
reached at the later of start + A (no wait) and B (after a wait), which must not be after the latest start there.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from math import inf
from operator import le

from .model import Model

Routes = list[list[int]]
Entry = tuple[int, int, int, int]
Saved = tuple[Routes, list[list[int]], list[list[int]], list[list[float]], list[int], list[float]]

NEIGHBOURS = 40
MOST_ENTRIES = 150_000
FEW = 90


def bits(mask: int) -> list[int]:
    """The numbers of the bits that are set."""
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found


class Arcs:
    """For days with the same windows: the candidates that can go between two nodes, most promising first kept."""

    def __init__(self, model: Model, day: int) -> None:
        self.reach, self.columns = model.reach, model.columns
        self.opens, self.lasts, self.gain = model.opens[day], model.lasts[day], model.gain[day]
        first, last = model.nodes + 2 * day, model.nodes + 2 * day + 1
        opens, lasts, reach = self.opens, self.lasts, model.reach
        begin, end = opens[first], lasts[last]
        self.earliest = [max(opens[k], begin + reach[first][k]) for k in range(model.nodes)]
        self.candidates = [
            k for k, at in enumerate(self.earliest) if model.wanted[k] and at <= lasts[k] and at + reach[k][last] <= end
        ]
        self.earliest += [begin] * (len(opens) - model.nodes)
        self.mask = sum(1 << k for k in self.candidates)
        self.tabled = len(self.candidates) > FEW or model.free
        self.table: dict[int, list[Entry]] = {}
        self.size = len(opens)
        self.entries = 0

    def between(self, a: int, b: int) -> list[Entry]:
        """Entries (D, node, A, B), latest D first."""
        key = a * self.size + b
        found = self.table.get(key)
        if found is None:
            found = self._build(a, b)
            self.entries += len(found)
            if self.entries > MOST_ENTRIES:
                self.table.clear()
                self.entries = len(found)
            self.table[key] = found
        return found

    def _build(self, a: int, b: int) -> list[Entry]:
        row, column = self.reach[a], self.columns[b]
        opens, lasts = self.opens, self.lasts
        last, earliest = lasts[b], self.earliest[a]
        found = []
        for k in self.candidates:
            onward = column[k]
            waited = opens[k] + onward
            if waited > last or k in (a, b):
                continue
            there = row[k]
            through = there + onward
            latest = min(lasts[k] - there, last - through)
            if latest >= earliest:
                found.append((latest, k, through, waited))
        if len(found) > NEIGHBOURS:
            direct, gain = row[b], self.gain
            found.sort(key=lambda entry: max(entry[2] - direct, entry[3] - last, 1) / max(gain[entry[1]], 1e-9))
            del found[NEIGHBOURS:]
        found.sort(reverse=True)
        return found


class Search:
    """A feasible plan: `routes[d]` is day d from its start node to its end node, with earliest and latest starts."""

    def __init__(self, model: Model) -> None:
        self.model = model
        shared: dict[int, Arcs] = {}
        for day, kind in enumerate(model.alike):
            if kind not in shared:
                shared[kind] = Arcs(model, day)
        self.arcs = [shared[kind] for kind in model.alike]
        kinds = sorted(set(model.alike))
        self.kind = [kinds.index(kind) for kind in model.alike]
        rows = [[0] * model.nodes for _ in kinds]
        self.blocked = [rows[kind] for kind in self.kind]
        self.open = [(1 << model.nodes) - 1 for _ in kinds]
        self.users: list[list[tuple[int, list[int], int]]] = [[] for _ in model.capacity]
        for kind, day in enumerate(kinds):
            for node, tokens in enumerate(model.tokens[day]):
                for token in tokens:
                    self.users[token].append((kind, rows[kind], node))
        self.left = list(model.capacity)
        for token, room in enumerate(self.left):
            if room <= 0:
                self._shut(token)
        self.prices = sorted(set(model.cost))
        self.within = [sum(1 << k for k, cost in enumerate(model.cost) if cost <= price) for price in self.prices]
        self.money: float = inf if model.budget is None else model.budget
        self.routes: Routes = []
        self.starts: list[list[int]] = []
        self.lates: list[list[int]] = []
        self.walked = [[0.0] * len(model.alike) for _ in model.walks]
        self.fares = [0] * len(model.alike)
        self.tolls = [0.0] * len(model.alike)
        for day, nodes in enumerate(model.base):
            self.routes.append(model.whole(day, nodes))
            self.starts.append([])
            self.lates.append([])
            for node in nodes:
                self.take(day, node)
            self.schedule(day)

    def plan(self) -> Routes:
        """The nodes of each day, in order."""
        return [route[1:-1] for route in self.routes]

    def load(self, plan: Routes) -> None:
        """Replace the plan by another feasible one."""
        for day, route in enumerate(self.routes):
            for node in route[1:-1]:
                self.release(day, node)
        for day, nodes in enumerate(plan):
            self.routes[day] = self.model.whole(day, nodes)
            for node in nodes:
                self.take(day, node)
            self.schedule(day)

    def save(self) -> Saved:
        """The plan as it is, cheap to return to: routes and times are replaced, never changed in place."""
        walked = [list(walked) for walked in self.walked]
        return list(self.routes), list(self.starts), list(self.lates), walked, list(self.fares), list(self.tolls)

    def restore(self, saved: Saved) -> None:
        routes, starts, lates, walked, fares, tolls = saved
        for day, (now, before) in enumerate(zip(self.routes, routes, strict=True)):
            if now is not before:
                keep = set(before)
                for node in now:
                    if node in keep:
                        keep.discard(node)
                    else:
                        self.release(day, node)
                for node in keep:
                    self.take(day, node)
        self.routes, self.starts, self.lates = list(routes), list(starts), list(lates)
        self.walked = [list(row) for row in walked]
        self.money += sum(self.fares) - sum(fares)
        self.fares, self.tolls = list(fares), list(tolls)

    def take(self, day: int, node: int) -> None:
        left = self.left
        for token in self.model.tokens[day][node]:
            left[token] -= 1
            if left[token] == 0:
                self._shut(token)
        self.money -= self.model.cost[node]

    def release(self, day: int, node: int) -> None:
        left = self.left
        for token in self.model.tokens[day][node]:
            if left[token] == 0:
                self._reopen(token)
            left[token] += 1
        self.money += self.model.cost[node]

    def _shut(self, token: int) -> None:
        for kind, row, node in self.users[token]:
            if row[node] == 0:
                self.open[kind] ^= 1 << node
            row[node] += 1

    def _reopen(self, token: int) -> None:
        for kind, row, node in self.users[token]:
            row[node] -= 1
            if row[node] == 0:
                self.open[kind] ^= 1 << node

    def affordable(self, money: float) -> int:
        """The candidates that cost no more, as bits."""
        place = bisect_right(self.prices, money)
        return self.within[place - 1] if place else 0

    def schedule(self, day: int) -> None:
        """Recompute starts, latest starts, walking, fares and tolls of a day; it has time for all its stops if
        no start is later than the latest."""
        model = self.model
        route, opens, lasts, reach = self.routes[day], model.opens[day], model.lasts[day], model.reach
        here = route[0]
        now = opens[here]
        starts = [now]
        for node in route[1:]:
            now += reach[here][node]
            if now < opens[node]:
                now = opens[node]
            starts.append(now)
            here = node
        late = lasts[here]
        lates = [late]
        for node in route[-2::-1]:
            late -= reach[node][here]
            if late > lasts[node]:
                late = lasts[node]
            lates.append(late)
            here = node
        lates.reverse()
        self.starts[day], self.lates[day] = starts, lates
        for (matrix, _), walked in zip(model.walks, self.walked, strict=True):
            walked[day] = sum([matrix[a][b] for a, b in pairwise(route)])
        if model.fares is not None:
            fares = model.fares
            paid = sum([fares[a][b] for a, b in pairwise(route)])
            self.money -= paid - self.fares[day]
            self.fares[day] = paid
        if model.tolls is not None:
            tolls = model.tolls
            self.tolls[day] = sum([tolls[a][b] for a, b in pairwise(route)])

    def feasible(self, day: int) -> bool:
        """Whether the day still holds after stops were removed: shorter is neither faster nor cheaper where travel
        breaks the triangle inequality."""
        if self.money < 0 or not all(map(le, self.starts[day], self.lates[day])):
            return False
        return all(
            walked[day] <= limits[day] for (_, limits), walked in zip(self.model.walks, self.walked, strict=True)
        )

    def leg_fits(self, day: int, before: int, node: int, after: int) -> bool:
        """Whether walking limits and money allow to go from `before` to `after` by the node."""
        fares = self.model.fares
        if fares is not None:
            more = fares[before][node] + fares[node][after] - fares[before][after]
            if self.model.cost[node] + more > self.money:
                return False
        return all(
            walked[day] + matrix[before][node] + matrix[node][after] - matrix[before][after] <= limits[day]
            for (matrix, limits), walked in zip(self.model.walks, self.walked, strict=True)
        )

    def positions(self, day: int, node: int) -> list[int]:
        """Where the node could be inserted into the day as far as time goes."""
        opens, lasts, reach = self.model.opens[day], self.model.lasts[day], self.model.reach
        route, starts, lates = self.routes[day], self.starts[day], self.lates[day]
        found = []
        for place in range(1, len(route)):
            at = max(starts[place - 1] + reach[route[place - 1]][node], opens[node])
            if at <= lasts[node] and at + reach[node][route[place]] <= lates[place]:
                found.append(place)
        return found

    def insert(self, day: int, place: int, node: int) -> None:
        route = self.routes[day]
        self.routes[day] = [*route[:place], node, *route[place:]]
        self.take(day, node)
        self.schedule(day)

    def complete(self) -> None:
        """Insert what still fits somewhere, best first: the search looks only at the most promising candidates of a
        leg."""
        model = self.model
        rows = enumerate(model.gain)
        options = [(gain, -day, node) for day, row in rows for node, gain in enumerate(row) if gain > 0]
        for gain, minus_day, node in sorted(options, reverse=True):
            day = -minus_day
            if self.blocked[day][node] or model.cost[node] > self.money:
                continue
            route = self.routes[day]
            for place in self.positions(day, node):
                before, after = route[place - 1], route[place]
                worth = model.tolls is None or gain > (
                    model.tolls[before][node] + model.tolls[node][after] - model.tolls[before][after]
                )
                if worth and self.leg_fits(day, before, node, after):
                    self.insert(day, place, node)
                    break

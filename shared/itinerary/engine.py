"""The search: iterated destroy and repair of routes under simulated annealing.

Insertions are checked in constant time against the latest start of the rest of the route (push forward, after
Vansteenwegen et al. 2009) and chosen by score against time lost.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from math import exp

from .model import FAR, Model

Routes = list[list[int]]


class Search:
    """A plan under change: `routes[d]` holds the nodes of day d between its start and its end node."""

    def __init__(self, model: Model, rng: random.Random) -> None:
        self.model = model
        self.rng = rng
        self.weights = [list(row) for row in model.gain]
        self.load([[] for _ in model.opens])

    def load(self, routes: Routes) -> None:
        """Take over a feasible plan."""
        model = self.model
        self.routes = [[model.nodes + 2 * day, *route, model.nodes + 2 * day + 1] for day, route in enumerate(routes)]
        self.left = list(model.capacity)
        self.money = model.budget if model.budget is not None else FAR
        self.walked = [[0.0] * len(routes) for _ in model.walks]
        self.starts: list[list[int]] = [[] for _ in routes]
        self.lates: list[list[int]] = [[] for _ in routes]
        for day, route in enumerate(self.routes):
            for node in route[1:-1]:
                self._use(day, node, 1)
            self._schedule(day)

    def plan(self) -> Routes:
        return [route[1:-1] for route in self.routes]

    def _use(self, day: int, node: int, sign: int) -> None:
        for token in self.model.tokens[day][node]:
            self.left[token] -= sign
        self.money -= sign * self.model.cost[node]

    def _schedule(self, day: int) -> bool:
        """Recompute earliest and latest starts of a day; False when it has become infeasible."""
        model = self.model
        route, opens, lasts, reach = self.routes[day], model.opens[day], model.lasts[day], model.reach
        now = opens[route[0]]
        starts = [now]
        here = route[0]
        for node in route[1:]:
            now = max(now + reach[here][node], opens[node])
            if now > lasts[node]:
                return False
            starts.append(now)
            here = node
        late = lasts[here]
        lates = [late]
        for node in reversed(route[:-1]):
            late = min(late - reach[node][here], lasts[node])
            lates.append(late)
            here = node
        lates.reverse()
        self.starts[day], self.lates[day] = starts, lates
        for (matrix, _), walked in zip(model.walks, self.walked, strict=True):
            walked[day] = sum(matrix[a][b] for a, b in zip(route, route[1:], strict=False))
        return True

    def fits(self, day: int, node: int) -> bool:
        """Whether tokens and money allow the node on the day."""
        return self.model.cost[node] <= self.money and all(
            self.left[token] > 0 for token in self.model.tokens[day][node]
        )

    def walk_fits(self, day: int, before: int, node: int, after: int) -> bool:
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

    def best_insertion(self, day: int, tabu: set[int]) -> tuple[float, int, int, int] | None:
        """The insertion into the day with the best weight for the time it costs: (ratio, day, position, node)."""
        model = self.model
        route, starts, lates = self.routes[day], self.starts[day], self.lates[day]
        opens, lasts, reach, weights = model.opens[day], model.lasts[day], model.reach, self.weights[day]
        candidates = [
            k
            for k in range(model.nodes)
            if opens[k] <= lasts[k] and k not in tabu and weights[k] > 0 and self.fits(day, k)
        ]
        best = None
        best_ratio = 0.0
        for place in range(len(route) - 1):
            before, after = route[place], route[place + 1]
            row = reach[before]
            start, late = starts[place], lates[place + 1]
            direct = start + row[after]
            for k in candidates:
                at = start + row[k]
                if at > lasts[k]:
                    continue
                if at < opens[k]:
                    at = opens[k]
                shift = at + reach[k][after]
                if shift > late:
                    continue
                shift -= direct
                ratio = weights[k] / (shift + 1 if shift > 0 else 1)
                if ratio > best_ratio and self.walk_fits(day, before, k, after):
                    best_ratio = ratio
                    best = (ratio, day, place + 1, k)
        return best

    def insert(self, day: int, place: int, node: int) -> None:
        self.routes[day].insert(place, node)
        self._use(day, node, 1)
        self._schedule(day)

    def remove(self, day: int, first: int, last: int) -> list[int]:
        """Remove positions first..last-1, and what no longer fits when travel times break the triangle inequality."""
        route = self.routes[day]
        gone = route[first:last]
        del route[first:last]
        while not self._schedule(day) or self._walks_too_far(day):
            gone.append(route.pop(min(first, len(route) - 2)))
        for node in gone:
            self._use(day, node, -1)
        return gone

    def _walks_too_far(self, day: int) -> bool:
        return any(walked[day] > limits[day] for (_, limits), walked in zip(self.model.walks, self.walked, strict=True))

    def fill(self, tabu: set[int]) -> None:
        """Insert the best visit until none fits."""
        days = range(len(self.routes))
        found = [self.best_insertion(day, tabu) for day in days]
        while True:
            options = [option for option in found if option is not None]
            if not options:
                return
            _, day, place, node = max(options)
            self.insert(day, place, node)
            for other in days:
                option = found[other]
                if other == day or (option is not None and not self.fits(other, option[3])):
                    found[other] = self.best_insertion(other, tabu)


def improve(
    search: Search,
    value: Callable[[Routes], float],
    stop: Callable[[int, float], bool],
    found: Callable[[int, float, Routes], None],
) -> int:
    """Search from the loaded plan until `stop`; every better plan is handed to `found`. Returns the iterations done."""
    rng, model = search.rng, search.model
    search.fill(set())
    current = search.plan()
    current_value = best_value = value(current)
    best = current
    found(0, best_value, best)
    heat = 0.02 * max(1.0, best_value % model.bonus)
    iterations = 0
    while not stop(iterations, best_value):
        iterations += 1
        search.load(current)
        gone: set[int] = set()
        for day, route in enumerate(search.routes):
            inner = len(route) - 2
            if inner and (len(search.routes) == 1 or rng.random() < 0.6):
                length = rng.randint(1, max(1, min(inner, 1 + inner // 2)))
                first = rng.randint(1, inner - length + 1)
                gone.update(search.remove(day, first, first + length))
        for row, gains in zip(search.weights, model.gain, strict=True):
            row[:] = [gain * rng.uniform(0.7, 1.3) for gain in gains]
        search.fill({node for node in gone if rng.random() < 0.3})
        search.fill(set())
        plan = search.plan()
        new = value(plan)
        if new > best_value:
            best_value, best = new, plan
            found(iterations, best_value, best)
        if new >= current_value or rng.random() < exp((new - current_value) / heat):
            current, current_value = plan, new
        if iterations % 200 == 0:
            current, current_value = best, best_value
    return iterations

"""The search over plans: take stops out, fill greedily with noise, accept under simulated annealing, descend, recombine
routes.

Destroy and repair after Shaw (1998) and, for team orienteering with time windows, Schmid and Ehmke (2017);
recombination of the routes seen so far after Hu and Lim (2014).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise
from math import exp

from .descent import Descent
from .engine import Routes, Search
from .fill import Filler, Known
from .model import Model
from .objective import Objective
from .recombine import RoutePool

POWERS = (1.5, 2.0, 3.0)
CROWDINGS = (0.0, 0.5, 1.0)
THRIFTS = (0.0, 0.5, 1.0, 2.0)
SHORT = 30
FIRST_HEAT = 0.004
HEATS = (0.005, 0.01, 0.02)
CALM_FIRST_HEAT = 0.002
CALM_HEATS = (0.001, 0.002, 0.004)
WILD = 0.02
WILD_SHARE = 0.1
BLINKS = 0.2
WHOLE_DAY_SHARE = 0.1
RESET_AFTER = 700
CALM_RESET_AFTER = 300
RESET_PER_NODE = 10
FRESH_STARTS = 0.5
DESCEND_AFTER = 60
RECOMBINE_EVERY = 600
PAUSE_EVERY = 300


def to_power(rows: list[list[float]], power: float) -> list[list[float]]:
    return [[number**power if number > 0 else 0.0 for number in row] for row in rows]


def thrifts(model: Model) -> list[list[float]]:
    """For each thrift, by what each node is wanted less for its cost: it counts as taking longer, as much of the days
    as it takes of the budget."""
    if not model.budget:
        return []
    ends = [model.whole(day, []) for day in range(len(model.alike))]
    total = sum(model.lasts[day][last] - model.opens[day][first] for day, (first, last) in enumerate(ends))
    stays = [max(model.reach[node][node], SHORT * model.scale) for node in range(model.nodes)]
    dear = [cost * total / model.budget / stay for cost, stay in zip(model.cost, stays, strict=True)]
    return [[1.0 / (1.0 + thrift * price) for price in dear] for thrift in THRIFTS]


class Improver:
    """A run that begins with the plan that `search` holds. `best` is the best plan so far, `best_value` its value."""

    def __init__(self, search: Search, objective: Objective, rng: random.Random) -> None:
        self.search, self.objective, self.rng = search, objective, rng
        self.filler = Filler(search)
        self.plain = {power: to_power(objective.rows(), power) for power in POWERS}
        self.crowdings = [[part * room for room in search.model.per_stop] for part in CROWDINGS]
        self.thrifts = thrifts(search.model)
        everybody = objective.member is None
        self.calm = search.model.tolls is not None or objective.fairness > 0
        self.pool = RoutePool(search.model, objective) if everybody and len(search.routes) > 1 else None
        self.descent = Descent(search, objective) if everybody and self.calm else None
        self.halt: Callable[[], bool] = lambda: False
        self.heat = CALM_FIRST_HEAT if self.calm else FIRST_HEAT
        self.stuck = False
        self.size = 1.0
        self.best: Routes = search.plan()
        self.best_value = float("-inf")

    def run(
        self,
        stop: Callable[[int, float], bool],
        found: Callable[[int, float, Routes], None],
        between: Callable[[Routes], bool] = lambda best: False,
    ) -> int:
        """Improve until `stop(iterations, best value)`, which is also asked in the middle of longer work; `found` hears
        of every better plan. Returns the iterations.

        `between` is called with the best plan every 300 iterations and may use the search for something else; it says
        whether the objective has changed.
        """
        search, rng, objective = self.search, self.rng, self.objective
        iterations = since = 0
        patience = min(CALM_RESET_AFTER if self.calm else RESET_AFTER, RESET_PER_NODE * search.model.nodes)
        self.halt = lambda: stop(max(iterations - 1, 0), self.best_value)
        self._fill(None)
        new = objective(search)
        value = objective.smooth
        if new > self.best_value:
            self._keep(0, new, search.plan(), found)
        while not stop(iterations, self.best_value):
            iterations += 1
            since += 1
            saved = search.save()
            self._fill(self._destroy())
            plan = search.plan()
            new = objective(search)
            if self.pool is not None:
                self.pool.add(search)
            smooth = objective.smooth
            better_yet = new > self.best_value
            if better_yet or smooth >= value or rng.random() < exp((smooth - value) / (self.heat * self.size)):
                value = smooth
                if better_yet:
                    since = 0
                    self._keep(iterations, new, plan, found)
            else:
                search.restore(saved)
            if self.descent is not None and since == DESCEND_AFTER and self.descent.run(self.halt):
                new = objective(search)
                value = objective.smooth
                if self.pool is not None:
                    self.pool.add(search)
                if new > self.best_value:
                    since = 0
                    self._keep(iterations, new, search.plan(), found)
            if self.pool is not None and iterations % RECOMBINE_EVERY == 0:
                better = self.pool.better_than(self.best_value, self.best, self.halt)
                if better is not None:
                    search.load(better)
                    self._keep(iterations, objective(search), better, found)
                    value = objective.smooth
            if iterations % PAUSE_EVERY == 0:
                value = self._pause(between)
            if since >= patience:
                since = 0
                self.stuck = True
                heats = CALM_HEATS if self.calm else HEATS
                self.heat = heats[int(rng.random() * len(heats))]
                if rng.random() < FRESH_STARTS:
                    search.load(search.model.base)
                    self._fill(None)
                else:
                    search.load(self.best)
                objective(search)
                value = objective.smooth
        return iterations

    def _keep(self, iterations: int, value: float, plan: Routes, found: Callable[[int, float, Routes], None]) -> None:
        self.best, self.best_value = plan, value
        self.size = max(self.objective.average(plan) + self.objective.fair(plan), 1e-9)
        found(iterations, value, plan)

    def _pause(self, between: Callable[[Routes], bool]) -> float:
        """Let others use the search, and go on as before; the smooth value of the plan, by what is known then."""
        plan, search = self.search.plan(), self.search
        changed = between(self.best)
        if changed:
            search.load(self.best)
            self.best_value = self.objective(search)
        search.load(plan)
        self.objective(search)
        return self.objective.smooth

    def _fill(self, known: Known | None) -> None:
        """Repair with freshly noisy weights."""
        rng = self.rng
        power = POWERS[int(rng.random() * len(POWERS))]
        rows, groups = self.objective.rows(self.search), self.objective.groups
        powered = to_power(rows, power) if self.objective.fairness else self.plain[power]
        draw = rng.random
        self.filler.crowding = self.crowdings[int(draw() * len(CROWDINGS))]
        wild = draw() < WILD_SHARE
        least = WILD if wild else 1.0
        noise = 0.1 + 0.8 * draw()
        if self.thrifts:
            thrift = self.thrifts[int(draw() * len(self.thrifts))]
            powered = [[want * part for want, part in zip(row, thrift, strict=True)] for row in powered]
        if wild:
            weights = [[want * (least + noise * draw()) for want in powered[group]] for group in groups]
        else:
            noisy = [[want * (least + noise * draw()) for want in row] for row in powered]
            weights = [noisy[group] for group in groups]
        worth = [rows[group] for group in groups]
        if wild and self.stuck:
            self.filler.fill(weights, worth, known, self.halt, lambda: draw() < BLINKS)
            known = None
        self.filler.fill(weights, worth, known, self.halt)

    def _destroy(self) -> Known:
        """Take a stretch, or stops here and there, out of some days."""
        search, rng = self.search, self.rng
        draw = rng.random
        stretch = draw() < 0.7
        share = 0.05 + 0.15 * draw()
        days = len(search.routes)
        always = int(draw() * days)
        others = 0.7 if days < 3 else 1.4 / (days - 1)
        known = Known([None] * days, list(search.open), search.money)
        for day, route in enumerate(list(search.routes)):
            kept_first = 1 + len(search.model.base[day])
            length = len(route) - 1 - kept_first
            if length == 0 or (day != always and draw() > others):
                continue
            if stretch:
                most = length if draw() < WHOLE_DAY_SHARE else min(length, 2 + length * 0.2)
                count = min(length, 1 + int(draw() * most))
                first = kept_first + int(draw() * (length - count + 1))
                gone = route[first : first + count]
                kept = route[:first] + route[first + count :]
            else:
                gone, kept = [], route[:kept_first]
                for node in route[kept_first:-1]:
                    (gone if draw() < share else kept).append(node)
                kept.append(route[-1])
            legs = dict(
                zip(
                    pairwise(route),
                    zip(search.starts[day], search.lates[day][1:], strict=False),
                    strict=False,
                )
            )
            if gone and self._shorten(day, kept, gone):
                known.legs[day] = legs
        return known

    def _shorten(self, day: int, kept: list[int], gone: list[int]) -> bool:
        """Replace a day's route by a part of it, unless that does not hold."""
        search = self.search
        whole = search.routes[day]
        for node in gone:
            search.release(day, node)
        search.routes[day] = kept
        search.schedule(day)
        if search.feasible(day):
            return True
        for node in gone:
            search.take(day, node)
        search.routes[day] = whole
        search.schedule(day)
        return False

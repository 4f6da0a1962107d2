"""Better plans from days seen in different plans: one of the routes seen for each day, so that no visit is made twice
and the budget holds. After Hu and Lim (2014), with days that differ, a budget and a fairness term.

Which routes can be part of a better plan is told by prices of visits and of money: the multipliers of the Lagrangian
relaxation that allows visits to be made twice and the budget to be overdrawn (Held and Karp 1971, with the step lengths
of Polyak 1969). A route that is worth less than its prices by more than the gap that is left can be part of none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, inf

from .engine import Routes, Search
from .model import Model
from .objective import LEANING, Objective

MOST_ROUTES = 600
MOST_RANKED = 200
MOST_STEPS = 3_000
ASK_EVERY = 30
PASSES = 12
SHORTER = 0.8
BUDGET_SHARE = 5.0
"""How much a budget that is overdrawn by its whole counts against a visit that is made twice, in a step of prices."""


@dataclass(slots=True, eq=False, repr=False)
class Route:
    """What a day's stops are worth: visits, and with groups as bits, gain less tolls, money, each member's score.

    `lifted` is the worth with that of the members' shares, `rank` that less the prices of what the route takes.
    """

    kind: int
    nodes: list[int]
    visits: list[int]
    taken: int
    worth: float
    money: int
    totals: list[float]
    lifted: float = 0.0
    rank: float = 0.0


Level = tuple[list[Route], int]
"""Routes of days that are alike, the highest rank first, and how many of these days there are."""


class RoutePool:
    """The routes seen of each kind of day; days that are alike share theirs."""

    def __init__(self, model: Model, objective: Objective) -> None:
        self.model, self.objective = model, objective
        groups = {visit.group: -1 for visit in model.problem.visits if visit.group is not None}
        for number, group in enumerate(groups):
            groups[group] = len(model.problem.visits) + number
        self.taken = []
        for node in range(model.nodes):
            visit = model.visit(node)
            bits = 0 if visit is None else 1 << model.visit_of[node]
            self.taken.append(bits if visit is None or visit.group is None else bits | 1 << groups[visit.group])
        self.days = {kind: model.alike.count(kind) for kind in model.alike}
        self.routes: dict[int, dict[int, Route]] = {kind: {} for kind in self.days}
        self._seen: list[list[int]] = [[] for _ in model.alike]
        self._prices: list[float] = []
        self._money = 0.0

    def add(self, search: Search) -> None:
        """Keep the routes of a plan."""
        for day, route in enumerate(search.routes):
            if self._seen[day] is not route:
                self._seen[day] = route
                kind = self.model.alike[day]
                nodes = route[1:-1]
                key = sum([1 << node for node in nodes])
                worth = sum(map(self.objective.gain[day].__getitem__, nodes)) - search.tolls[day]
                before = self.routes[kind].get(key)
                if before is None or before.worth < worth:
                    self.routes[kind][key] = self._route(kind, nodes, worth, search.fares[day])

    def _route(self, kind: int, nodes: list[int], worth: float, fares: int) -> Route:
        model = self.model
        taken = 0
        for node in nodes:
            taken |= self.taken[node]
        totals = [sum([scores[node] for node in nodes]) for scores in model.member_scores]
        visits = [visit for node in nodes if (visit := model.visit_of[node]) >= 0]
        return Route(kind, nodes, visits, taken, worth, fares + sum([model.cost[node] for node in nodes]), totals)

    def better_than(self, value: float, plan: Routes, halt: Callable[[], bool]) -> Routes | None:
        """The best plan found that is worth more than `value`, the value of `plan`, by branch and bound.

        `halt` ends it, and is asked every few dozen steps. Any weights of the members' shares bound the smallest share
        from above; they lean to who is worst off in `plan`.
        """
        self._value, self._steps, self._halt = value + 1e-9, 0, halt
        self._found: list[Route] = []
        per_score = self._per_score(plan)
        for known in self.routes.values():
            for route in known.values():
                route.lifted = route.worth + sum([a * b for a, b in zip(per_score, route.totals, strict=True)])
        if not self._prices:
            self._prices = self._first_prices(per_score)
        self._settle()
        levels = self._levels()
        # A kind of day without routes: by the prices, nothing better is left.
        if all(routes for routes, _ in levels) and not halt():
            self._extend(levels, self._priced(), 0, [])
        if not self._found:
            return None
        better: Routes = [[] for _ in plan]
        for kind in self.days:
            days = [day for day, alike in enumerate(self.model.alike) if alike == kind]
            chosen = [route for route in self._found if route.kind == kind]
            for day, route in zip(days, chosen, strict=True):
                better[day] = route.nodes
        return better

    def _per_score(self, plan: Routes) -> list[float]:
        """What a unit of each member's score adds to a mean of the shares, in units of the value."""
        objective = self.objective
        if not objective.fairness:
            return [0.0] * len(self.model.member_scores)
        shares = objective.shares(objective.totals(plan))
        parts = [
            exp((min(shares) - share) / LEANING) if best > 0 else 0.0
            for share, best in zip(shares, objective.alone, strict=True)
        ]
        whole = sum(parts) or 1.0
        return [
            objective.stakes * part / whole / best if best > 0 else 0.0
            for part, best in zip(parts, objective.alone, strict=True)
        ]

    def _first_prices(self, per_score: list[float]) -> list[float]:
        """What each visit adds where there is room for all."""
        model = self.model
        prices = [0.0] * len(model.problem.visits)
        for node, index in enumerate(model.visit_of):
            visit = model.visit(node)
            if visit is not None:
                bonus = model.bonus * (4 if visit.fixed is not None else 2 if visit.must else 0)
                lift = sum([a * scores[node] for a, scores in zip(per_score, model.member_scores, strict=True)])
                prices[index] = max(model.average[node] + lift + bonus, 0.0)
        return prices

    def _priced(self) -> float:
        """The prices of all visits and of the budget: with the best rank of each day, a bound of the value."""
        budget = self.model.budget
        return sum(self._prices) + (0.0 if budget is None else self._money * budget)

    def _rank(self) -> None:
        prices, money = self._prices, self._money
        for known in self.routes.values():
            for route in known.values():
                route.rank = route.lifted - sum([prices[visit] for visit in route.visits]) - money * route.money

    def _settle(self) -> None:
        """Change the prices until they bound the value more closely: what is wanted more than once gets dearer, what
        nobody takes cheaper."""
        budget = self.model.budget
        lowest, best = inf, (self._prices, self._money)
        length = 1.0
        for _ in range(PASSES):
            if self._halt():
                break
            self._rank()
            chosen = [
                (max(known.values(), key=lambda route: route.rank), self.days[kind])
                for kind, known in self.routes.items()
            ]
            bound = self._priced() + sum([route.rank * days for route, days in chosen])
            if bound < lowest - 1e-9:
                lowest, best = bound, (self._prices, self._money)
            else:
                length *= SHORTER
            wanted = [-1] * len(self._prices)
            for route, days in chosen:
                for visit in route.visits:
                    wanted[visit] += days
            excess = [more if more > 0 or price > 0 else 0 for more, price in zip(wanted, self._prices, strict=True)]
            overdrawn = 0.0
            if budget:
                overdrawn = BUDGET_SHARE * (sum([route.money * days for route, days in chosen]) / budget - 1.0)
                if self._money == 0.0:
                    overdrawn = max(overdrawn, 0.0)
            norm = sum([more * more for more in excess]) + overdrawn * overdrawn
            if norm == 0 or bound <= self._value:
                break
            step = length * (bound - self._value) / norm
            self._prices = [max(0.0, price + step * more) for price, more in zip(self._prices, excess, strict=True)]
            if budget:
                self._money = max(0.0, self._money + step * overdrawn * BUDGET_SHARE / budget)
        self._prices, self._money = best
        self._rank()

    def _levels(self) -> list[Level]:
        """The routes that can be part of a better plan, as far as prices tell. Forgets the worst if there are many."""
        ranked = {kind: sorted(known.values(), key=lambda route: -route.rank) for kind, known in self.routes.items()}
        gap = self._priced() + sum(best[0].rank * self.days[kind] for kind, best in ranked.items()) - self._value
        levels = []
        for kind, best in ranked.items():
            if len(best) > MOST_ROUTES:
                kept = best[: MOST_ROUTES // 2]
                self.routes[kind] = {sum([1 << node for node in route.nodes]): route for route in kept}
            least = best[0].rank - gap
            levels.append(([route for route in best[:MOST_RANKED] if route.rank >= least], self.days[kind]))
        return levels

    def _extend(self, levels: list[Level], priced: float, money: int, chosen: list[Route]) -> None:
        """Choose a route for a day of which the fewest are left. `priced`: all prices and the ranks of those chosen."""
        if not levels:
            value = self._worth(chosen)
            if value > self._value:
                self._value, self._found = value, list(chosen)
            return
        (routes, days), *others = sorted(levels, key=lambda level: len(level[0]))
        budget = self.model.budget
        hope = priced + sum([level[0].rank * count for level, count in others])
        for index, route in enumerate(routes):
            self._steps += 1
            if self._steps % ASK_EVERY == 0 and self._halt():
                self._steps = MOST_STEPS + 1
            if hope + route.rank * days <= self._value or self._steps > MOST_STEPS:
                return
            spent = money + route.money
            if budget is not None and spent > budget:
                continue
            taken = route.taken
            left = [([one for one in level if not one.taken & taken], count) for level, count in others]
            if days > 1:
                left.append(([one for one in routes[index + 1 :] if not one.taken & taken], days - 1))
            if not all(level for level, _ in left):
                continue
            now = priced + route.rank
            if now + sum([level[0].rank * count for level, count in left]) > self._value:
                self._extend(left, now, spent, [*chosen, route])

    def _worth(self, chosen: list[Route]) -> float:
        objective = self.objective
        value = sum([route.worth for route in chosen])
        if objective.fairness:
            totals = [sum(column) for column in zip(*[route.totals for route in chosen], strict=True)]
            value += objective.stakes * min(objective.shares(totals))
        return value

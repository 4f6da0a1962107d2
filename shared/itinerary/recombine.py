"""Better plans from days seen in different plans: one of the routes seen for each day, so that no visit is made twice
and the budget holds. After Hu and Lim (2014), with days that differ, a budget and a fairness term."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .engine import Routes, Search
from .model import Model
from .objective import Objective

MOST_ROUTES = 600
MOST_RANKED = 150
MOST_STEPS = 15_000
ASK_EVERY = 500


@dataclass(slots=True, eq=False, repr=False)
class Route:
    """What a day's stops are worth: visits and groups as bits, gain less tolls, money, each member's score."""

    nodes: list[int]
    taken: int
    worth: float
    money: int
    totals: list[float]
    rank: float = 0.0


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
        self.routes: dict[int, dict[int, Route]] = {kind: {} for kind in model.alike}
        self.order = sorted(range(len(model.alike)), key=lambda day: model.alike[day])
        self._seen: list[list[int]] = [[] for _ in model.alike]

    def add(self, search: Search) -> None:
        """Keep the routes of a plan."""
        for day, route in enumerate(search.routes):
            if self._seen[day] is not route:
                self._seen[day] = route
                known = self.routes[self.model.alike[day]]
                nodes = route[1:-1]
                key = sum([1 << node for node in nodes])
                worth = sum(map(self.objective.gain[day].__getitem__, nodes))
                if self.objective.member is None:
                    worth -= search.tolls[day]
                before = known.get(key)
                if before is None or before.worth < worth:
                    known[key] = self._route(nodes, worth, search.fares[day])

    def _route(self, nodes: list[int], worth: float, fares: int) -> Route:
        model = self.model
        taken = 0
        for node in nodes:
            taken |= self.taken[node]
        totals = [sum([scores[node] for node in nodes]) for scores in model.member_scores]
        return Route(nodes, taken, worth, fares + sum([model.cost[node] for node in nodes]), totals)

    def better_than(self, value: float, plan: Routes, halt: Callable[[], bool]) -> Routes | None:
        """The best plan found that is worth more than `value`, the value of `plan`, by branch and bound.

        `halt` ends it, and is asked every few hundred steps. Any weights of the members' shares bound the smallest
        share from above; they lie on who is worst off in `plan`.
        """
        objective = self.objective
        per_score = [0.0] * len(self.model.member_scores)
        if objective.fairness:
            shares = objective.shares(objective.totals(plan))
            worst = [m for m, share in enumerate(shares) if share <= min(shares) + 0.01 and objective.alone[m] > 0]
            for m in worst:
                per_score[m] = objective.stakes / len(worst) / objective.alone[m]
        ranked = {}
        for kind, known in self.routes.items():
            for route in known.values():
                route.rank = route.worth + sum([a * b for a, b in zip(per_score, route.totals, strict=True)])
            best = sorted(known.values(), key=lambda route: -route.rank)
            if len(best) > MOST_ROUTES:
                known.clear()
                known.update((sum([1 << node for node in route.nodes]), route) for route in best[: MOST_ROUTES // 2])
            ranked[kind] = best[:MOST_RANKED]
        self.levels = [ranked[self.model.alike[day]] for day in self.order]
        self.hope = [0.0]
        for level in reversed(self.levels):
            self.hope.append(self.hope[-1] + (level[0].rank if level else 0.0))
        self.hope.reverse()
        self.steps = 0
        self.halt = halt
        self.value = value + 1e-9
        self.found: list[Route] = []
        self._extend(0, 0, 0, 0.0, [], 0)
        better: Routes = [[] for _ in self.order]
        for day, route in zip(self.order, self.found, strict=False):
            better[day] = route.nodes
        return better if self.found else None

    def _extend(self, level: int, first: int, taken: int, rank: float, chosen: list[Route], money: int) -> None:
        if level == len(self.levels):
            value = self._value(chosen)
            if value > self.value:
                self.value, self.found = value, list(chosen)
            return
        alike, order = self.model.alike, self.order
        again = level + 1 < len(order) and alike[order[level + 1]] == alike[order[level]]
        routes, budget = self.levels[level], self.model.budget
        missing = 1
        while again and level + missing < len(order) and alike[order[level + missing]] == alike[order[level]]:
            missing += 1
        rest = self.hope[level + missing]
        for index in range(first, len(routes)):
            route = routes[index]
            self.steps += 1
            if self.steps % ASK_EVERY == 0 and self.halt():
                self.steps = MOST_STEPS + 1
            if rank + route.rank * missing + rest <= self.value or self.steps > MOST_STEPS:
                return
            if taken & route.taken or (budget is not None and money + route.money > budget):
                continue
            chosen.append(route)
            self._extend(
                level + 1,
                index + 1 if again else 0,
                taken | route.taken,
                rank + route.rank,
                chosen,
                money + route.money,
            )
            chosen.pop()

    def _value(self, chosen: list[Route]) -> float:
        objective = self.objective
        value = sum([route.worth for route in chosen])
        if objective.fairness:
            totals = [sum(column) for column in zip(*[route.totals for route in chosen], strict=True)]
            value += objective.stakes * min(objective.shares(totals))
        return value

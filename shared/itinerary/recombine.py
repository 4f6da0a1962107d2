"""Better plans from routes seen in different plans: for days that are alike, the best set of routes without a common
stop."""

from __future__ import annotations

from .engine import Routes
from .model import Model

MOST_ROUTES = 2000
MOST_STEPS = 100_000


class RoutePool:
    """The best routes seen, each as a set of nodes in the bits of a number."""

    def __init__(self, model: Model, gain: list[float]) -> None:
        self.gain = gain
        self.days = len(model.alike)
        self.bits = [1 << node for node in range(model.nodes)]
        self.routes: dict[int, tuple[float, int, list[int]]] = {}

    @staticmethod
    def applies(model: Model) -> bool:
        """Whether routes can be exchanged freely: several days, all alike, and nothing limited over the whole trip."""
        return model.free and len(model.alike) > 1 and len(set(model.alike)) == 1

    def add(self, plan: Routes, tolls: list[float]) -> None:
        """Keep the routes of a plan; `tolls`: what each of them loses by travel."""
        bits, gain = self.bits, self.gain
        for route, toll in zip(plan, tolls, strict=True):
            key = sum([bits[node] for node in route])
            value = sum([gain[node] for node in route]) - toll
            known = self.routes.get(key)
            if known is None or known[0] < value:
                self.routes[key] = (value, key, route)

    def better_than(self, value: float) -> Routes | None:
        """The best plan found that is worth more than `value`, by branch and bound over routes in order of score."""
        ranked = sorted(self.routes.values(), key=lambda route: -route[0])[:MOST_ROUTES]
        self.routes = {route[1]: route for route in ranked}
        self.steps = 0
        self.value = value + 1e-9
        self.found: list[list[int]] | None = None
        self._extend(ranked, 0, 0, 0.0, [])
        return self.found

    def _extend(
        self, ranked: list[tuple[float, int, list[int]]], first: int, used: int, score: float, chosen: list[list[int]]
    ) -> None:
        missing = self.days - len(chosen)
        if missing == 0:
            self.value, self.found = score, [list(route) for route in chosen]
            return
        for index in range(first, len(ranked)):
            more, key, route = ranked[index]
            self.steps += 1
            if score + more * missing <= self.value or self.steps > MOST_STEPS:
                return
            if not used & key:
                self._extend(ranked, index + 1, used | key, score + more, [*chosen, route])

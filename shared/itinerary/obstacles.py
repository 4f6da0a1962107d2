"""What, apart from time, keeps a visit out of a plan where the plan has time for it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from .engine import Search
from .legs import Amounts
from .model import Model

NOTHING = "nothing"


class Obstacles:
    """What keeps nodes out of the plan that a search holds, as long as it holds this one."""

    def __init__(self, model: Model, search: Search) -> None:
        self.model, self.search = model, search
        self._used_up = {token: model.token_names[token][0] for token, left in enumerate(search.left) if left <= 0}
        self._spared = _dearest_leg(model, search)

    def fewest(self, options: Iterable[tuple[int, int]]) -> set[str]:
        """Those of the place that has the fewest, over some days and nodes: "budget", "walking", and names of tokens.

        Empty: there is no time anywhere. {NOTHING}: it fits.
        """
        model, search, used_up = self.model, self.search, self._used_up
        best: set[str] = set()
        for day, node in options:
            if model.opens[day][node] > model.lasts[day][node]:
                continue
            sure = {used_up[token] for token in model.tokens[day][node] if token in used_up}
            if model.cost[node] - self._spared > search.money:
                sure.add("budget")
            if best and len(sure) >= len(best):
                continue
            for place in search.positions(day, node):
                found = sure | self._on_the_way(day, node, place)
                if not found:
                    return {NOTHING}
                if not best or len(found) < len(best):
                    best = found
        return best

    def _on_the_way(self, day: int, node: int, place: int) -> set[str]:
        """What of budget and walking limits does not allow the way by the node."""
        model, search = self.model, self.search
        before, after = search.routes[day][place - 1 : place + 1]
        found = set()
        if model.cost[node] + _dearer(model.fares, before, node, after) > search.money:
            found.add("budget")
        if any(
            walked[day] + _dearer(matrix, before, node, after) > limits[day]
            for (matrix, limits), walked in zip(model.walks, search.walked, strict=True)
        ):
            found.add("walking")
        return found


def _dearest_leg(model: Model, search: Search) -> float:
    """More than this no detour spares."""
    fares = model.fares
    if fares is None:
        return 0.0
    return max((fares[a][b] for route in search.routes for a, b in pairwise(route)), default=0.0)


def _dearer(matrix: Amounts | None, before: int, node: int, after: int) -> float:
    """What the way by the node takes more than the one without it."""
    return 0.0 if matrix is None else matrix[before][node] + matrix[node][after] - matrix[before][after]

"""What, apart from time, keeps a visit out of a plan where the plan has time for it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from .engine import Search
from .legs import Amounts
from .model import Model

NOTHING = "nothing"


def obstacles(model: Model, search: Search, options: Iterable[tuple[int, int]]) -> set[str]:
    """Those of the place that has the fewest, over some nodes, each on a day: "budget", "walking", and names of tokens.

    Empty: there is no time anywhere. {NOTHING}: it fits.
    """
    best: set[str] = set()
    spared = _dearest_leg(model, search)
    for day, node in options:
        tokens = model.tokens[day][node]
        sure = {model.token_names[token][0] for token in tokens if search.left[token] <= 0}
        if model.cost[node] - spared > search.money:
            sure.add("budget")
        if best and len(sure) >= len(best):
            continue
        for place in search.positions(day, node):
            found = set(sure)
            before, after = search.routes[day][place - 1 : place + 1]
            if model.cost[node] + _dearer(model.fares, before, node, after) > search.money:
                found.add("budget")
            if any(
                walked[day] + _dearer(matrix, before, node, after) > limits[day]
                for (matrix, limits), walked in zip(model.walks, search.walked, strict=True)
            ):
                found.add("walking")
            if not found:
                return {NOTHING}
            if not best or len(found) < len(best):
                best = found
    return best


def _dearest_leg(model: Model, search: Search) -> float:
    """More than this no detour spares."""
    fares = model.fares
    if fares is None:
        return 0.0
    return max((fares[a][b] for route in search.routes for a, b in pairwise(route)), default=0.0)


def _dearer(matrix: Amounts | None, before: int, node: int, after: int) -> float:
    """What the way by the node takes more than the one without it."""
    return 0.0 if matrix is None else matrix[before][node] + matrix[node][after] - matrix[before][after]

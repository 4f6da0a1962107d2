"""A plan and what still fits into it, for all that happens before and after the search (`core`).

Between two neighbours of a route it takes constant time to tell whether a stop fits: by the earliest start at the first
and the latest start at the second (push forward, after Vansteenwegen et al. 2009).
"""

from __future__ import annotations

from itertools import pairwise
from math import inf
from operator import itemgetter, le

from .model import Model

Routes = list[list[int]]
Saved = tuple[Routes, list[list[int]], list[list[int]], list[list[float]], list[float]]


class Search:
    """A feasible plan: `routes[d]` is day d from its start node to its end node, with earliest and latest starts."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.left = list(model.capacity)
        self.money: float = inf if model.budget is None else model.budget
        self.routes: Routes = []
        self.starts: list[list[int]] = []
        self.lates: list[list[int]] = []
        self.walked = [[0.0] * len(model.alike) for _ in model.walks]
        self.fares = [0.0] * len(model.alike)
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
        return list(self.routes), list(self.starts), list(self.lates), walked, list(self.fares)

    def restore(self, saved: Saved) -> None:
        routes, starts, lates, walked, fares = saved
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
        self.fares = list(fares)

    def take(self, day: int, node: int) -> None:
        for token in self.model.tokens[day][node]:
            self.left[token] -= 1
        self.money -= self.model.cost[node]

    def release(self, day: int, node: int) -> None:
        for token in self.model.tokens[day][node]:
            self.left[token] += 1
        self.money += self.model.cost[node]

    def blocked(self, day: int, node: int) -> bool:
        """Whether something that the node needs on the day is used up."""
        return any(self.left[token] <= 0 for token in self.model.tokens[day][node])

    def schedule(self, day: int) -> None:
        """Recompute starts, latest starts, walking and fares of a day; it has time for all its stops if no start is
        later than the latest."""
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
        opens, last, reach = self.model.opens[day][node], self.model.lasts[day][node], self.model.reach
        route, starts, lates = self.routes[day], self.starts[day], self.lates[day]
        onward = reach[node]
        found = []
        for place in range(1, len(route)):
            if starts[place - 1] > last:
                break
            if opens > lates[place]:
                continue
            at = starts[place - 1] + reach[route[place - 1]][node]
            if at < opens:
                at = opens
            if at <= last and at + onward[route[place]] <= lates[place]:
                found.append(place)
        return found

    def insert(self, day: int, place: int, node: int) -> None:
        route = self.routes[day]
        self.routes[day] = [*route[:place], node, *route[place:]]
        self.take(day, node)
        self.schedule(day)

    def complete(self) -> None:
        """Insert what still fits somewhere, best first: the search may have been stopped before it was done."""
        model = self.model
        opens, lasts = model.opens, model.lasts
        full = {token for token, left in enumerate(self.left) if left <= 0}
        chosen = {model.visit_of[node] for route in self.plan() for node in route} - {-1}
        out = [node for node, visit in enumerate(model.visit_of) if visit not in chosen]
        options = [
            (gain, day, node)
            for day, (gains, tokens) in enumerate(zip(model.gain, model.tokens, strict=True))
            for node in reversed(out)
            if (gain := gains[node]) > 0 and opens[day][node] <= lasts[day][node] and full.isdisjoint(tokens[node])
        ]
        for gain, day, node in sorted(options, key=itemgetter(0), reverse=True):
            if model.cost[node] > self.money or not full.isdisjoint(model.tokens[day][node]):
                continue
            route = self.routes[day]
            for place in self.positions(day, node):
                before, after = route[place - 1], route[place]
                worth = model.tolls is None or gain > (
                    model.tolls[before][node] + model.tolls[node][after] - model.tolls[before][after]
                )
                if worth and self.leg_fits(day, before, node, after):
                    self.insert(day, place, node)
                    full.update(token for token in model.tokens[day][node] if self.left[token] <= 0)
                    break

"""From a problem to the numbers the search works on: integers, one time window per node and day.

A visit with several windows (or several meals, or a pause after it) on a day becomes as many nodes, of which at most
one is used, after the multiple-window TOPTW of Souffriau et al. (2013). What else is limited (meals, breaks, groups,
kinds, stops a day) is a token with a capacity. Musts, fixed stops, required meals and breaks get a bonus greater than
all scores together, so no plan that could hold one more of them is ever better.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, inf

from .legs import FAR, Legs, Rows
from .money import visit_cost
from .nodes import AFTER, BEFORE, Node, make_nodes
from .problem import Day, Problem, Visit
from .slots import frozen

NEVER = (1, 0)


@dataclass(slots=True, eq=False, repr=False)
class Model:
    """What the search reads. Nodes 0..nodes-1 are visits and pauses where a day starts or ends (their visit is -1);
    start and end of day d are nodes + 2d and nodes + 2d + 1.

    `reach[i][j]` is the service time of i plus the travel time from i to j. `opens`/`lasts`/`gain`/`tokens` are per day
    and node: earliest and latest start, score with bonuses, tokens used. Days with equal numbers share an `alike`
    index. `base` is what is frozen: the first stops of every plan. `fares`/`tolls` of legs are None where there are
    none. `unit` is the score of a typical candidate, `minute` its score per minute.
    """

    problem: Problem
    scale: int
    nodes: int
    visit_of: list[int]
    nodes_of: list[list[int]]
    table: list[Node]
    reach: list[list[int]]
    columns: list[list[int]]
    opens: list[list[int]]
    lasts: list[list[int]]
    gain: list[list[float]]
    tokens: list[list[tuple[int, ...]]]
    capacity: list[int]
    token_names: list[tuple[str, ...]]
    cost: list[int]
    budget: int | None
    walks: list[tuple[Rows, list[float]]]
    fares: list[list[int]] | None
    tolls: Rows | None
    alike: list[int]
    base: list[list[int]]
    average: list[float]
    member_scores: list[list[float]]
    member_weights: list[float]
    wanted: list[bool]
    bonus: float
    unit: float
    minute: float

    @property
    def per_stop(self) -> list[float]:
        """The time that each stop has of days on which their number is limited; 0 on the others."""
        found = []
        for index, day in enumerate(self.problem.days):
            first, last = self.whole(index, [])
            found.append((self.lasts[index][last] - self.opens[index][first]) / day.max_stops if day.max_stops else 0.0)
        return found

    @property
    def free(self) -> bool:
        """Whether visits share nothing that is limited, time apart."""
        alone = all(len(tokens) == 1 for row in self.tokens for tokens in row)
        several = len(set(self.visit_of)) < self.nodes
        return alone and not several and self.budget is None and not self.walks

    def visit(self, node: int) -> Visit | None:
        """The visit that a node stands for; None for a pause at the start or end of a day."""
        index = self.visit_of[node]
        return None if index < 0 else self.problem.visits[index]

    def names(self, nodes: list[int]) -> tuple[str, ...]:
        """The visits among some nodes, in order."""
        return tuple(visit.id for node in nodes if (visit := self.visit(node)) is not None)

    def whole(self, day: int, route: list[int]) -> list[int]:
        """A day's nodes with its start and end around them."""
        return [self.nodes + 2 * day, *route, self.nodes + 2 * day + 1]


def compile_model(problem: Problem, worth: Mapping[str, float] | None = None) -> Model:
    """Build the model of a problem. Vetoed visits get no node. `worth`: what part of its score a visit counts."""
    days, visits = problem.days, problem.visits
    kept = frozen(problem)
    table = make_nodes(problem, kept)
    count = len(table)
    visit_of = [node.visit for node in table]
    used = [visits[index] if index >= 0 else None for index in visit_of]
    nowhere = problem.travel.size
    places = [node.place for node in table]
    for day in days:
        places += [nowhere if place is None else place for place in (day.start_location, day.end_location)]
    legs = Legs(problem, places)
    scale = _scale(problem, legs.minutes)
    service = [ceil(node.minutes * scale - 1e-6) for node in table] + [0] * (2 * len(days))
    reach = legs.reach(service, scale)
    opens, lasts = _windows(days, table, scale)
    scores = [
        [0.0 if visit is None else member_score(visit, m) * (worth or {}).get(visit.id, 1.0) for visit in used]
        for m in range(max(len(problem.members), 1))
    ]
    weights = [member.weight for member in problem.members] or [1.0]
    average = [sum(w * s[k] for w, s in zip(weights, scores, strict=True)) / sum(weights) for k in range(count)]
    unit, minute = _typical(table, average, used)
    toll = problem.travel_weight * minute
    change = problem.disruption
    highest = unit * (change.dropped + change.other_day + change.other_time) * len(problem.previous)
    highest += toll * sum(day.end - day.start for day in days)
    bonus = 10.0 * (1.0 + sum(abs(score) for score in average) * (1.0 + problem.fairness) + highest)
    tokens, capacity, names = _tokens(problem, used, table)
    gains = [_gain(problem, day, table, used, average, unit, bonus) for day in days]
    base = [
        [k for _, k in sorted((opens[day.index][k], k) for k in range(count) if table[k].frozen == day.index)]
        for day in days
    ]
    model = Model(
        problem=problem,
        scale=scale,
        nodes=count,
        visit_of=visit_of,
        nodes_of=[[] for _ in visits],
        table=table,
        reach=reach,
        columns=[],
        opens=opens,
        lasts=lasts,
        gain=gains,
        tokens=tokens,
        capacity=capacity,
        token_names=names,
        cost=[0 if visit is None else visit_cost(problem, visit) for visit in used],
        budget=problem.budget,
        walks=_walks(problem, legs),
        fares=legs.fares() if any(mode.prices for mode in problem.travel.modes) else None,
        tolls=legs.tolls(toll) if toll else None,
        alike=_alike(days, opens, lasts, gains, tokens, base, count),
        base=base,
        average=average,
        member_scores=scores,
        member_weights=weights,
        wanted=[any(row[k] > 0 for row in gains) or any(row[k] > 0 for row in scores) for k in range(count)],
        bonus=bonus,
        unit=unit,
        minute=minute,
    )
    for k, visit_index in enumerate(visit_of):
        if visit_index >= 0:
            model.nodes_of[visit_index].append(k)
    _confine(model)
    for index in range(len(days)):
        _admit(model, index)
    model.columns = [list(column) for column in zip(*model.reach, strict=True)]
    _afford(model)
    return model


def member_score(visit: Visit, member: int) -> float:
    return visit.score[member] if isinstance(visit.score, tuple) else visit.score


def _windows(days: tuple[Day, ...], table: list[Node], scale: int) -> tuple[list[list[int]], list[list[int]]]:
    """Earliest and latest start per day and node, start and end of each day included."""
    opens, lasts = [], []
    for day in days:
        found = [node.slots[day.index] for node in table]
        opens.append([NEVER[0] if slot is None else _up(slot.opens, scale) for slot in found])
        lasts.append([NEVER[1] if slot is None else _down(slot.last, scale) for slot in found])
        opens[-1] += [_up(other.start, scale) for other in days for _ in range(2)]
        lasts[-1] += [_down(other.end, scale) for other in days for _ in range(2)]
    return opens, lasts


def _typical(table: list[Node], average: list[float], used: list[Visit | None]) -> tuple[float, float]:
    """The median score of the candidates that can be had and are wanted, and their median score per minute."""
    first: dict[int, int] = {}
    for k, node in enumerate(table):
        visit = used[k]
        if visit is not None and average[k] > 0 and visit.minutes > 0:
            first.setdefault(node.visit, k)
    if not first:
        return 1.0, 0.0
    scores = sorted(average[k] for k in first.values())
    rates = sorted(average[k] / visit.minutes for k in first.values() if (visit := used[k]) is not None)
    return scores[(len(scores) - 1) // 2], rates[(len(rates) - 1) // 2]


def _alike(
    days: tuple[Day, ...],
    opens: list[list[int]],
    lasts: list[list[int]],
    gains: list[list[float]],
    tokens: list[list[tuple[int, ...]]],
    base: list[list[int]],
    count: int,
) -> list[int]:
    """For each day the first day that the search cannot tell from it."""
    first: dict[object, int] = {}
    found = []
    for index, day in enumerate(days):
        key = (
            (day.start, day.end, day.start_location, day.end_location),
            tuple(opens[index][:count]),
            tuple(lasts[index][:count]),
            tuple(gains[index]),
            tuple(tokens[index]),
            tuple(base[index]),
        )
        found.append(first.setdefault(key, index))
    return found


def _confine(model: Model) -> None:
    """Let a pause where a day starts only begin it, and one where it ends only end it."""
    for k, node in enumerate(model.table):
        if node.home is None:
            continue
        day, side = node.home
        if side == BEFORE:
            for row in model.reach:
                row[k] = FAR
            model.reach[model.nodes + 2 * day][k] = 0
        elif side == AFTER:
            onward = model.reach[k][model.nodes + 2 * day + 1]
            model.reach[k] = [FAR] * len(model.reach)
            model.reach[k][model.nodes + 2 * day + 1] = onward


def _admit(model: Model, day: int) -> None:
    """Make what is frozen hold, whatever the travel times say; make a day whose end cannot be reached an empty one."""
    base, reach, opens, lasts = model.base[day], model.reach, model.opens[day], model.lasts[day]
    first, last = model.nodes + 2 * day, model.nodes + 2 * day + 1
    if base:
        opens[first] = min(opens[first], opens[base[0]])
        here = first
        for node in base:
            reach[here][node] = min(reach[here][node], opens[node] - opens[here])
            here = node
        lasts[last] = max(lasts[last], opens[here] + reach[here][last])
        route = model.whole(day, base)
        for matrix, limits in model.walks:
            limits[day] = max(limits[day], sum(matrix[a][b] for a, b in pairwise(route)) + 1e-6)
    elif not empty_day_fits(model, day):
        opens[: model.nodes] = [NEVER[0]] * model.nodes
        lasts[: model.nodes] = [NEVER[1]] * model.nodes
        lasts[last] = FAR
        for _, limits in model.walks:
            limits[day] = inf


def _afford(model: Model) -> None:
    """Raise capacities and budget to what is frozen and what the way from the start to the end of each day costs."""
    use = [0] * len(model.capacity)
    least = 0
    for day, nodes in enumerate(model.base):
        for node in nodes:
            least += model.cost[node]
            for token in model.tokens[day][node]:
                use[token] += 1
        route = model.whole(day, nodes)
        if model.fares is not None:
            least += sum(model.fares[a][b] for a, b in pairwise(route))
    model.capacity = [max(room, used) for room, used in zip(model.capacity, use, strict=True)]
    if model.budget is not None:
        model.budget = max(model.budget, least)
        if not any(model.cost) and model.fares is None:
            model.budget = None


def empty_day_fits(model: Model, day: int) -> bool:
    """Whether the day's end can be reached from its start at all."""
    first, last = model.nodes + 2 * day, model.nodes + 2 * day + 1
    walks = all(matrix[first][last] <= limits[day] for matrix, limits in model.walks)
    return walks and model.opens[day][first] + model.reach[first][last] <= model.lasts[day][last]


def _scale(problem: Problem, minutes: Rows) -> int:
    """The factor that makes all times whole numbers, at most 100; what is finer is rounded to the safe side."""
    times: set[float] = set()
    for row in minutes:
        times.update(row)
    for visit in problem.visits:
        times.add(visit.minutes)
        if visit.fixed is not None:
            times.add(visit.fixed.start)
        for windows in visit.windows or ():
            times.update(value for window in windows for value in window)
    for day in problem.days:
        times.update((day.start, day.end, *(value for meal in day.meals for value in (meal.opens, meal.closes))))
        times.update(value for pause in day.breaks for value in (pause.minutes, pause.opens, pause.closes))
        times.update(() if day.frozen_before is None else (day.frozen_before,))
    times.update(item.start for item in problem.previous if item.start is not None)
    times.add(problem.disruption.within)
    times.discard(inf)
    for scale in (1, 10):
        if all(abs(value * scale - round(value * scale)) < 1e-6 for value in times):
            return scale
    return 100


def _up(value: float, scale: int) -> int:
    return ceil(value * scale - 1e-6)


def _down(value: float, scale: int) -> int:
    return floor(min(value, FAR) * scale + 1e-6)


def _gain(
    problem: Problem,
    day: Day,
    table: list[Node],
    used: list[Visit | None],
    average: list[float],
    unit: float,
    bonus: float,
) -> list[float]:
    """What each node adds to the value on a day: its score, bonuses, and the disruption that it spares."""
    required = {meal.name for meal in day.meals if meal.required}
    previous = {item.visit: item for item in problem.previous}
    change = problem.disruption
    gains = []
    for node, visit, score in zip(table, used, average, strict=True):
        slot = node.slots[day.index]
        gain, extra = score, 0
        if slot is not None:
            extra = (slot.meal in required) + (slot.pause is not None)
        if visit is not None:
            extra += 4 if visit.fixed is not None else 2 if visit.must else 0
            before = previous.get(visit.id)
            if before is not None:
                gain += unit * change.dropped
                if before.day != day.index:
                    gain -= unit * change.other_day
                elif before.start is not None and slot is not None and not slot.near and node.frozen is None:
                    gain -= unit * change.other_time
        gains.append(gain + bonus * extra)
    return gains


def _tokens(
    problem: Problem, used: list[Visit | None], table: list[Node]
) -> tuple[list[list[tuple[int, ...]]], list[int], list[tuple[str, ...]]]:
    """Per day and node the tokens it uses; the capacity and the name of each token."""
    numbers: dict[tuple[str, ...], int] = {}
    capacity: list[int] = []

    def token(room: int, *key: str) -> int:
        if key not in numbers:
            numbers[key] = len(capacity)
            capacity.append(room)
        return numbers[key]

    limit = problem.max_same_kind_per_day
    rows = []
    for day in problem.days:
        row = []
        for k, (node, visit) in enumerate(zip(table, used, strict=True)):
            slot = node.slots[day.index]
            mine = []
            if visit is not None:
                mine.append(token(1, "visit", str(node.visit)))
                if visit.group is not None:
                    mine.append(token(1, "group", visit.group))
                if slot is not None and slot.meal is not None:
                    mine.append(token(1, "meal", str(day.index), slot.meal))
                if day.max_stops is not None:
                    mine.append(token(day.max_stops, "stops", str(day.index)))
                meal = slot is not None and slot.meal is not None
                if limit is not None and visit.kind and not meal and not counts_not_as_kind(visit):
                    mine.append(token(limit, "kind", str(day.index), visit.kind))
            else:
                mine.append(token(1, "pause", str(k)))
            if slot is not None and slot.pause is not None:
                mine.append(token(1, "break", str(day.index), slot.pause.name))
            row.append(tuple(mine))
        rows.append(row)
    return rows, capacity, list(numbers)


def counts_not_as_kind(visit: Visit) -> bool:
    return visit.must or visit.fixed is not None or bool(visit.meals)


def _walks(problem: Problem, legs: Legs) -> list[tuple[Rows, list[float]]]:
    """The walking limits: a matrix of what each leg adds and the room of each day."""
    found = []
    for matrix, limits in (
        (legs.walked_metres, [day.max_walk_metres for day in problem.days]),
        (legs.walked_minutes, [day.max_walk_minutes for day in problem.days]),
    ):
        if any(limit is not None for limit in limits):
            found.append((matrix(), [inf if limit is None else limit + 1e-6 for limit in limits]))
    return found

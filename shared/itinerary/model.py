"""From a problem to the numbers the search works on: integers, one time window per node and day.

A visit with several windows (or several meals, or a pause after it) on a day becomes as many nodes, of which at most
one is used, after the multiple-window TOPTW of Souffriau et al. (2013). What else is limited (meals, breaks, groups,
kinds, stops a day) is a token with a capacity. Musts, fixed stops, required meals and breaks get a bonus greater than
all scores together, so no plan that could hold one more of them is ever better.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, pairwise
from math import ceil, floor, inf
from typing import TypeVar

from .legs import FAR, Amounts, Legs, Times
from .money import visit_cost
from .nodes import AFTER, BEFORE, Node, make_nodes
from .problem import Day, Problem, Visit
from .slots import Hours, Slot, frozen
from .tokens import count_tokens

NEVER = (1, 0)
Slots = list[tuple[Slot | None, ...]]
T = TypeVar("T")
Row = TypeVar("Row", "list[int]", "list[float]", "array[int]", "array[float]")


@dataclass(slots=True, eq=False, repr=False)
class Model:
    """What the search reads. Nodes 0..nodes-1 are visits and pauses where a day starts or ends (their visit is -1);
    start and end of day d are nodes + 2d and nodes + 2d + 1.

    `reach[i][j]` is the service time of i plus the travel time from i to j. `opens`/`lasts`/`gain`/`tokens` are per day
    and node: earliest and latest start, score with bonuses, tokens used. Days with equal numbers share an `alike`
    index. `base` is what is frozen: the first stops of every plan. `fares`/`tolls` of legs are None where there are
    none. `unit` is the score of a typical candidate, `minute` its score per minute.

    Rows that are equal are one and the same, of days as well as of nodes: none is to be changed. Those of matrices are
    packed as the search reads them.
    """

    problem: Problem
    hours: list[Hours]
    scale: int
    nodes: int
    visit_of: list[int]
    nodes_of: list[list[int]]
    table: list[Node]
    reach: Times
    opens: list[list[int]]
    lasts: list[list[int]]
    gain: list[list[float]]
    tokens: list[list[tuple[int, ...]]]
    capacity: list[int]
    token_names: list[tuple[str, ...]]
    cost: list[int]
    budget: float | None
    walks: list[tuple[Amounts, list[float]]]
    fares: Amounts | None
    tolls: Amounts | None
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
    hours = [Hours(day) for day in days]
    table = make_nodes(problem, hours, frozen(problem))
    count = len(table)
    slots: Slots = _by_day(days, [node.slots for node in table])
    visit_of = [node.visit for node in table]
    nowhere = problem.travel.size
    places = [node.place for node in table]
    for day in days:
        places += [nowhere if place is None else place for place in (day.start_location, day.end_location)]
    legs = Legs(problem, places)
    scale = _scale(_times(problem, legs))
    service = [ceil(node.minutes * scale - 1e-6) for node in table] + [0] * (2 * len(days))
    opens, lasts = _windows(days, table, scale)
    scores = [
        [member_score(visit, m) * (worth or {}).get(visit.id, 1.0) for visit in visits] + [0.0]
        for m in range(max(len(problem.members), 1))
    ]
    weights = [member.weight for member in problem.members] or [1.0]
    whole = sum(weights)
    per_visit = [
        sum([w * s for w, s in zip(weights, column, strict=True)]) / whole for column in zip(*scores, strict=True)
    ]
    average = [per_visit[index] for index in visit_of]
    unit, minute = _typical(problem, visit_of, per_visit)
    toll = problem.travel_weight * minute
    change = problem.disruption
    highest = unit * (change.dropped + change.other_day + change.other_time) * len(problem.previous)
    highest += toll * sum(day.end - day.start for day in days)
    bonus = 10.0 * (1.0 + sum(abs(score) for score in average) * (1.0 + problem.fairness) + highest)
    tokens, capacity, names = count_tokens(problem, table, slots)
    gains = _gains(problem, table, slots, average, unit, bonus)
    frozen_nodes = [k for k, node in enumerate(table) if node.frozen is not None]
    base = [
        [k for _, k in sorted((opens[day.index][k], k) for k in frozen_nodes if table[k].frozen == day.index)]
        for day in days
    ]
    costs = [visit_cost(problem, visit) for visit in visits] + [0]
    member_scores = [[row[index] for index in visit_of] for row in scores]
    model = Model(
        problem=problem,
        hours=hours,
        scale=scale,
        nodes=count,
        visit_of=visit_of,
        nodes_of=[[] for _ in visits],
        table=table,
        reach=legs.reach(service, scale),
        opens=opens,
        lasts=lasts,
        gain=gains,
        tokens=tokens,
        capacity=capacity,
        token_names=names,
        cost=[costs[index] for index in visit_of],
        budget=problem.budget,
        walks=_walks(problem, legs),
        fares=legs.fares() if any(mode.prices for mode in problem.travel.modes) else None,
        tolls=legs.tolls(toll) if toll else None,
        alike=_alike(days, opens, lasts, gains, tokens, base),
        base=base,
        average=average,
        member_scores=member_scores,
        member_weights=weights,
        wanted=[max(values) > 0 for values in zip(*_distinct(gains), *member_scores, strict=True)],
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
    _afford(model)
    return model


def member_score(visit: Visit, member: int) -> float:
    return visit.score[member] if isinstance(visit.score, tuple) else visit.score


def _shared(rows: list[list[T]]) -> list[list[T]]:
    """The rows, equal ones as one and the same list."""
    known: dict[tuple[T, ...], list[T]] = {}
    return [known.setdefault(tuple(row), row) for row in rows]


def _distinct(rows: list[Row]) -> list[Row]:
    """Of rows that are one and the same only the first."""
    return list({id(row): row for row in rows}.values())


def _by_day(days: tuple[Day, ...], rows: list[list[T]]) -> list[tuple[T, ...]]:
    """What each node has on each day, day by day."""
    return list(zip(*rows, strict=True)) or [() for _ in days]


def _windows(days: tuple[Day, ...], table: list[Node], scale: int) -> tuple[list[list[int]], list[list[int]]]:
    """Earliest and latest start per day and node, start and end of each day included."""
    never, past = NEVER
    starts = [_up(day.start, scale) for day in days for _ in range(2)]
    ends = [_down(day.end, scale) for day in days for _ in range(2)]
    opens, lasts = (_by_day(days, rows) for rows in ([node.opens for node in table], [node.lasts for node in table]))
    ups = {time: never if time is None else _up(time, scale) for time in set(chain.from_iterable(opens))}
    downs = {time: past if time is None else _down(time, scale) for time in set(chain.from_iterable(lasts))}
    return (
        _shared([[ups[time] for time in row] + starts for row in opens]),
        _shared([[downs[time] for time in row] + ends for row in lasts]),
    )


def _typical(problem: Problem, visit_of: list[int], average: list[float]) -> tuple[float, float]:
    """The median score of the candidates that can be had and are wanted, and their median score per minute.

    `average`: the score of each visit.
    """
    wanted = [(average[k], problem.visits[k].minutes) for k in set(visit_of) if k >= 0]
    wanted = [(score, minutes) for score, minutes in wanted if score > 0 and minutes > 0]
    if not wanted:
        return 1.0, 0.0
    scores = sorted(score for score, _ in wanted)
    rates = sorted(score / minutes for score, minutes in wanted)
    return scores[(len(scores) - 1) // 2], rates[(len(rates) - 1) // 2]


def _alike(
    days: tuple[Day, ...],
    opens: list[list[int]],
    lasts: list[list[int]],
    gains: list[list[float]],
    tokens: list[list[tuple[int, ...]]],
    base: list[list[int]],
) -> list[int]:
    """For each day the first day that the search cannot tell from it: equal rows are one and the same."""
    first: dict[object, int] = {}
    found = []
    for index, day in enumerate(days):
        own = (day.start, day.end, day.start_location, day.end_location, day.max_walk_metres, day.max_walk_minutes)
        rows = (id(opens[index]), id(lasts[index]), id(gains[index]), id(tokens[index]))
        found.append(first.setdefault((own, rows, tuple(base[index])), index))
    return found


def _confine(model: Model) -> None:
    """Let pauses where a day starts only begin it, and those where it ends only end it, one after the other."""
    reach = model.reach
    homes: dict[tuple[int, str], list[int]] = {}
    for k, node in enumerate(model.table):
        if node.home is not None:
            homes.setdefault(node.home, []).append(k)
    stays = {k: reach[k][model.nodes + 2 * day + (side == AFTER)] for (day, side), own in homes.items() for k in own}
    before = [k for (_, side), own in homes.items() if side == BEFORE for k in own]
    for row in _distinct(reach) if before else ():
        for k in before:
            row[k] = FAR
    for (day, side), own in homes.items():
        for k in own:
            if side == BEFORE:
                _own(reach, model.nodes + 2 * day)[k] = 0
                _own(reach, k)
            else:
                reach[k] = array("i", [FAR]) * len(reach)
                reach[k][model.nodes + 2 * day + 1] = stays[k]
            for other in own:
                if other != k:
                    reach[k][other] = stays[k]


def _own(rows: list[Row], index: int) -> Row:
    """A row that is about to be changed, made one of its own."""
    rows[index] = rows[index][:]
    return rows[index]


def _admit(model: Model, day: int) -> None:
    """Make what is frozen hold, whatever the travel times say; make a day whose end cannot be reached an empty one."""
    base, reach = model.base[day], model.reach
    first, last = model.nodes + 2 * day, model.nodes + 2 * day + 1
    if base:
        opens, lasts = _own(model.opens, day), _own(model.lasts, day)
        opens[first] = min(opens[first], opens[base[0]])
        here = first
        for node in base:
            _own(reach, here)[node] = min(reach[here][node], opens[node] - opens[here])
            here = node
        lasts[last] = max(lasts[last], opens[here] + reach[here][last])
        if lasts[last] >= FAR:
            for node in set(range(model.nodes)).difference(base):
                opens[node], lasts[node] = NEVER
        route = model.whole(day, base)
        for matrix, limits in model.walks:
            limits[day] = max(limits[day], sum(matrix[a][b] for a, b in pairwise(route)) + 1e-6)
    elif not empty_day_fits(model, day):
        opens, lasts = _own(model.opens, day), _own(model.lasts, day)
        opens[: model.nodes] = [NEVER[0]] * model.nodes
        lasts[: model.nodes] = [NEVER[1]] * model.nodes
        lasts[last] = FAR
        for _, limits in model.walks:
            limits[day] = inf


def _afford(model: Model) -> None:
    """Raise capacities and budget to what is frozen and what the way from the start to the end of each day costs."""
    use = [0] * len(model.capacity)
    least = 0.0
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


def _times(problem: Problem, legs: Legs) -> Iterator[Iterable[float]]:
    """All times that the search reckons with."""
    yield from legs.times()
    for visit in problem.visits:
        yield visit.minutes, visit.minutes if visit.fixed is None else visit.fixed.start
        yield chain.from_iterable(chain.from_iterable(visit.windows or ()))
    for day in problem.days:
        yield day.start, day.end, day.end if day.frozen_before is None else day.frozen_before
        yield chain.from_iterable((meal.opens, meal.closes) for meal in day.meals)
        yield chain.from_iterable((pause.minutes, pause.opens, pause.closes) for pause in day.breaks)
    yield (item.start for item in problem.previous if item.start is not None)
    yield (problem.disruption.within,)


def _scale(times: Iterable[Iterable[float]]) -> int:
    """The factor that makes all times whole numbers, at most 100; what is finer is rounded to the safe side."""
    seen = {inf}
    scales = [1, 10]
    for some in times:
        new = set(some) - seen
        seen |= new
        scales = [scale for scale in scales if all(abs(value * scale - round(value * scale)) < 1e-6 for value in new)]
        if not scales:
            return 100
    return scales[0]


def _up(value: float, scale: int) -> int:
    return ceil(value * scale - 1e-6)


def _down(value: float, scale: int) -> int:
    return floor(min(value * scale, FAR) + 1e-6)


def urgency(problem: Problem) -> list[int]:
    """How many bonuses each visit brings: a must-see 2, a booking more than all must-sees, required meals and breaks
    together, which bring 1 each. So nothing takes the place of a booking but another one."""
    musts = sum(visit.must and visit.fixed is None for visit in problem.visits)
    ones = sum(sum(meal.required for meal in day.meals) + len(day.breaks) for day in problem.days)
    booked = max(4, 1 + 2 * musts + ones)
    return [booked if visit.fixed is not None else 2 if visit.must else 0 for visit in problem.visits]


def _gains(
    problem: Problem, table: list[Node], slots: Slots, average: list[float], unit: float, bonus: float
) -> list[list[float]]:
    """What each node adds to the value on each day: its score, bonuses, and the disruption that it spares."""
    previous = {item.visit: item for item in problem.previous}
    change = problem.disruption
    urgent = urgency(problem)
    extras = []
    moved = []
    for k, node in enumerate(table):
        visit = problem.visits[node.visit] if node.visit >= 0 else None
        extras.append(0 if visit is None else urgent[node.visit])
        if visit is not None and visit.id in previous:
            moved.append((k, previous[visit.id]))
    levels = [
        tuple(score + bonus * (extra + more) for more in range(3)) for score, extra in zip(average, extras, strict=True)
    ]
    gains = []
    for day, found in zip(problem.days, slots, strict=True):
        required = {meal.name for meal in day.meals if meal.required}
        more = [0 if slot is None else (slot.meal in required) + (slot.pause is not None) for slot in found]
        row = [level[extra] for level, extra in zip(levels, more, strict=True)]
        for k, before in moved:
            slot = found[k]
            gain = average[k] + unit * change.dropped
            if before.day != day.index:
                gain -= unit * change.other_day
            elif before.start is not None and slot is not None and not slot.near and table[k].frozen is None:
                gain -= unit * change.other_time
            row[k] = gain + bonus * (extras[k] + more[k])
        gains.append(row)
    return _shared(gains)


def _walks(problem: Problem, legs: Legs) -> list[tuple[Amounts, list[float]]]:
    """The walking limits: a matrix of what each leg adds and the room of each day."""
    found = []
    for matrix, limits in (
        (legs.walked_metres, [day.max_walk_metres for day in problem.days]),
        (legs.walked_minutes, [day.max_walk_minutes for day in problem.days]),
    ):
        if any(limit is not None for limit in limits):
            found.append((matrix(), [inf if limit is None else limit + 1e-6 for limit in limits]))
    return found

"""From a problem to the numbers the search works on: integers, one time window per node and day.

A visit with several windows (or several meals) on a day becomes as many nodes, of which at most one is used, after the
multiple-window TOPTW of Souffriau et al. (2013). What else is limited (meals, groups, kinds, stops a day) is a token
with a capacity. Musts, fixed stops and required meals get a bonus greater than all scores together, so no plan that
could hold one more of them is ever better.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, inf

from .problem import Day, Problem, Visit

NEVER = (1, 0)
FAR = 1 << 40


@dataclass(slots=True)
class Model:
    """What the search reads. Nodes 0..nodes-1 are visits; start and end of day d are nodes + 2d and nodes + 2d + 1.

    `reach[i][j]` is the service time of i plus the travel time from i to j. `opens`/`lasts`/`gain`/`tokens` are per day
    and node: earliest and latest start, score with bonuses, tokens used. Days with equal numbers share an `alike`
    index.
    """

    problem: Problem
    scale: int
    nodes: int
    visit_of: list[int]
    meal_of: list[list[str | None]]
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
    walks: list[tuple[list[list[float]], list[float]]]
    alike: list[int]
    average: list[float]
    member_scores: list[list[float]]
    member_weights: list[float]
    wanted: list[bool]
    bonus: float

    @property
    def free(self) -> bool:
        """Whether visits share nothing that is limited, time apart."""
        alone = all(len(tokens) == 1 for row in self.tokens for tokens in row)
        several = len(set(self.visit_of)) < self.nodes
        return alone and not several and self.budget is None and not self.walks

    def discount(self, visits: set[int], factor: float) -> None:
        """Make some visits worth only a part of their score; what musts are worth stays."""
        for row in self.gain:
            for node, visit in enumerate(self.visit_of):
                if visit in visits and row[node] > 0:
                    score = row[node] % self.bonus
                    row[node] += score * (factor - 1)


@dataclass(slots=True)
class Slot:
    """A stretch of a day in which a visit may start."""

    opens: float
    last: float
    meal: str | None = None


def vetoed_by(problem: Problem, visit: Visit) -> tuple[str, ...]:
    return tuple(member.id for member in problem.members if visit.id in member.vetoes)


def member_score(visit: Visit, member: int) -> float:
    return visit.score[member] if isinstance(visit.score, tuple) else visit.score


def slots(visit: Visit, day: Day) -> list[Slot]:
    """When the visit may start on the day, as far as its windows, the meals and the day's own hours say."""
    found: list[Slot] = []
    if visit.fixed is not None:
        if visit.fixed.day == day.index:
            start = visit.fixed.start
            meal = next((m.name for m in day.meals if m.name in visit.meals and m.opens <= start <= m.closes), None)
            found.append(Slot(start, start, meal))
    else:
        windows = ((0.0, inf),) if visit.windows is None else visit.windows[day.index]
        for opens, closes in sorted(windows):
            last = closes if visit.close_is_latest_start else closes - visit.minutes
            if visit.meals and day.meals:
                found += [
                    Slot(max(opens, meal.opens), min(last, meal.closes), meal.name)
                    for meal in day.meals
                    if meal.name in visit.meals
                ]
            else:
                found.append(Slot(opens, last))
    for slot in found:
        slot.opens = max(slot.opens, day.start)
        slot.last = min(slot.last, day.end - visit.minutes)
    return [slot for slot in found if slot.opens <= slot.last]


def compile_model(problem: Problem) -> Model:
    """Build the model of a problem. Vetoed visits get no node."""
    days, visits = problem.days, problem.visits
    visit_of: list[int] = []
    node_slots: list[list[Slot | None]] = []
    for index, visit in enumerate(visits):
        if vetoed_by(problem, visit):
            continue
        per_day = [slots(visit, day) for day in days]
        for variant in range(max((len(found) for found in per_day), default=0)):
            visit_of.append(index)
            node_slots.append([found[variant] if variant < len(found) else None for found in per_day])
    count = len(visit_of)
    used = [visits[index] for index in visit_of]
    minutes, metres, walked = _legs(problem, used)
    scale = _scale(problem, minutes, used)
    reach = _reach(minutes, [ceil(visit.minutes * scale - 1e-6) for visit in used] + [0] * (2 * len(days)), scale)
    opens, lasts = [], []
    for day in days:
        found = [per_day[day.index] for per_day in node_slots]
        opens.append([NEVER[0] if slot is None else _up(slot.opens, scale) for slot in found])
        lasts.append([NEVER[1] if slot is None else _down(slot.last, scale) for slot in found])
        opens[-1] += [_up(other.start, scale) for other in days for _ in range(2)]
        lasts[-1] += [_down(other.end, scale) for other in days for _ in range(2)]
    meal_of = [[slot.meal if (slot := per_day[day.index]) else None for per_day in node_slots] for day in days]
    scores = [[member_score(visit, m) for visit in used] for m in range(max(len(problem.members), 1))]
    weights = [member.weight for member in problem.members] or [1.0]
    average = [sum(w * s[k] for w, s in zip(weights, scores, strict=True)) / sum(weights) for k in range(count)]
    bonus = 10.0 * (1.0 + sum(abs(score) for score in average) * (1.0 + problem.fairness))
    tokens, capacity, names = _tokens(problem, used, visit_of, meal_of)
    gains = [_gain(day, used, average, meal_of[day.index], bonus) for day in days]
    walks = _walks(problem, metres, walked, minutes)
    model = Model(
        problem=problem,
        scale=scale,
        nodes=count,
        visit_of=visit_of,
        meal_of=meal_of,
        reach=reach,
        columns=[list(column) for column in zip(*reach, strict=True)],
        opens=opens,
        lasts=lasts,
        gain=gains,
        tokens=tokens,
        capacity=capacity,
        token_names=names,
        cost=[visit.cost for visit in used],
        budget=problem.budget if problem.budget is not None and any(visit.cost for visit in used) else None,
        walks=walks,
        alike=_alike(days, opens, lasts, gains, tokens, count),
        average=average,
        member_scores=scores,
        member_weights=weights,
        wanted=[any(row[k] > 0 for row in gains) or any(row[k] > 0 for row in scores) for k in range(count)],
        bonus=bonus,
    )
    for index in range(len(days)):
        if not empty_day_fits(model, index):
            _close(model, index)
    return model


def _alike(
    days: tuple[Day, ...],
    opens: list[list[int]],
    lasts: list[list[int]],
    gains: list[list[float]],
    tokens: list[list[tuple[int, ...]]],
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
        )
        found.append(first.setdefault(key, index))
    return found


def _close(model: Model, day: int) -> None:
    """Make a day whose end cannot be reached from its start an empty one."""
    model.opens[day][: model.nodes] = [NEVER[0]] * model.nodes
    model.lasts[day][: model.nodes] = [NEVER[1]] * model.nodes
    model.lasts[day][model.nodes + 2 * day + 1] = FAR
    for _, limits in model.walks:
        limits[day] = inf


def _legs(problem: Problem, used: list[Visit]) -> tuple[list[list[float]], list[list[float]], list[list[bool]]]:
    """Minutes, metres and "is walked" between nodes, start and end of each day included."""
    travel = problem.travel
    size = travel.size
    table = [[travel.choose(a, b) for b in range(size)] for a in range(size)]
    minutes_of = [[table[a][b].minutes[a][b] if a != b else 0.0 for b in range(size)] + [0.0] for a in range(size)]
    minutes_of.append([0.0] * (size + 1))
    metres_of = [
        [m[a][b] if (m := table[a][b].metres) and a != b else 0.0 for b in range(size)] + [0.0] for a in range(size)
    ]
    metres_of.append([0.0] * (size + 1))
    walks = [[table[a][b].name == "walk" for b in range(size)] + [False] for a in range(size)]
    walks.append([False] * (size + 1))
    places = [visit.location for visit in used]
    for day in problem.days:
        for place in (day.start_location, day.end_location):
            places.append(size if place is None else place)
    pick = [(minutes_of[a], metres_of[a], walks[a]) for a in places]
    return (
        [[row[b] for b in places] for row, _, _ in pick],
        [[row[b] for b in places] for _, row, _ in pick],
        [[row[b] for b in places] for _, _, row in pick],
    )


def _scale(problem: Problem, minutes: list[list[float]], used: list[Visit]) -> int:
    """The factor that makes all times whole numbers, at most 100; what is finer is rounded to the safe side."""
    times: set[float] = {value for row in minutes for value in row if value != inf}
    for visit in used:
        times.add(visit.minutes)
        if visit.fixed is not None:
            times.add(visit.fixed.start)
        for windows in visit.windows or ():
            times.update(value for window in windows for value in window if value != inf)
    for day in problem.days:
        times.update((day.start, day.end, *(value for meal in day.meals for value in (meal.opens, meal.closes))))
    for scale in (1, 10):
        if all(abs(value * scale - round(value * scale)) < 1e-6 for value in times):
            return scale
    return 100


def _up(value: float, scale: int) -> int:
    return ceil(value * scale - 1e-6)


def _down(value: float, scale: int) -> int:
    return floor(min(value, FAR) * scale + 1e-6)


def _reach(minutes: list[list[float]], service: list[int], scale: int) -> list[list[int]]:
    return [
        [stay + (ceil(value * scale - 1e-6) if value != inf else FAR) for value in row]
        for stay, row in zip(service, minutes, strict=True)
    ]


def _gain(day: Day, used: list[Visit], average: list[float], meals: list[str | None], bonus: float) -> list[float]:
    required = {meal.name for meal in day.meals if meal.required}
    gains = []
    for visit, score, meal in zip(used, average, meals, strict=True):
        extra = 4.0 if visit.fixed is not None else 2.0 if visit.must else 0.0
        gains.append(score + bonus * (extra + (meal in required)))
    return gains


def _tokens(
    problem: Problem, used: list[Visit], visit_of: list[int], meal_of: list[list[str | None]]
) -> tuple[list[list[tuple[int, ...]]], list[int], list[tuple[str, ...]]]:
    """Per day and node the tokens it uses; the capacity and the name of each token."""
    numbers: dict[tuple[str, ...], int] = {}
    capacity: list[int] = []

    def token(room: int, *key: str) -> int:
        if key not in numbers:
            numbers[key] = len(capacity)
            capacity.append(room)
        return numbers[key]

    table = []
    for day in problem.days:
        row = []
        for node, visit in enumerate(used):
            mine = [token(1, "visit", str(visit_of[node]))]
            if visit.group is not None:
                mine.append(token(1, "group", visit.group))
            meal = meal_of[day.index][node]
            if meal is not None:
                mine.append(token(1, "meal", str(day.index), meal))
            if day.max_stops is not None:
                mine.append(token(day.max_stops, "stops", str(day.index)))
            limit = problem.max_same_kind_per_day
            if limit is not None and visit.kind and meal is None and not counts_not_as_kind(visit):
                mine.append(token(limit, "kind", str(day.index), visit.kind))
            row.append(tuple(mine))
        table.append(row)
    return table, capacity, list(numbers)


def counts_not_as_kind(visit: Visit) -> bool:
    return visit.must or visit.fixed is not None or bool(visit.meals)


def _walks(
    problem: Problem, metres: list[list[float]], walked: list[list[bool]], minutes: list[list[float]]
) -> list[tuple[list[list[float]], list[float]]]:
    """The walking limits: a matrix of what each leg adds and the room of each day."""
    found = []
    for matrix, limits in (
        (metres, [day.max_walk_metres for day in problem.days]),
        (minutes, [day.max_walk_minutes for day in problem.days]),
    ):
        if any(limit is not None for limit in limits):
            added = [[v if w else 0.0 for v, w in zip(*rows, strict=True)] for rows in zip(matrix, walked, strict=True)]
            found.append((added, [inf if limit is None else limit + 1e-6 for limit in limits]))
    return found


def empty_day_fits(model: Model, day: int) -> bool:
    """Whether the day's end can be reached from its start at all."""
    first, last = model.nodes + 2 * day, model.nodes + 2 * day + 1
    walks = all(matrix[first][last] <= limits[day] for matrix, limits in model.walks)
    return walks and model.opens[day][first] + model.reach[first][last] <= model.lasts[day][last]

"""Same seed, same plan; what should not matter does not; the stopping rule rules; small problems are solved to the
end."""

from __future__ import annotations

import itertools
import random
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from types import FrameType

import pytest

from shared.itinerary import Day, Fixed, Member, Mode, Problem, Rate, Solution, Travel, Visit, alternatives, solve
from shared.itinerary.difference import shared_part
from shared.itinerary.engine import Search
from shared.itinerary.solution import Progress
from shared.itinerary.stop import FirstOf, MaxIterations, MaxSeconds, NoImprovement, keep_back

MakeProblem = Callable[[int], Problem]
SEEDS = range(500, 530)


def order(solution: Solution) -> list[list[tuple[str, float]]]:
    return [[(stop.visit, stop.start) for stop in day.stops] for day in solution.days]


def answer(problem: Problem, seed: int, iterations: int = 40) -> Solution:
    return solve(problem, seed=seed, stop=MaxIterations(iterations))


@pytest.mark.parametrize("seed", SEEDS)
def test_same_seed_same_plan(seed: int, random_problem: MakeProblem) -> None:
    assert answer(random_problem(seed), seed) == answer(random_problem(seed), seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_doubled_money_changes_no_plan(seed: int, random_problem: MakeProblem) -> None:
    problem = replace(random_problem(seed), rates=(Rate("USD", 1, 3),))
    budget = None if problem.budget is None else 2 * problem.budget
    modes = tuple(
        replace(mode, prices=mode.prices and tuple(tuple(2 * price for price in row) for row in mode.prices))
        for mode in problem.travel.modes
    )
    rich = replace(
        problem,
        budget=budget,
        visits=tuple(replace(v, cost=2 * v.cost) for v in problem.visits),
        travel=replace(problem.travel, modes=modes),
    )
    before, after = answer(problem, seed), answer(rich, seed)
    assert order(after) == order(before)
    assert after.cost == 2 * before.cost


@pytest.mark.parametrize("seed", SEEDS)
def test_shifted_clock_shifts_the_plan(seed: int, random_problem: MakeProblem) -> None:
    problem = random_problem(seed)
    later = replace(
        problem,
        days=tuple(
            replace(
                day,
                start=day.start + 60,
                end=day.end + 60,
                meals=tuple(replace(meal, opens=meal.opens + 60, closes=meal.closes + 60) for meal in day.meals),
                breaks=tuple(replace(one, opens=one.opens + 60, closes=one.closes + 60) for one in day.breaks),
                frozen_before=day.frozen_before and day.frozen_before + 60,
            )
            for day in problem.days
        ),
        visits=tuple(
            replace(
                visit,
                fixed=visit.fixed and replace(visit.fixed, start=visit.fixed.start + 60),
                windows=visit.windows
                and tuple(tuple((a + 60, b + 60) for a, b in windows) for windows in visit.windows),
            )
            for visit in problem.visits
        ),
        previous=tuple(replace(item, start=item.start and item.start + 60) for item in problem.previous),
    )
    expected = [[(name, start + 60) for name, start in day] for day in order(answer(problem, seed))]
    assert order(answer(later, seed)) == expected


@pytest.mark.parametrize("seed", SEEDS)
def test_candidate_that_cannot_be_used_changes_nothing(seed: int, random_problem: MakeProblem) -> None:
    problem = random_problem(seed)
    shut = Visit("shut", 0, 30, 99.0, windows=((),) * len(problem.days))
    assert order(answer(replace(problem, visits=(shut, *problem.visits)), seed)) == order(answer(problem, seed))


def small(seed: int) -> Problem:
    """Six candidates on a day or two, of which not all fit."""
    rng = random.Random(seed)
    far = [[0.0 if a == b else float(rng.randint(10, 60)) for b in range(7)] for a in range(7)]
    nearest = [[min(far[a][b], *(far[a][c] + far[c][b] for c in range(7))) for b in range(7)] for a in range(7)]
    count = rng.choice((1, 2))
    windows = [
        tuple(((s := rng.choice((540, 600, 720))), s + rng.choice((120, 300))) for _ in range(count)) for _ in range(6)
    ]
    return Problem(
        days=tuple(Day(i, f"day {i}", 540, 900, 0, 0) for i in range(count)),
        visits=tuple(
            Visit(
                f"v{i}", i + 1, rng.choice((60, 90)), float(rng.randint(1, 9)), tuple((w,) for w in windows[i]), cost=i
            )
            for i in range(6)
        ),
        travel=Travel((Mode("walk", tuple(tuple(row) for row in nearest)),)),
        budget=rng.choice((None, 8)),
        travel_weight=0.0,
    )


def worth(visit: Visit) -> float:
    """A booking outweighs all must-sees, and those all scores."""
    score = visit.score
    assert isinstance(score, float)
    return score + (9000.0 if visit.fixed is not None else 2000.0 if visit.must else 0.0)


def best_by_enumeration(problem: Problem) -> float:
    """The best worth of any plan, found by trying them all."""
    minutes = problem.travel.modes[0].minutes
    routes: list[list[tuple[frozenset[int], float, int]]] = []
    for day in problem.days:
        found = {(frozenset[int](), 0.0, 0)}
        for size in range(1, 5):
            for names in itertools.permutations(range(6), size):
                now, here = day.start, 0
                for index in names:
                    visit = problem.visits[index]
                    ((opens, closes),) = visit.windows[day.index]
                    now, here = now + minutes[here][visit.location], visit.location
                    if visit.fixed is not None:
                        opens, closes = visit.fixed.start, visit.fixed.start + visit.minutes
                    now = max(now, opens) + visit.minutes
                    if now > closes or (visit.fixed is not None and visit.fixed.day != day.index):
                        break
                else:
                    if now + minutes[here][0] <= day.end:
                        chosen = [problem.visits[index] for index in names]
                        found.add((frozenset(names), sum(map(worth, chosen)), sum(v.cost for v in chosen)))
        routes.append(sorted(found, key=lambda route: -route[1]))
    best = 0.0
    for plan in itertools.product(*routes):
        names = [index for route in plan for index in route[0]]
        affordable = problem.budget is None or sum(route[2] for route in plan) <= problem.budget
        if affordable and len(names) == len(set(names)):
            best = max(best, sum(route[1] for route in plan))
    return best


@pytest.mark.parametrize("seed", range(20))
def test_small_problems_are_solved_to_the_end_in_any_order_of_the_candidates(seed: int) -> None:
    problem = small(seed)
    best = best_by_enumeration(problem)
    assert answer(problem, seed, 1000).score == best
    visits = list(problem.visits)
    random.Random(seed).shuffle(visits)
    assert answer(replace(problem, visits=tuple(visits)), seed, 1000).score == best


@pytest.mark.parametrize("first", range(0, 40, 10))
def test_what_cannot_all_be_had_is_planned_as_closely_as_can_be(first: int) -> None:
    """As many bookings and must-sees as any plan has, and then the best scores; what is missing is named."""
    unmet = 0
    for seed in range(first, first + 10):
        rng = random.Random(seed)
        problem = small(seed)
        visits = list(problem.visits)
        for index in rng.sample(range(6), 4):
            visits[index] = replace(visits[index], must=True)
        booking = Fixed(rng.randrange(len(problem.days)), rng.choice((560, 650, 700, 780)))
        visits[0] = replace(visits[0], must=False, fixed=booking)
        problem = replace(problem, visits=tuple(visits))
        solution = answer(problem, seed, 600)
        there = [problem.visit(stop.visit) for day in solution.days for stop in day.stops]
        assert sum(map(worth, there)) == best_by_enumeration(problem), seed
        missing = {visit.id for visit in visits if (visit.must or visit.fixed) and visit not in there}
        assert {item.visit for item in solution.unmet} == missing, seed
        unmet += len(missing)
    assert unmet > 5


def test_stop_rules(random_problem: MakeProblem) -> None:
    problem = random_problem(3)
    assert answer(problem, 0, 17).iterations == 17
    assert answer(problem, 0, 0).iterations == 0
    assert solve(problem, stop=FirstOf(MaxIterations(9), MaxSeconds(60))).iterations == 9
    assert solve(problem, stop=MaxSeconds(0)).iterations == 0
    assert solve(problem, stop=FirstOf(NoImprovement(30), MaxIterations(5000))).iterations < 5000


def test_time_for_the_explanation_is_kept_back() -> None:
    """Half of what passed between the first question and the first iteration."""
    now = [100.0]
    rule = MaxSeconds(10, lambda: now[0])
    assert not rule(0, 0.0)
    now[0] = 104.0
    keep_back(FirstOf(MaxIterations(9), rule), 0.5)
    now[0] = 107.9
    assert not rule(1, 0.0)
    now[0] = 108.0
    assert rule(2, 0.0)


def test_progress_never_falls_where_more_is_learnt_of_the_members_alone() -> None:
    heard: list[Progress] = []
    problem = crowded(24, members=3)
    solve(problem, stop=MaxIterations(1200), progress=heard.append)
    values = [step.value for step in heard]
    assert values == sorted(set(values))


def test_the_stopping_rule_is_asked_often() -> None:
    """Every few milliseconds, which is a hundred iterations or so, also while members are measured alone."""
    asked: list[int] = []

    def rule(iterations: int, best: float) -> bool:
        asked.append(iterations)
        return iterations >= 3000

    solve(crowded(120, members=5), stop=rule)
    assert max(later - earlier for earlier, later in pairwise(asked)) < 200


def test_how_often_it_is_asked_changes_nothing() -> None:
    """The plan after some iterations is one and the same, in whatever slices they are done."""

    class OneByOne(MaxIterations):
        def left(self, done: int) -> int:
            return 1

    problem = crowded(60, members=4)
    assert solve(problem, stop=OneByOne(700)) == solve(problem, stop=MaxIterations(700))


def test_what_is_asked_after_the_last_question_builds_no_search() -> None:
    """Also where many bookings clash, each of which is tried beside every other."""
    problem = crowded(60, members=2)
    visits = tuple(
        replace(visit, fixed=Fixed(index % 2, 560.0 + index % 9 * 20)) if index < 30 else visit
        for index, visit in enumerate(problem.visits)
    )
    built = []
    for one in (problem, replace(problem, visits=visits)):
        count = [0]

        def tell(frame: FrameType, event: str, argument: object, count: list[int] = count) -> None:
            count[0] += event == "call" and frame.f_code is Search.__init__.__code__

        sys.setprofile(tell)
        try:
            solution = solve(one, stop=MaxIterations(3))
        finally:
            sys.setprofile(None)
        built.append(count[0])
    assert len(solution.unmet) > 15
    assert built[0] == built[1] <= 3


def test_a_run_that_is_stopped_at_once_does_next_to_nothing() -> None:
    problem = crowded(240, members=8)
    calls = 0

    def rule(iterations: int, best: float) -> bool:
        nonlocal calls
        calls += 1
        return True

    assert solve(problem, stop=rule).iterations == 0
    assert calls <= 3 * (len(problem.members) + 2)


def test_an_unused_candidate_changes_nothing(random_problem: MakeProblem) -> None:
    for seed in range(600, 640):
        problem = random_problem(seed)
        closed = Visit("unused", 0, 60, 99.0, windows=((),) * len(problem.days))
        more = replace(problem, visits=(*problem.visits, closed))
        assert order(answer(more, seed)) == order(answer(problem, seed)), seed


def test_a_wish_never_breaks_another_silently(random_problem: MakeProblem) -> None:
    """What a plan keeps without the wish it keeps with it, or says that it does not."""
    for seed in range(700, 740):
        problem = random_problem(seed)
        if not problem.visits:
            continue
        before = answer(problem, seed)
        wished = problem.visits[seed % len(problem.visits)]
        visits = tuple(replace(visit, must=True) if visit is wished else visit for visit in problem.visits)
        after = answer(replace(problem, visits=visits), seed)
        there = {stop.visit for day in after.days for stop in day.stops}
        named = {item.visit for item in after.unmet}
        assert wished.id in there | named, seed
        for visit in visits:
            if visit.must or visit.fixed is not None:
                assert visit.id in there | named, seed
        lost = named - {item.visit for item in before.unmet} - {None}
        assert len(lost) <= 1, seed


def crowded(count: int, members: int) -> Problem:
    """Many candidates with narrow hours, in a plane."""
    rng = random.Random(count)
    points = [(rng.random() * 60, rng.random() * 60) for _ in range(count + 1)]
    minutes = tuple(tuple(float(round(abs(ax - bx) + abs(ay - by))) for bx, by in points) for ax, ay in points)
    visits = tuple(
        Visit(f"v{i}", i, 60, tuple(rng.random() for _ in range(members)), windows=(((540, 700 + i),),) * 5)
        for i in range(1, count + 1)
    )
    days = tuple(Day(index, f"day {index}", 540, 1200, 0, 0) for index in range(5))
    everybody = tuple(Member(f"m{i}") for i in range(members))
    return Problem(days, visits, Travel((Mode("walk", minutes),)), everybody, budget=10)


def test_progress_rises_and_ends_at_the_answer(random_problem: MakeProblem) -> None:
    heard: list[Progress] = []
    solution = solve(random_problem(8), stop=MaxIterations(80), progress=heard.append)
    values = [step.value for step in heard]
    assert values == sorted(values)
    assert heard[-1].days == tuple(tuple(stop.visit for stop in day.stops) for day in solution.days)


def clashing_tastes(fairness: float, flat_travel: Callable[[int], Travel]) -> Solution:
    """Two who love museums and one who loves beaches, with time for half."""
    visits = tuple(Visit(f"v{i}", i, 60, (3.0, 3.0, 0.2) if i % 2 else (0.2, 0.2, 3.0)) for i in range(1, 13))
    members = tuple(Member(name) for name in ("ann", "ben", "cleo"))
    days = (Day(0, "2027-04-02", 540, 960, 0, 0),)
    return answer(Problem(days, visits, flat_travel(13), members=members, fairness=fairness), 1, 300)


def test_fairness_lifts_the_worst_off(flat_travel: Callable[[int], Travel]) -> None:
    plain, fair = clashing_tastes(0.0, flat_travel), clashing_tastes(1.0, flat_travel)
    worst = [min(member.score for member in solution.members) for solution in (plain, fair)]
    assert worst[1] > 2 * worst[0]
    assert fair.score <= plain.score


def test_alternatives_are_different_and_valid(flat_travel: Callable[[int], Travel]) -> None:
    visits = (Visit("must", 1, 60, must=True), *(Visit(f"v{i}", i, 60, 5.0 + i % 3) for i in range(2, 25)))
    problem = Problem((Day(0, "2027-04-02", 540, 960, 0, 0),), visits, flat_travel(25))
    first = answer(problem, 0, 100)
    plans = (first, *alternatives(problem, first, stop=lambda: MaxIterations(100)))
    assert len(plans) == 3
    for one, other in itertools.combinations(plans, 2):
        assert shared_part(problem, one, other) <= 0.7
    assert all("must" in {stop.visit for stop in plan.days[0].stops} for plan in plans)


def test_no_alternative_where_there_is_no_choice(flat_travel: Callable[[int], Travel]) -> None:
    problem = Problem((Day(0, "2027-04-02", 540, 960, 0, 0),), (Visit("v", 1, 60),), flat_travel(2))
    assert alternatives(problem, answer(problem, 0), stop=lambda: MaxIterations(20)) == ()

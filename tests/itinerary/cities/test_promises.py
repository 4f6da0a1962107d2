"""What must not change an answer, and what the answers say, on problems that people can follow."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from shared.itinerary import ProblemError
from shared.itinerary.cities import CitiesProblem, City, Stay, Transfer, Wish, plan
from shared.itinerary.cities.build import build
from shared.itinerary.cities.check import faults
from shared.itinerary.cities.clash import Oracle, cheapest_to_give_up, smallest_clash
from shared.itinerary.cities.codec import problem_from_json, problem_to_json, solution_to_json
from tests.itinerary.cities.worlds import make_problem

SEEDS = range(40)
POSSIBLE = (0, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 16, 17, 19, 22, 23, 24, 26, 28, 29, 32, 33, 34, 40, 41, 42, 43)
CLASHING = (1, 10, 14, 18, 25, 27, 30, 31, 36, 46, 49, 52)
HOPELESS = (15, 20, 21, 35, 37, 38)


def japan(*wishes: Wish) -> CitiesProblem:
    """Ten nights from Paris and back: Tokyo, Kyoto, Osaka and Kanazawa, a bed and a train everywhere."""
    names = ("tokyo", "kyoto", "osaka", "kanazawa")
    trains = tuple(Transfer(f"{a}-{b}", a, b, "train", 150, price=8_000) for a in names for b in names if a != b)
    flights = tuple(
        flight
        for city in ("tokyo", "osaka")
        for flight in (
            Transfer(f"paris-{city}", "paris", city, "flight", 840, 60_000, overnight=True, clock_shift=420),
            Transfer(f"{city}-paris", city, "paris", "flight", 870, 60_000, clock_shift=-420),
        )
    )
    return CitiesProblem(
        first_date="2027-04-01",
        horizon=10,
        cities=tuple(
            City(name, name.title(), score, meals=4_000)
            for name, score in zip(names, (4.0, 5.0, 2.0, 3.0), strict=True)
        ),
        transfers=trains + flights,
        stays=tuple(
            stay
            for name in names
            for stay in (
                Stay(f"{name}-hotel", name, "Hotel", "hotel", 16_000, 2, rooms=5, rating=4.0),
                Stay(f"{name}-hostel", name, "Hostel", "hostel", 7_000, 2, rooms=5, rating=3.0, allows=("pets",)),
            )
        ),
        start="paris",
        end="paris",
        people=2,
        wishes=wishes,
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_order_money_and_calendar_do_not_matter(seed: int) -> None:
    problem = make_problem(seed)
    value = plan(problem).value
    shuffled = replace(
        problem,
        **{
            name: tuple(random.Random(seed).sample(getattr(problem, name), len(getattr(problem, name))))
            for name in ("cities", "transfers", "stays", "wishes")
        },
    )
    assert plan(shuffled).value == pytest.approx(value, abs=1e-6)
    assert plan(doubled(problem)).value == pytest.approx(value, abs=1e-6)
    assert plan(weeks_later(problem)).value == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize("seed", POSSIBLE)
def test_more_to_choose_from_is_never_worse_and_more_wishes_never_better(seed: int) -> None:
    problem = make_problem(seed)
    solution = plan(problem)
    assert solution.status == "optimal"
    useless = replace(problem, cities=(*problem.cities, City("nowhere", "Nowhere")))
    useless = replace(
        useless,
        cities=tuple(
            replace(c, score=(0.0,) * max(len(problem.members), 1)) if c.id == "nowhere" else c for c in useless.cities
        ),
    )
    with_nowhere = plan(useless)
    assert with_nowhere.value == pytest.approx(solution.value, abs=1e-6)
    assert [item.reason for item in with_nowhere.left_out if item.city == "nowhere"] == ["no_stay"]
    fewer = plan(replace(problem, wishes=problem.wishes[:-1]))
    assert fewer.value >= solution.value - 1e-6


@pytest.mark.parametrize("seed", CLASHING)
def test_without_the_wishes_given_up_nothing_clashes_any_more(seed: int) -> None:
    problem = make_problem(seed)
    solution = plan(problem)
    assert solution.status == "infeasible"
    assert solution.clash is not None
    assert solution.clash.wishes
    given_up = {item.wish for item in solution.given_up}
    assert given_up & set(solution.clash.wishes)
    without = plan(replace(problem, wishes=tuple(wish for wish in problem.wishes if wish.id not in given_up)))
    assert without.status == "optimal"
    assert without.value >= solution.value - 1e-6


@pytest.mark.parametrize("seed", HOPELESS)
def test_where_there_is_no_trip_at_all_no_wish_is_blamed(seed: int) -> None:
    problem = make_problem(seed)
    for wishes in (problem.wishes, ()):
        solution = plan(replace(problem, wishes=wishes))
        assert solution.status == "infeasible"
        assert solution.clash is not None
        assert (solution.clash.wishes, solution.given_up, solution.visits) == ((), (), ())


def test_every_wish_is_kept_or_named() -> None:
    """Adding wishes one by one, each is met until a clash names some that the plan then does without."""
    wishes = (
        Wish("all", "total_nights", at_least=10),
        Wish("osaka", "visit", ("osaka",)),
        Wish("kyoto", "on_date", ("kyoto",), date="2027-04-03"),
        Wish("tokyo-last", "last", ("tokyo",)),
        Wish("money", "budget", at_most=700_000),
        Wish("dog", "stay_rules", names=("pets",)),
    )
    for count in range(len(wishes) + 1):
        problem = japan(*wishes[:count])
        solution = plan(problem)
        assert solution.status == "optimal"
        assert faults(problem_to_json(problem), solution_to_json(solution)) == []


def test_the_overnight_flight_takes_a_night_and_lands_the_next_day() -> None:
    solution = plan(japan())
    assert (solution.trips[0].date, solution.trips[0].arrival_date) == ("2027-04-01", "2027-04-02")
    assert solution.visits[0].arrive == "2027-04-02"
    assert solution.nights == sum(visit.nights for visit in solution.visits) + 1
    assert solution.money.total == solution.money.transfers + solution.money.stays + solution.money.meals


def test_what_is_left_out_has_a_reason() -> None:
    two = japan(Wish("short", "max_cities", at_most=2), Wish("no-kyoto", "nights", ("kyoto",), at_least=10))
    reasons = {item.city: (item.reason, item.by) for item in plan(two).left_out}
    assert reasons.pop("kyoto") in {("clash", ("no-kyoto",)), ("clash", ("short",))}, "either is enough"
    assert reasons == {"kanazawa": ("clash", ("short",))}
    base = japan()
    dull = replace(base, cities=tuple(replace(c, score=0.0) if c.id == "kanazawa" else c for c in base.cities))
    (left_out,) = plan(dull).left_out
    assert (left_out.city, left_out.reason) == ("kanazawa", "less_worth")
    assert left_out.loss is not None and left_out.loss > 0


def test_a_clash_is_named_and_the_budget_that_would_do() -> None:
    wishes = (
        Wish("osaka", "visit", ("osaka",), cost=9),
        Wish("ten", "total_nights", at_least=10, cost=9),
        Wish("hotels", "stay_types", names=("hotel",), cost=9),
        Wish("money", "budget", at_most=420_000),
        Wish("trains", "avoid_modes", names=("bus",)),
    )
    solution = plan(japan(*wishes))
    assert solution.status == "infeasible"
    assert solution.clash is not None
    assert set(solution.clash.wishes) == {"ten", "hotels", "money"}
    assert (solution.clash.minimal, solution.clash.smallest) == (True, True)
    (given_up,) = solution.given_up
    assert given_up.wish == "money"
    assert given_up.needed == solution.money.total


def test_a_time_limit_is_kept_and_told() -> None:
    solution = plan(japan(), seconds=0.0)
    assert solution.status in ("unknown", "stopped")
    assert solution.status != "stopped" or (solution.gap or 0) > 0


def test_the_same_problem_has_the_same_answer() -> None:
    assert plan(japan()) == plan(japan())


@pytest.mark.parametrize(
    ("field", "spoil"),
    [
        ("'nights'", lambda doc: doc.update(nights=3)),
        ("first_date", lambda doc: doc.update(first_date="soon")),
        ("transfers['tokyo-kyoto']", lambda doc: doc["transfers"][0].update(destination="atlantis")),
        ("stays['tokyo-hotel'].city", lambda doc: doc["stays"][0].update(city="atlantis")),
        ("wishes['w'].cities", lambda doc: doc.update(wishes=[{"id": "w", "kind": "visit", "cities": ["x"]}])),
        ("wishes['w'].kind", lambda doc: doc.update(wishes=[{"id": "w", "kind": "wish"}])),
        ("wishes['w'].at_most", lambda doc: doc.update(wishes=[{"id": "w", "kind": "budget"}])),
        ("stays", lambda doc: doc["stays"].append(doc["stays"][0])),
        ("first_date", lambda doc: doc.update(first_date="9999-12-20")),
        ("people", lambda doc: doc.update(people=10**20)),
        ("weights.travel_hour", lambda doc: doc["weights"].update(travel_hour=float("nan"))),
        ("score", lambda doc: doc["cities"][0].update(score=float("nan"))),
        ("meals", lambda doc: doc["cities"][0].update(meals=10**400)),
        ("minutes", lambda doc: doc["transfers"][0].update(minutes=10**20)),
        ("price", lambda doc: doc["stays"][0].update(price=-1)),
        ("max_visits", lambda doc: doc["cities"][0].update(max_visits=10**20)),
        ("departures", lambda doc: doc["transfers"][0].update(departures=[])),
        ("at_most", lambda doc: doc.update(wishes=[{"id": "w", "kind": "budget", "at_most": float("nan")}])),
        ("cost", lambda doc: doc.update(wishes=[{"id": "w", "kind": "no_overnight", "cost": float("inf")}])),
    ],
)
def test_a_problem_that_cannot_be_understood_names_the_field(field, spoil) -> None:
    document = problem_to_json(japan())
    spoil(document)
    with pytest.raises(ProblemError) as caught:
        problem_from_json(document)
    assert field in str(caught.value)


def doubled(problem: CitiesProblem) -> CitiesProblem:
    """All money twice; a thousand minor units hurt half as much."""
    return replace(
        problem,
        cities=tuple(replace(city, meals=2 * city.meals) for city in problem.cities),
        transfers=tuple(replace(one, price=2 * one.price) for one in problem.transfers),
        stays=tuple(replace(stay, price=2 * stay.price) for stay in problem.stays),
        weights=replace(problem.weights, spending=problem.weights.spending / 2),
        wishes=tuple(
            replace(wish, at_most=2 * wish.at_most) if wish.kind == "budget" else wish for wish in problem.wishes
        ),
    )


def weeks_later(problem: CitiesProblem) -> CitiesProblem:
    """The same trip three weeks later."""

    def moved(told: str) -> str:
        return (date.fromisoformat(told) + timedelta(weeks=3)).isoformat()

    return replace(
        problem,
        first_date=moved(problem.first_date),
        transfers=tuple(
            replace(one, dates=tuple(map(moved, one.dates))) if one.dates is not None else one
            for one in problem.transfers
        ),
        stays=tuple(
            replace(stay, available=tuple((moved(a), moved(b)) for a, b in stay.available))
            if stay.available is not None
            else stay
            for stay in problem.stays
        ),
        wishes=tuple(replace(wish, date=moved(wish.date)) if wish.date else wish for wish in problem.wishes),
    )


def test_an_order_of_many_cities_for_many_nights_stays_small() -> None:
    names = tuple(f"c{index}" for index in range(12))
    problem = CitiesProblem(
        first_date="2027-04-01",
        horizon=59,
        cities=tuple(City(name, name) for name in names),
        transfers=tuple(Transfer(f"{a}-{b}", a, b, "train", 60) for a in names for b in names if a != b),
        stays=tuple(Stay(name, name, name, "hotel", 1, 2) for name in names),
        wishes=(Wish("order", "order", names),),
    )
    with_order = build(problem, problem.wishes)
    without = build(problem, ())
    terms = sum(len(row.terms) for row in with_order.rows) - sum(len(row.terms) for row in without.rows)
    assert terms < 2 * len(without.values)


def test_a_clash_that_time_did_not_suffice_for_is_not_called_minimal() -> None:
    """The oracle knows that everything clashes and nothing else: what is given up is what surely does."""
    wishes = ["a", "b", "c"]
    costs = dict.fromkeys(wishes, 1.0)
    told = iter([True, False])
    asked = Oracle(lambda _wishes: next(told, None), lambda: False)
    assert asked.possible(frozenset())
    assert not asked.possible(frozenset(wishes))
    found, minimal, smallest = smallest_clash(asked, wishes)
    assert (found, minimal, smallest) == (frozenset(wishes), False, False)
    assert cheapest_to_give_up(asked, wishes, costs, found) == (frozenset(wishes), False)

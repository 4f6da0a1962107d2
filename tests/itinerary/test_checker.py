"""The independent judge: it shares nothing with the solver, reads all that the schemas allow, and overlooks nothing."""

from __future__ import annotations

import ast
import copy
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Any

import pytest

from shared.itinerary import (
    Break,
    Day,
    Fixed,
    MaxIterations,
    Meal,
    Member,
    Mode,
    Previous,
    Problem,
    ProblemError,
    Rate,
    Reason,
    Travel,
    Visit,
    solve,
)
from shared.itinerary.check import faults, main
from shared.itinerary.codec import problem_from_json, problem_to_json, solution_to_json

ROOT = Path(__file__).resolve().parents[2]
MakeProblem = Callable[[int], Problem]
MakeTravel = Callable[[int], Travel]
Document = dict[str, Any]
DAY = Day(0, "2027-04-02", 540, 1080, 0, 0)
UNJUDGED = {"iterations", "typical_score", "typical_minute"}
"""What does not follow from the plan and the problem."""


def solved(problem: Problem, iterations: int = 30) -> tuple[Document, Document]:
    solution = solve(problem, stop=MaxIterations(iterations))
    read: tuple[Document, Document] = json.loads(json.dumps([problem_to_json(problem), solution_to_json(solution)]))
    return read


def test_it_imports_nothing_of_the_solver() -> None:
    own = ROOT / "shared/itinerary"
    left, seen = ["check"], set()
    while left:
        name = left.pop()
        seen.add(name)
        for node in ast.walk(ast.parse((own / f"{name}.py").read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.level or (node.module or "").startswith("shared")):
                left += [node.module.rpartition(".")[2]] if node.module else [alias.name for alias in node.names]
            assert not (isinstance(node, ast.Import) and any(one.name.startswith("shared") for one in node.names))
        left = [name for name in left if name not in seen]
    assert all(name.startswith("check") for name in seen), seen


def leaves(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(document, (dict, list)):
        for key, value in document.items() if isinstance(document, dict) else enumerate(document):
            yield from leaves(value, (*path, key))
    else:
        yield path, document


def spoilt(document: Document, path: tuple[Any, ...], value: Any) -> Document:
    wrong = copy.deepcopy(document)
    inner: Any = wrong
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return wrong


def happened(day: Document) -> bool:
    """Whether it may have begun: nobody knows when they left then."""
    return bool(day["locked"]) or day["frozen_before"] is not None


def test_no_number_of_a_plan_can_be_another_unnoticed(random_problem: MakeProblem) -> None:
    tried = 0
    for seed in range(5000, 5012):
        problem, solution = solved(random_problem(seed))
        assert faults(problem, solution) == [], seed
        for path, value in leaves(solution):
            if path[0] in (*UNJUDGED, "unmet", "binding") or isinstance(value, str) or value is None:
                continue
            if path[-1] == "leave" and happened(problem["days"][path[1]]):
                continue
            others = [not value] if isinstance(value, bool) else [value + 1, value - 1, float("nan"), inf]
            for other in others:
                if path[-1] == "alone" and isinstance(other, (int, float)) and other > value:
                    continue
                assert faults(problem, spoilt(solution, path, other)), (seed, path, value, other)
                tried += 1
    assert tried > 1000


@pytest.mark.parametrize(
    ("day", "visit"),
    [
        (DAY, Visit("v", 1, 60, windows=(((540.0, inf),),))),
        (replace(DAY, meals=(Meal("tea", 600, inf),)), Visit("v", 1, 60, meals=("tea",))),
        (replace(DAY, breaks=(Break("rest", 30, 600, inf),)), Visit("v", 1, 60)),
        (replace(DAY, max_walk_metres=inf, max_walk_minutes=inf), Visit("v", 1, 60)),
    ],
)
def test_what_is_open_for_good_is_read(day: Day, visit: Visit, flat_travel: MakeTravel) -> None:
    problem, solution = solved(Problem((day,), (visit,), flat_travel(2)))
    assert faults(problem, solution) == []
    assert len(solution["days"][0]["stops"]) == 1


def test_a_day_whose_end_nothing_reaches_is_read_and_has_to_be_named() -> None:
    away = ((0.0, inf), (inf, 0.0))
    day = replace(DAY, end_location=1)
    problem, solution = solved(Problem((day,), (Visit("v", 0, 60),), Travel((Mode("bus", away, away),))))
    assert faults(problem, solution) == []
    assert faults(problem, {**solution, "unmet": [], "feasible": True}) != []


def place(solution: Document, **changes: Any) -> None:
    solution["days"][0]["stops"][0].update(changes)


Spoil = Callable[[Document, Document], Any]
PROBLEM_SPOILS: dict[str, Spoil] = {
    "closed": lambda problem, _: problem["visits"][0].update(windows=[[[900, 1000]]]),
    "closed between": lambda problem, _: problem["visits"][0].update(windows=[[[540, 551], [900, 990]]]),
    "another day only": lambda problem, _: problem["visits"][0].update(days=[]),
    "vetoed": lambda problem, _: problem["members"][0].update(vetoes=["a"]),
    "over budget": lambda problem, _: problem.update(budget=149),
    "of one group": lambda problem, _: [visit.update(group="g") for visit in problem["visits"][:2]],
    "too much walking": lambda problem, _: problem["days"][0].update(max_walk_metres=2000),
    "too long a walk": lambda problem, _: problem["days"][0].update(max_walk_minutes=25),
    "too many stops": lambda problem, _: problem["days"][0].update(max_stops=2),
    "a slow morning": lambda problem, _: problem["days"][0].update(start=600),
    "an early evening": lambda problem, _: problem["days"][0].update(end=700),
    "five minutes from the booking": lambda problem, solution: problem["visits"][0].update(
        fixed={"day": 0, "start": _start_of_a(solution) + 5}
    ),
    "a meal at another time": lambda problem, _: problem["days"][0]["meals"][0].update(opens=1000, closes=1080),
    "too many of a kind": lambda problem, _: problem.update(max_same_kind_per_day=1),
    "locked": lambda problem, _: problem["days"][0].update(locked=True),
    "walking was short enough": lambda problem, _: problem["travel"]["modes"].insert(
        0, {"name": "taxi", "minutes": [[0 if a == b else 5 for a in range(4)] for b in range(4)]}
    ),
    "another hotel": lambda problem, _: problem["days"][0].update(end_location=3),
}  # fmt: skip


def _start_of_a(solution: Document) -> float:
    return next(float(stop["start"]) for stop in solution["days"][0]["stops"] if stop["visit"] == "a")


@pytest.mark.parametrize("spoil", PROBLEM_SPOILS.values(), ids=PROBLEM_SPOILS.keys())
def test_a_plan_of_another_problem_is_refused(spoil: Spoil, flat_travel: MakeTravel) -> None:
    """The plan stays, one rule changes."""
    visits = (
        Visit("a", 1, 60, cost=100, kind="museum"),
        Visit("b", 2, 60, cost=50, kind="museum"),
        Visit("lunch", 3, 60, meals=("lunch",)),
    )
    day = replace(DAY, meals=(Meal("lunch", 690, 840),))
    problem, solution = solved(Problem((day,), visits, flat_travel(4), members=(Member("ana"),)))
    assert faults(problem, solution) == [] and len(solution["days"][0]["stops"]) == 3
    spoil(problem, solution)
    assert faults(problem, solution) != []


def test_stops_that_overlap_are_refused(flat_travel: MakeTravel) -> None:
    problem, solution = solved(Problem((DAY,), (Visit("a", 1, 60), Visit("b", 2, 60)), flat_travel(3)))
    one, other = solution["days"][0]["stops"]
    for name in ("arrive", "start", "end"):
        other[name] = one[name] + 30
    assert any("not after the leg" in fault for fault in faults(problem, solution))


def test_a_meal_had_twice_is_refused(flat_travel: MakeTravel) -> None:
    day = replace(DAY, meals=(Meal("lunch", 690, 840), Meal("late", 690, 840)))
    food = tuple(Visit(f"f{i}", i, 30, meals=("lunch", "late")) for i in (1, 2))
    problem, solution = solved(Problem((day,), food, flat_travel(3)))
    for stop in solution["days"][0]["stops"]:
        stop["meal"] = "lunch"
    assert any("lunch 2 times" in fault for fault in faults(problem, solution))


def left_out(problem: Problem) -> tuple[Document, Document]:
    documents = solved(problem)
    assert faults(*documents) == [] and len(documents[1]["left_out"]) == 1
    return documents


@pytest.mark.parametrize("reason", [one for one in Reason if one is not Reason.VETOED])
def test_a_veto_is_told_as_one(reason: Reason, flat_travel: MakeTravel) -> None:
    problem, solution = left_out(
        Problem((DAY,), (Visit("v", 1, 60),), flat_travel(2), (Member("ana", vetoes=frozenset({"v"})),))
    )
    solution["left_out"][0]["reason"] = reason
    assert faults(problem, solution) != []


@pytest.mark.parametrize("reason", [one for one in Reason if one is not Reason.CLOSED])
def test_what_is_closed_is_told_as_such(reason: Reason, flat_travel: MakeTravel) -> None:
    for visit in (Visit("v", 1, 60, windows=((),)), Visit("v", 1, 60, fixed=Fixed(0, 1070))):
        problem, solution = left_out(Problem((DAY,), (visit,), flat_travel(2)))
        for item in (*solution["left_out"], *solution["unmet"]):
            item["reason"] = reason
        assert faults(problem, solution) != []


@pytest.mark.parametrize(
    "reason", [Reason.CLOSED, Reason.VETOED, Reason.OVER_BUDGET, Reason.KIND_LIMIT, Reason.DAY_FULL,
               Reason.WALKING_LIMIT, Reason.ALTERNATIVE_CHOSEN]
)  # fmt: skip
def test_a_reason_that_there_is_not_is_refused(reason: Reason, flat_travel: MakeTravel) -> None:
    problem, solution = left_out(Problem((DAY,), (Visit("v", 1, 500), Visit("w", 2, 500, 2.0)), flat_travel(3)))
    assert solution["left_out"][0]["reason"] == Reason.NO_TIME
    solution["left_out"][0]["reason"] = reason
    assert faults(problem, solution) != []


def test_a_wish_that_is_kept_is_not_called_missing(flat_travel: MakeTravel) -> None:
    day = replace(DAY, meals=(Meal("lunch", 690, 840, required=True),), breaks=(Break("rest", 20, 800, 900),))
    problem, solution = solved(Problem((day,), (Visit("f", 1, 30, must=True, meals=("lunch",)),), flat_travel(2)))
    assert solution["unmet"] == []
    named: Document = {"reason": "no_time", "message": "?", "visit": None, "day": 0, "meal": None, "by": []}
    for wish in ({"wish": "must", "visit": "f", "day": None}, {"wish": "meal", "meal": "lunch"},
                 {"wish": "break", "meal": "rest"}, {"wish": "luck"}):  # fmt: skip
        assert faults(problem, {**solution, "feasible": False, "unmet": [{**named, **wish}]}) != []


def test_what_happened_may_break_the_limits_and_nothing_is_added_to_it(flat_travel: MakeTravel) -> None:
    visits = (Visit("a", 1, 60), Visit("b", 2, 60), Visit("c", 3, 60, must=True))
    day = replace(DAY, frozen_before=720.0)
    before = (Previous("a", 0, 560.0), Previous("b", 0, 640.0))
    problem, solution = solved(Problem((day,), visits, flat_travel(4), previous=before))
    assert faults(problem, solution) == [] and len(solution["days"][0]["stops"]) == 3
    for limit, value in (("max_stops", 2), ("max_walk_metres", 2100), ("max_walk_minutes", 30)):
        limited = copy.deepcopy(problem)
        limited["days"][0][limit] = value
        assert faults(limited, solution) != []
    problem, solution = solved(Problem((replace(day, max_stops=1),), visits, flat_travel(4), previous=before))
    assert faults(problem, solution) == [] and len(solution["days"][0]["stops"]) == 2


def test_the_command_refuses_numbers_that_are_none(flat_travel: MakeTravel, tmp_path: Path) -> None:
    problem, solution = solved(Problem((DAY,), (Visit("v", 1, 60),), flat_travel(2)))
    names = [tmp_path / "problem.json", tmp_path / "solution.json"]
    names[0].write_text(json.dumps(problem), encoding="utf-8")
    place(solution, start=float("nan"))
    names[1].write_text(json.dumps(solution), encoding="utf-8")
    command = [sys.executable, "-m", "shared.itinerary.check", *map(str, names)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stdout) == (1, "solution.days[0].stops[0].start is no number\n")


def test_an_id_may_be_any_text_and_a_whole_number_may_have_a_point(flat_travel: MakeTravel) -> None:
    """As the schema says; a wish of the visit "" is as loud as any other."""
    visit = Visit("", 1, 60, windows=((),), must=True)
    problem, solution = solved(Problem((DAY,), (visit,), flat_travel(2)))
    assert faults(problem, solution) == []
    problem["visits"][0]["location"] = 1.0
    assert problem_from_json(problem).visits == (visit,)
    problem["visits"][0]["location"] = 1.5
    with pytest.raises(ProblemError, match=r"problem\.visits\[0\]\.location: must be int"):
        problem_from_json(problem)


@pytest.mark.parametrize("wish", ["must", "fixed", "meal", "break", "budget"])
def test_a_wish_that_is_missing_without_a_word_is_noticed(wish: str, flat_travel: MakeTravel) -> None:
    """Also by a plan that calls itself feasible."""
    tour = Visit("tour", 1, 530, fixed=Fixed(0, 545))
    meal, rest = Meal("lunch", 690, 840, required=True), Break("rest", 60, 690, 840)
    bus = replace(flat_travel(2).modes[0], prices=((0, 300), (300, 0)))
    problem, solution = solved(
        {
            "must": Problem((DAY,), (Visit("v", 1, 60, windows=((),), must=True),), flat_travel(2)),
            "fixed": Problem((DAY,), (replace(tour, fixed=Fixed(0, 1000)),), flat_travel(2)),
            "meal": Problem((replace(DAY, meals=(meal,)),), (), flat_travel(2)),
            "break": Problem((replace(DAY, start_location=None, end_location=None, breaks=(rest,)),), (tour,),
                             flat_travel(2)),
            "budget": Problem((replace(DAY, end_location=1),), (), Travel((bus,)), budget=200),
        }[wish]
    )  # fmt: skip
    assert faults(problem, solution) == []
    assert [item["wish"] for item in solution["unmet"]] == [wish]
    assert faults(problem, {**solution, "unmet": [], "feasible": True}) != []


def test_money_that_is_spent_already_pays_for_nothing_more(flat_travel: MakeTravel) -> None:
    bus = replace(flat_travel(2).modes[0], prices=((0, 300), (300, 0)))
    day = replace(DAY, end_location=1)
    problem, solution = solved(Problem((day,), (Visit("v", 1, 60, cost=0),), Travel((bus,)), budget=200))
    assert faults(problem, solution) == [] and solution["days"][0]["stops"]
    problem["visits"][0]["cost"] = 1
    place(solution, cost=1)
    solution["days"][0]["cost"] += 1
    solution["cost"] += 1
    assert faults(problem, solution) == ["costs 301, though the budget is spent already and 300 would do"]


def test_what_was_frozen_and_what_moved_is_noticed(flat_travel: MakeTravel) -> None:
    before = (Previous("a", 0, 560.0), Previous("b", 0, 700.0))
    visits = (Visit("a", 1, 60), Visit("b", 2, 60))
    day = replace(DAY, frozen_before=600.0)
    problem, solution = solved(Problem((day,), visits, flat_travel(3), previous=before))
    assert faults(problem, solution) == [] and solution["moves"] == []
    moved = copy.deepcopy(problem)
    moved["previous"][0]["start"] = 550.0
    assert any("is frozen, but not kept" in fault for fault in faults(moved, solution))
    moved = copy.deepcopy(problem)
    moved["previous"][1]["start"] = 800.0
    assert any("moved" in fault for fault in faults(moved, solution))


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("problem", {"currency": "EUR", "rates": [{"currency": "USD", "amount": 0, "worth": 1}]}),
        ("problem", {"members": [{"id": "ana", "weight": 0}]}),
        ("problem", {"members": [{"id": "ana", "weight": 10**400}]}),
        ("problem", {"days": 3}),
        ("solution", {"moves": [{"visit": "v"}]}),
        ("solution", {"unmet": [{"wish": "must"}]}),
        ("solution", {"left_out": None}),
    ],
)
def test_the_command_refuses_what_is_no_problem_and_solution_in_a_line(
    file: str, change: Document, flat_travel: MakeTravel, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    visit = Visit("v", 1, 60, cost=5, currency="USD")
    made = Problem((DAY,), (visit,), flat_travel(2), (Member("ana"),), currency="EUR", rates=(Rate("USD", 1, 1),))
    documents = dict(zip(("problem", "solution"), solved(made), strict=True))
    documents[file] |= change
    for name, document in documents.items():
        (tmp_path / name).write_text(json.dumps(document), encoding="utf-8")
    assert main([str(tmp_path / "problem"), str(tmp_path / "solution")]) == 2
    told = capsys.readouterr()
    assert told.out == "" and told.err.startswith("not a problem and its solution") and told.err.count("\n") == 1


def test_members_of_another_problem_are_refused(flat_travel: MakeTravel) -> None:
    problem, solution = solved(Problem((DAY,), (), flat_travel(2), (Member("ana"), Member("ben"))))
    told = solution["members"]
    for members in (told[:0], told[:1], told[::-1]):
        assert faults(problem, {**solution, "members": members}) == ["the members are not those of the problem"]

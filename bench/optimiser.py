"""Measure the trip optimiser on TOPTW instances, on one core, next to PyVRP and OR-Tools if wished.

    python bench/optimiser.py --instances DIR --best FILE --m 1,2 --seconds 1,3 --seeds 2 --against pyvrp,ortools

Every answer is checked twice: from the instance file's numbers, and by the optimiser's independent checker. A gap is
(best known - score) / best known in percent; all instances of the directory that have a best known value take part.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rivals import RIVALS
from toptw import Instance, check_routes, read_best, read_instance, to_problem, to_routes
from tourist import make_problem

from bench.bars import Bar, finish, milliseconds
from shared.itinerary import MaxSeconds, solve
from shared.itinerary.check import faults
from shared.itinerary.codec import problem_to_json, solution_to_json

# The peak of a process of its own, in KiB (Linux).
WEIGHED = """
import resource, sys
from shared.itinerary.__main__ import main
main(sys.argv[1:])
sys.stderr.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))
"""
MEAN_GAP_BARS = {1.0: 0.6, 3.0: 0.3}
LATE_BAR_MS = 50.0
IMPORT_BAR_MS = 100.0
MEMORY_BAR_MB = 150.0
QUICK = (("c101", 1), ("r101", 2), ("rc105", 1), ("pr01", 2))


@dataclass(frozen=True)
class Run:
    """One answer of one solver."""

    solver: str
    instance: str
    m: int
    seconds: float
    seed: int
    best: float
    score: float
    gap: float
    took: float


def travvy_routes(instance: Instance, routes: int, seconds: float, seed: int) -> tuple[list[list[int]], float]:
    """The routes, and how long solving took: reading the instance and checking the answer are the benchmark's."""
    problem = to_problem(instance, routes)
    begun = time.perf_counter()
    solution = solve(problem, seed=seed, stop=MaxSeconds(seconds))
    took = time.perf_counter() - begun
    broken = faults(problem_to_json(problem), solution_to_json(solution))
    if broken:
        raise ValueError(f"{instance.name}: {broken[0]}")
    return to_routes(solution), took


def measure(options: argparse.Namespace) -> list[Run]:
    solvers = {"travvy": travvy_routes, **{name: RIVALS[name] for name in options.against}}
    best = read_best(options.best)
    chosen = [key for key in best if key[1] in options.m and (not options.quick or key in QUICK)]
    runs: list[Run] = []
    for name, m in chosen:
        path = options.instances / f"{name}.txt"
        if not path.exists():
            continue
        instance = read_instance(path)
        for seconds in options.seconds:
            for solver, answer in solvers.items():
                for seed in range(options.seeds):
                    routes, took = answer(instance, m, seconds, seed)
                    score = check_routes(instance, routes)
                    gap = 100 * (best[name, m] - score) / best[name, m]
                    runs.append(Run(solver, name, m, seconds, seed, best[name, m], score, gap, took))
                mine = [run for run in runs if run.solver == solver][-options.seeds :]
                scores = " ".join(f"{run.score:g}" for run in mine)
                print(f"{name:8} m={m} {seconds:g} s {solver:8} best {best[name, m]:g} got {scores}", flush=True)
    return runs


def import_seconds() -> float:
    """Processor time that importing the solver takes in a fresh interpreter, the least of five."""
    told = "import time; a = time.process_time(); import shared.itinerary; print(time.process_time() - a)"
    root = Path(__file__).resolve().parents[1]
    runs = [
        subprocess.run([sys.executable, "-c", told], cwd=root, capture_output=True, text=True, check=True)
        for _ in range(5)
    ]
    return min(float(run.stdout) for run in runs)


def memory_megabytes() -> float:
    """The most memory that the command-line solver holds, interpreter and all, over trips from the catalogue."""
    root = Path(__file__).resolve().parents[1]
    largest = 0.0
    for number in range(4):
        problem = json.dumps(problem_to_json(make_problem(number)))
        command = [sys.executable, "-c", WEIGHED, "--iterations", "300"]
        run = subprocess.run(command, cwd=root, input=problem, capture_output=True, text=True, check=True)
        largest = max(largest, float(run.stderr) / 1024)
    return largest


def mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else float("nan")


def report(runs: list[Run]) -> list[Bar]:
    """Print the figures; the bars of the search, and those of being ahead of each rival."""
    bars: list[Bar] = []
    print("\nmean gap in percent            all   " + "   ".join(f"m={m}" for m in sorted({run.m for run in runs})))
    for seconds in sorted({run.seconds for run in runs}):
        ours = mean([run.gap for run in runs if run.solver == "travvy" and run.seconds == seconds])
        for solver in dict.fromkeys(run.solver for run in runs):
            mine = [run for run in runs if run.solver == solver and run.seconds == seconds]
            parts = [mean([run.gap for run in mine if run.m == m]) for m in sorted({run.m for run in runs})]
            line = "  ".join(f"{part:5.2f}" for part in parts)
            late = max(run.took for run in mine) - seconds
            gap = mean([run.gap for run in mine])
            print(f"{seconds:4g} s  {solver:10} {gap:15.3f}  {line}   (at most {late:.3f} s over)")
            if solver == "travvy":
                bars.append(Bar.at_most(f"mean gap at {seconds:g} s, %", round(gap, 3), MEAN_GAP_BARS.get(seconds)))
                bars.append(Bar.at_most(f"late at {seconds:g} s, ms", milliseconds(late), LATE_BAR_MS))
            else:
                bars.append(
                    Bar(f"mean gap of {solver} less ours at {seconds:g} s, %", round(gap - ours, 3), 0, gap > ours)
                )
    return bars


def numbers(text: str) -> list[float]:
    return [float(part) for part in text.split(",")]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--instances", type=Path, required=True)
    parser.add_argument("--best", type=Path, required=True)
    parser.add_argument("--m", type=numbers, default=[1, 2])
    parser.add_argument("--seconds", type=numbers, default=[1, 3])
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--against", type=lambda text: text.split(","), default=[], help="pyvrp,ortools")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--quick", action="store_true", help="four instances only")
    options = parser.parse_args()
    for name in options.against:
        if name not in RIVALS:
            parser.error(f"--against knows {', '.join(RIVALS)}, not {name}")
        if importlib.util.find_spec(name) is None:
            parser.error(
                f"{name} is not installed; pip install -r bench/requirements.in (best into a place of its own)"
            )
    runs = measure(options)
    if not runs:
        parser.error(f"no instance of {options.best} is in {options.instances} with m in {options.m}")
    bars = report(runs)
    bars.append(
        Bar.at_most("import of the solver, ms of processor time", milliseconds(import_seconds()), IMPORT_BAR_MS)
    )
    bars.append(Bar.at_most("memory at its peak, MB", round(memory_megabytes(), 1), MEMORY_BAR_MB))
    for bar in bars[-2:]:
        print(f"{bar.name}: {bar.value:g} (bar {bar.bar:g})")
    return finish(bars, options.json, runs=[asdict(run) for run in runs])


if __name__ == "__main__":
    sys.exit(main())

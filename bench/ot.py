"""How long an incoming op of 3 components takes to be transformed past what its sender has missed, and to be applied.

    python bench/ot.py [--quick] [--json FILE]

Each mix is 1,000 committed ops of 3 components; the bar is 150 ms for the slowest mix (best of the repeats: the rest is
other people's work on this machine). `--quick` repeats less. The exit code is 1 if the bar is missed.
"""

import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.bars import Bar, finish, options
from shared import ot

MISSED = 1000
BAR_MS = 150.0

Op = list[dict[str, Any]]


def field_edits(rng: random.Random) -> Op:
    """Fields of different stops, now and then of the same one."""
    return [
        {"p": ["stops", f"stop{rng.randrange(200)}", field], "od": 1, "oi": 2}
        for field in rng.sample(("name", "minutes", "order", "dayId"), 3)
    ]


def moves_of_one_stop(rng: random.Random) -> Op:
    """Everybody moves the same stop."""
    return [
        {"p": ["stops", "stop1", field], "od": "a", "oi": f"b{rng.randrange(9)}"} for field in ("dayId", "order", "at")
    ]


def typing_in_one_text(rng: random.Random) -> Op:
    """Everybody types into the notes of the trip."""
    parts = ([rng.randint(1, 200), rng.choice(("a", "😀 "))], ["x"], [rng.randint(1, 200), {"d": "y"}])
    return [{"p": ["notes"], "t": "text-unicode", "o": part} for part in parts]


def one_list(rng: random.Random) -> Op:
    """Everybody adds to, deletes from and reorders the same list."""
    return [
        {"p": ["tags", rng.randrange(50)], "li": "new"},
        {"p": ["tags", rng.randrange(50)], "ld": "old"},
        {"p": ["tags", rng.randrange(50)], "lm": rng.randrange(50)},
    ]


def counters(rng: random.Random) -> Op:
    """Everybody adds to the same three numbers."""
    return [{"p": ["stops", "stop1", field], "na": rng.randint(-5, 5)} for field in ("minutes", "cost", "party")]


MIXES = (field_edits, moves_of_one_stop, typing_in_one_text, one_list, counters)


def best_ms(work: Callable[[], object], repeats: int) -> float:
    """The least wall time of the work, in milliseconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return round(min(times) * 1000, 3)


def measure(repeats: int) -> dict[str, float]:
    """Milliseconds by what was done."""
    results = {}
    for mix in MIXES:
        rng = random.Random(7)
        missed = [mix(rng) for _ in range(MISSED)]
        incoming = mix(rng)

        def past(incoming: Op = incoming, missed: list[Op] = missed) -> object:
            return ot.transform_past(incoming, missed)

        results[f"transform past {MISSED} ops: {mix.__name__}"] = best_ms(past, repeats)
    stops = {f"stop{n}": {"name": f"Stop {n}", "minutes": 60, "notes": "x" * 500} for n in range(500)}
    op = [{"p": ["stops", f"stop{n}", "minutes"], "na": 5} for n in range(3)]
    results["apply 3 components to a plan of 500 stops"] = best_ms(lambda: ot.apply({"stops": stops}, op), repeats)
    return results


def main() -> int:
    """Measure, print, and write the figures where asked."""
    arguments = options("ot", __doc__, "fewer repeats").parse_args()
    results = measure(repeats=3 if arguments.quick else 20)
    for name, milliseconds in results.items():
        print(f"{milliseconds:9.3f} ms  {name}")
    slowest = max(value for name, value in results.items() if name.startswith("transform"))
    print(f"slowest transform {slowest:.1f} ms, bar {BAR_MS:.0f} ms")
    return finish([Bar.at_most("slowest transform, ms", slowest, BAR_MS)], arguments.json, milliseconds=results)


if __name__ == "__main__":
    sys.exit(main())

"""What a call costs through real HTTP, next to a plain Flask handler that makes the same calls of the same libraries.

    .venv/bin/python bench/api.py [--quick] [--only NAME,...] [--json FILE]

Every function runs in a process of its own under functions-framework, as production runs it, with one worker and
threads. Two calls of it are written down: what they asked of Firestore, Auth, Pub/Sub and Cloud Tasks. A plain handler
under the same server checks the ID token and asks the same, one thing after the other, through the libraries' ordinary
interface; where a picture is shown, it also decodes and encodes that, with the same library. Both are called in turns
by 1, 8 and 32 clients on this machine, each with a trip of its own; where that does not settle whether a bar is met,
more often. What they talk to is the local cloud, whose queues keep the tasks that they are given and whose topics have
no subscribers: what calls set off would take the processor from whoever is next.
"""

import io
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, redirect_stdout
from pathlib import Path
from typing import TextIO

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from google.cloud.pubsub_v1 import SubscriberClient

import functions
from bench.api_parts.measuring import LEVELS, MOST_P95, MOST_RATIO, Bench, Row
from bench.api_parts.recording import recording
from bench.api_parts.scenes import BEYOND, LONG, RECIPES
from bench.bars import Bar, finish, options
from bench.common import backend_cloud
from shared.cloud import tasks
from shared.runtime.registry import FUNCTIONS, QueueTrigger
from shared.runtime.settings import settings

QUICK = ("trips-get", "trips-list", "trips-create", "plan-submit", "plan-get", "comments-create", "expenses-add")
CALLS = {1: 30, 8: 8, 32: 1}
QUICK_CALLS = {1: 20, 8: 6, 32: 1}


class Quiet(io.TextIOBase):
    """Takes what the functions that run in this process log, and keeps none of it."""

    def write(self, text: str) -> int:
        return len(text)


def hold_work() -> None:
    """Have Cloud Tasks keep what it is given, and nobody hear what is published."""
    for spec in FUNCTIONS.values():
        if isinstance(spec.trigger, QueueTrigger):
            path = f"projects/{settings().project}/locations/{settings().region}/queues/{spec.trigger.queue}"
            tasks.client().pause_queue(name=path)
    with SubscriberClient() as subscriber:
        for subscription in subscriber.list_subscriptions(project=f"projects/{settings().project}"):
            subscriber.delete_subscription(subscription=subscription.name)


def heading() -> str:
    groups = "".join(f"{f'{level} clients' if level > 1 else '1 client':>30}" for level in LEVELS)
    columns = f"{'p50':>8}{'p95':>8}{'plain':>8}{'x':>6}" * len(LEVELS)
    return f"{'milliseconds':<26}{groups}\n{'':<26}{columns}"


def line(row: Row) -> str:
    """A function's times, those of its plain twin, and how many times as long its median is."""
    cells = "".join(
        f"{row.p50(level):>8.1f}{row.p95(level):>8.1f}{row.plain_p50(level):>8.1f}{row.times[level].ratio:>6.2f}"
        for level in LEVELS
    )
    return f"{row.name:<26}{cells}"


def bars_of(row: Row) -> Iterator[Bar]:
    """One client shows what a call costs by itself; eight at once, whether people wait."""
    if row.name in BEYOND:
        yield Bar.at_most(f"{row.name}: p50, 1 client, ms ({BEYOND[row.name]})", row.p50(1))
    else:
        yield Bar.at_most(f"{row.name}: p50 / plain Flask's, 1 client", round(row.times[1].ratio, 2), MOST_RATIO)
    if row.name not in LONG:
        yield Bar.at_most(f"{row.name}: p95 with 8 clients, ms", row.p95(8), MOST_P95)


def measured(bench: Bench, name: str, out: TextIO) -> Iterator[Bar]:
    """The bars of one function, as soon as its line is printed; one that cannot be called has missed them."""
    try:
        row = bench.measure(name)
    except Exception as error:  # noqa: BLE001 - whatever keeps one function from being measured must not keep the others
        notes = "\n".join(getattr(error, "__notes__", ()))
        print(f"{name:<26}failed: {error!r:.1000}\n{notes}", file=out, flush=True)
        yield Bar(f"{name}: could be called", 0, 1, ok=False)
        return
    print(line(row), file=out, flush=True)
    yield from bars_of(row)


def main() -> int:
    parser = options("api", __doc__, "a few functions and fewer calls")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these functions, with commas or blanks between")
    chosen = parser.parse_args()
    functions.load_all()
    callables = sorted(name for name, spec in FUNCTIONS.items() if spec.kind == "callable")
    only = [name for part in chosen.only or () for name in part.split(",") if name]
    if unknown := [name for name in only if name not in RECIPES]:
        parser.error(f"no recipe in bench/api_parts/scenes.py: {', '.join(unknown)}")
    every = [name for name in callables if name in RECIPES and name not in LONG]
    names = only or (QUICK if chosen.quick else every)
    parts = ["firestore", "auth", "pubsub", "tasks", "storage", *(["speech"] if LONG.intersection(names) else [])]
    started = time.monotonic()
    out = sys.stdout
    bars: list[Bar] = []
    with backend_cloud(parts=parts) as cloud, redirect_stdout(Quiet()), ExitStack() as stack:
        hold_work()
        recorder = stack.enter_context(recording(cloud.project, cloud.address("firestore")))
        bench = Bench(cloud, recorder, QUICK_CALLS if chosen.quick else CALLS, stack)
        print(heading(), file=out, flush=True)
        for name in names:
            bars += measured(bench, name, out)
    print(f"{len(names)} functions in {time.monotonic() - started:.0f} s")
    bars += [Bar(f"{name}: has a recipe", 0, 1, ok=False) for name in callables if name not in RECIPES]
    return finish(bars, chosen.json)


if __name__ == "__main__":
    sys.exit(main())

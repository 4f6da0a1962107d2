"""What a call costs through real HTTP, next to a plain Flask handler that makes the same calls of the same libraries.

    .venv/bin/python bench/api.py [--quick] [--only NAME,...] [--json FILE]

Every callable function is measured, and each has both bars. It runs in a process of its own under functions-framework,
as production runs it, with one worker and threads. Two calls of it are written down: what they asked of Firestore,
Auth, Pub/Sub, Cloud Tasks and Speech-to-Text. A plain handler under the same server checks the ID token and asks the
same, one thing after the other, through the libraries' ordinary interface; where a picture is shown or something said,
it also decodes and encodes that, with the same library.

Both are called in turns by 1, 8 and 32 clients on this machine, each with a trip of its own, and answer with success
each time, or the measurement fails. Where the order statistics leave open on which side of a bar a figure lies, more
calls are added. Each client calls once before it counts, the first one three times: what is measured is a function that
is running.

What they talk to is the local cloud, on the same processors. Its queues keep the tasks that they are given,
its topics have no subscribers, and its speech recogniser has its answer on file: what other machines do in production
would take the processor from whoever is measured. Limits of calls a minute and a day are off, because clients call more
often than people may.
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
from bench.api_parts.scenes import RECIPES, SAID
from bench.bars import Bar, finish, options
from bench.common import backend_cloud
from emulator.speech.testing import at as speech_at
from shared.cloud import tasks
from shared.runtime.collecting import settle
from shared.runtime.registry import FUNCTIONS, QueueTrigger
from shared.runtime.settings import settings

QUICK = ("trips-get", "trips-list", "trips-create", "plan-submit", "plan-get", "comments-create", "expenses-add")
PARTS = ("firestore", "auth", "pubsub", "tasks", "storage", "speech")
MANY = 1_000_000
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
    yield Bar.at_most(f"{row.name}: p50 / plain Flask's, 1 client", round(row.times[1].ratio, 2), MOST_RATIO)
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
    names = only or (QUICK if chosen.quick else [name for name in callables if name in RECIPES])
    started = time.monotonic()
    out = sys.stdout
    bars: list[Bar] = []
    with backend_cloud(parts=PARTS) as cloud, redirect_stdout(Quiet()), ExitStack() as stack:
        hold_work()
        stack.enter_context(speech_at(cloud.address("speech"))).order(f"recorded:{SAID}", times=MANY)
        recorder = stack.enter_context(recording(cloud.project, cloud.address("firestore")))
        bench = Bench(cloud, recorder, QUICK_CALLS if chosen.quick else CALLS, stack)
        settle()
        print(heading(), file=out, flush=True)
        for name in names:
            bars += measured(bench, name, out)
    print(f"{len(names)} functions in {time.monotonic() - started:.0f} s")
    bars += [Bar(f"{name}: has a recipe", 0, 1, ok=False) for name in callables if name not in RECIPES]
    return finish(bars, chosen.json)


if __name__ == "__main__":
    sys.exit(main())

"""What a call costs through real HTTP, next to a plain Flask handler that makes the same calls of the same libraries.

    .venv/bin/python bench/api.py [--quick] [--only NAME ...] [--json FILE]

Every function runs in a process of its own under functions-framework, as production runs it, with one worker and
threads. One call of it is written down: what it asked of Firestore, Pub/Sub and Cloud Tasks. A plain handler under the
same server checks the ID token and asks the same, one thing after the other, through the libraries' ordinary interface.
Both are called in turns by 1, 8 and 32 clients on this machine, each with a trip of its own; what they talk to is the
local cloud, whose queues keep the tasks that they are given.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import functions
from bench.api_parts.load import Caller, together
from bench.api_parts.recording import Recorder, call_here, recording
from bench.api_parts.scenes import BEYOND, LONG, RECIPES, Recipe, Scene
from bench.api_parts.serving import ROOT, Server, served
from clients.python.backend import Backend
from clients.python.session import Session
from emulator.layout import PARTS
from emulator.testing import LocalCloud, local_cloud
from shared.cloud import tasks
from shared.runtime.registry import FUNCTIONS, QueueTrigger
from shared.runtime.settings import settings
from tests.support.people import make_trip, sign_in

LEVELS = (1, 8, 32)
WARM = 3
MOST_RATIO = 1.25
MOST_P95 = 200.0
SCENES_AT_ONCE = 4


@dataclass(frozen=True)
class Bar:
    """A measured figure; `bar` is None where it is only reported."""

    name: str
    value: float
    bar: float | None
    ok: bool


@dataclass(frozen=True)
class Row:
    """One function's times in milliseconds, by number of clients."""

    name: str
    p50: dict[int, float]
    p95: dict[int, float]
    plain_p50: dict[int, float]

    def ratio(self, clients: int) -> float:
        return self.p50[clients] / self.plain_p50[clients]


class Client:
    """One client: its connection, its world, and how many calls it has made."""

    def __init__(self, recipe: Recipe, scene: Scene, server: Server, path: str = "") -> None:
        self._recipe = recipe
        self._scene = scene
        self._caller = Caller(server.address, path)
        self._made = 0

    def calls(self, count: int, *, plain: bool) -> list[float]:
        """Make calls in a row; the seconds each took. A plain handler gets the same payload each time."""
        times = []
        for _ in range(count):
            number = 0 if plain else self._made
            token = self._scene.session.id_token() if plain else self._recipe.token(self._scene, number)
            took, answer = self._caller.call(self._recipe.payload(self._scene, number), token)
            self._made += 1
            if not plain:
                self._recipe.after(self._scene, answer["result"])
            times.append(took)
        self._caller.close()
        return times


class Bench:
    """Measures function after function in one local cloud, next to one plain server for all of them."""

    def __init__(self, cloud: LocalCloud, recorder: Recorder, per_level: dict[int, int], stack: ExitStack) -> None:
        self._recorder = recorder
        self._per_level = per_level
        self._people = [self._travellers() for _ in range(2 * max(LEVELS))]
        self._pool = stack.enter_context(ThreadPoolExecutor(SCENES_AT_ONCE))
        self._scripts = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        inherited = {key: value for key, value in os.environ.items() if "EMULATOR" not in key}
        own = {"PYTHONPATH": str(ROOT), "TRAVVY_RATE_LIMITS": "off", "BENCH_SCRIPTS": str(self._scripts)}
        self._environment = inherited | cloud.environment() | own
        self._plain = stack.enter_context(served("plain", ROOT / "bench/api_parts/plain.py", self._environment))

    def measure(self, name: str) -> Row:
        """The times of a function and of its plain twin."""
        recipe = RECIPES[name]
        calls = [
            WARM + sum(self._per_level[level] for level in LEVELS if index < level) for index in range(max(LEVELS))
        ]
        with served(name.replace("-", "_"), ROOT / "main.py", self._environment) as server:
            wanted = zip(self._people, [*calls, *([2] * max(LEVELS))], strict=True)
            scenes = list(self._pool.map(lambda one: _prepared(recipe, *one), wanted))
            ours, twins = scenes[: max(LEVELS)], scenes[max(LEVELS) :]
            told = {twin.session.uid: self._recorded(name, recipe, twin) for twin in twins}
            script = {"fresh": FUNCTIONS[name].fresh, "scripts": told}
            (self._scripts / f"{name}.json").write_text(json.dumps(script))
            our_clients = [Client(recipe, scene, server) for scene in ours]
            plain_clients = [Client(recipe, scene, self._plain, name) for scene in twins]
            for index in range(max(LEVELS)):
                our_clients[index].calls(WARM, plain=False)
                plain_clients[index].calls(WARM, plain=True)
            times = {level: self._turns(our_clients[:level], plain_clients[:level], level) for level in LEVELS}
        return Row(
            name,
            {level: _milliseconds(statistics.median(mine)) for level, (mine, _) in times.items()},
            {level: _milliseconds(_percentile(mine, 0.95)) for level, (mine, _) in times.items()},
            {level: _milliseconds(statistics.median(theirs)) for level, (_, theirs) in times.items()},
        )

    def _turns(self, ours: Sequence[Client], twins: Sequence[Client], level: int) -> tuple[list[float], list[float]]:
        """Calls of both, in turns, so that what else the machine does falls on both."""
        mine: list[float] = []
        theirs: list[float] = []
        left = self._per_level[level]
        while left:
            piece = min(left, max(1, self._per_level[level] // 5))
            left -= piece
            mine += together([partial(client.calls, piece, plain=False) for client in ours])
            theirs += together([partial(client.calls, piece, plain=True) for client in twins])
        return mine, theirs

    def _travellers(self) -> tuple[Session, Session]:
        backend = Backend.local()
        pair = sign_in(backend, "Ana"), sign_in(backend, "Fay")
        for session in pair:
            session.call("auth-session")
        return pair

    def _recorded(self, name: str, recipe: Recipe, scene: Scene) -> dict[str, Any]:
        """The second call of a function in this process: what it asks when it is warm."""
        answer: dict[str, Any] = {}
        for number in range(2):
            payload, token = recipe.payload(scene, number), recipe.token(scene, number)
            self._recorder.steps.clear()
            answer = call_here(name, token, payload)
            steps = list(self._recorder.steps)
            recipe.after(scene, answer["result"])
        return {"steps": steps, "answer": answer}


def _prepared(recipe: Recipe, people: tuple[Session, Session], calls: int) -> Scene:
    scene = Scene(*people, calls)
    scene.trip_id = make_trip(scene.session)
    recipe.setup(scene)
    return scene


def hold_queues() -> None:
    """Have Cloud Tasks keep what it is given: work that calls hand on would take the processor from whoever is next."""
    for spec in FUNCTIONS.values():
        if isinstance(spec.trigger, QueueTrigger):
            path = f"projects/{settings().project}/locations/{settings().region}/queues/{spec.trigger.queue}"
            tasks.client().pause_queue(name=path)


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 2)


def _percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def heading() -> str:
    groups = "".join(f"{f'{level} clients' if level > 1 else '1 client':>30}" for level in LEVELS)
    columns = f"{'p50':>8}{'p95':>8}{'plain':>8}{'x':>6}" * len(LEVELS)
    return f"{'milliseconds':<26}{groups}\n{'':<26}{columns}"


def line(row: Row) -> str:
    """A function's times, those of its plain twin, and how many times as long its median is."""
    cells = "".join(
        f"{row.p50[level]:>8.1f}{row.p95[level]:>8.1f}{row.plain_p50[level]:>8.1f}{row.ratio(level):>6.2f}"
        for level in LEVELS
    )
    return f"{row.name:<26}{cells}"


def bars_of(row: Row) -> Iterator[Bar]:
    """One client shows what a call costs by itself; eight at once, whether people wait."""
    ratio, p95 = round(row.ratio(1), 2), row.p95[8]
    if row.name in BEYOND:
        yield Bar(f"{row.name}: p50, 1 client, ms ({BEYOND[row.name]})", row.p50[1], None, True)
    else:
        yield Bar(f"{row.name}: p50 / plain Flask's, 1 client", ratio, MOST_RATIO, ratio <= MOST_RATIO)
    if row.name in LONG:
        return
    yield Bar(f"{row.name}: p95 with 8 clients, ms", p95, MOST_P95, p95 < MOST_P95)


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench/api.py", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few functions and fewer calls")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these functions")
    parser.add_argument("--json", type=Path, help="write the bars to this file")
    options = parser.parse_args()
    functions.load_all()
    callables = sorted(name for name, spec in FUNCTIONS.items() if spec.kind == "callable")
    unknown = [name for name in callables if name not in RECIPES]
    quick = ["trips-get", "trips-list", "trips-create", "plan-submit", "plan-get", "comments-create", "expenses-add"]
    names = options.only or (
        quick if options.quick else [name for name in callables if name in RECIPES and name not in LONG]
    )
    per_level = {1: 30, 8: 8, 32: 3} if options.quick else {1: 60, 8: 10, 32: 3}
    rows: list[Row] = []
    parts = [part for part in PARTS if part not in ("scheduler", "gemini")]
    started = time.monotonic()
    with local_cloud(parts, extra={"TRAVVY_RATE_LIMITS": "off"}) as cloud, ExitStack() as stack:
        os.environ.update(cloud.environment() | {"TRAVVY_RATE_LIMITS": "off"})
        hold_queues()
        recorder = stack.enter_context(recording(cloud.project, cloud.address("firestore")))
        bench = Bench(cloud, recorder, per_level, stack)
        print(heading(), flush=True)
        for name in names:
            rows.append(bench.measure(name))
            print(line(rows[-1]), flush=True)
    print(f"{len(rows)} functions in {time.monotonic() - started:.0f} s")
    bars = [bar for row in rows for bar in bars_of(row)]
    bars += [Bar(f"{name}: has no recipe in bench/api_parts/scenes.py", 0, None, False) for name in unknown]
    for bar in bars:
        if not bar.ok:
            print(f"MISSED {bar.name}: {bar.value} (bar {bar.bar})")
    if options.json:
        options.json.write_text(json.dumps({"bars": [asdict(bar) for bar in bars]}, indent=2) + "\n")
    return 0 if all(bar.ok for bar in bars) else 1


if __name__ == "__main__":
    sys.exit(main())

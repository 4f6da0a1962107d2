"""What a call costs through real HTTP, next to a plain Flask handler that makes the same calls of the same libraries.

    .venv/bin/python bench/api.py [--quick] [--only NAME ...] [--json FILE]

Every function runs in a process of its own under functions-framework, as production runs it, with one worker and
threads. One call of it is written down: what it asked of Firestore, Pub/Sub and Cloud Tasks. A plain handler under the
same server checks the ID token and asks the same, one thing after the other, through the libraries' ordinary interface.
Both are called in turns by 1, 8 and 32 clients on this machine, each with a trip of its own; what they talk to is the
local cloud.
"""

import argparse
import json
import os
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import functions
from bench.api_parts.load import Caller, together
from bench.api_parts.recording import Recorder, call_here, recording
from bench.api_parts.scenes import NOT_MEASURED, RECIPES, Recipe, Scene
from clients.python.backend import Backend
from emulator.layout import PARTS
from emulator.processes import Child, end_all
from emulator.testing import LocalCloud, local_cloud
from shared.runtime.registry import FUNCTIONS
from tests.support.people import make_trip, sign_in

ROOT = Path(__file__).resolve().parents[1]
LEVELS = (1, 8, 32)
WARM = 3
MOST_RATIO = 1.25
MOST_P95 = 200.0
START_SECONDS = 60


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

    def __init__(self, recipe: Recipe, scene: Scene, address: str) -> None:
        self._recipe = recipe
        self._scene = scene
        self._caller = Caller(address, scene.session.id_token())
        self._made = 0

    def calls(self, count: int, *, plain: bool) -> list[float]:
        """Make calls in a row; the seconds each took. A plain handler gets the same payload each time."""
        times = []
        for _ in range(count):
            payload = self._recipe.payload(self._scene, 0 if plain else self._made)
            took, answer = self._caller.call(payload)
            self._made += 1
            if not plain:
                self._recipe.after(self._scene, answer["result"])
            times.append(took)
        self._caller.close()
        return times


@contextmanager
def served(target: str, source: Path, environment: dict[str, str]) -> Iterator[str]:
    """A function under functions-framework; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    program = str(Path(sys.executable).parent / "functions-framework")
    lines: list[str] = []
    command = [program, "--target", target, "--source", str(source), "--host", "127.0.0.1"]
    child = Child(
        target, [*command, "--port", address.partition(":")[2]], environment, lambda _, line: lines.append(line)
    )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not _answers(address):
            if child.exit_code is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{target} did not start:\n" + "\n".join(lines[-20:]))
            time.sleep(0.05)
        yield address
    except Exception as error:
        error.add_note("\n".join(lines[-40:]))
        raise
    finally:
        end_all([child])


def _answers(address: str) -> bool:
    host, _, port = address.partition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=1):
            return True
    except OSError:
        return False


class Bench:
    """Measures function after function in one local cloud."""

    def __init__(self, cloud: LocalCloud, recorder: Recorder, per_level: dict[int, int]) -> None:
        self._recorder = recorder
        self._per_level = per_level
        backend = Backend.local()
        people = [[sign_in(backend, name) for _ in range(max(LEVELS))] for name in ("Ana", "Paul", "Fay")]
        self._ours, self._plain, self._friends = people
        for session in (*self._ours, *self._plain, *self._friends):
            session.call("auth-session")
        inherited = {key: value for key, value in os.environ.items() if "EMULATOR" not in key}
        self._environment = inherited | cloud.environment() | {"PYTHONPATH": str(ROOT), "TRAVVY_RATE_LIMITS": "off"}

    def measure(self, name: str) -> Row:
        """The times of a function and of its plain twin."""
        recipe = RECIPES[name]
        calls = [
            WARM + sum(self._per_level[level] for level in LEVELS if index < level) for index in range(max(LEVELS))
        ]
        ours = [self._scene(recipe, index, calls[index], self._ours) for index in range(max(LEVELS))]
        twins = [self._scene(recipe, index, 2, self._plain) for index in range(max(LEVELS))]
        with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            scripts = Path(folder) / "scripts.json"
            told = {twin.session.uid: self._recorded(name, recipe, twin) for twin in twins}
            scripts.write_text(json.dumps({"fresh": FUNCTIONS[name].fresh, "scripts": told}))
            plain_environment = self._environment | {"BENCH_SCRIPTS": str(scripts)}
            parts = ROOT / "bench/api_parts/plain.py"
            target = name.replace("-", "_")
            our_address = stack.enter_context(served(target, ROOT / "main.py", self._environment))
            plain_address = stack.enter_context(served("plain", parts, plain_environment))
            our_clients = [Client(recipe, scene, our_address) for scene in ours]
            plain_clients = [Client(recipe, scene, plain_address) for scene in twins]
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

    def _scene(self, recipe: Recipe, index: int, calls: int, people: Sequence[Any]) -> Scene:
        scene = Scene(people[index], self._friends[index], calls)
        scene.trip_id = make_trip(scene.session)
        recipe.setup(scene)
        return scene

    def _recorded(self, name: str, recipe: Recipe, scene: Scene) -> dict[str, Any]:
        """The second call of a function in this process: what it asks when it is warm."""
        answer: dict[str, Any] = {}
        for number in range(2):
            self._recorder.steps.clear()
            answer = call_here(name, scene.session.id_token(), recipe.payload(scene, number))
            recipe.after(scene, answer["result"])
        return {"steps": list(self._recorder.steps), "answer": answer}


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
    yield Bar(f"{row.name}: p50 / plain Flask's, 1 client", ratio, MOST_RATIO, ratio <= MOST_RATIO)
    yield Bar(f"{row.name}: p95 with 8 clients, ms", p95, MOST_P95, p95 < MOST_P95)


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench/api.py", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few functions and fewer calls")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these functions")
    parser.add_argument("--json", type=Path, help="write the bars to this file")
    options = parser.parse_args()
    functions.load_all()
    callables = sorted(name for name, spec in FUNCTIONS.items() if spec.kind == "callable")
    unknown = [name for name in callables if name not in RECIPES and name not in NOT_MEASURED]
    quick = ["trips-get", "trips-list", "trips-create", "plan-submit", "plan-get", "comments-create", "expenses-add"]
    names = options.only or (quick if options.quick else [name for name in callables if name in RECIPES])
    per_level = {1: 40, 8: 8, 32: 3} if options.quick else {1: 100, 8: 20, 32: 6}
    rows: list[Row] = []
    parts = [part for part in PARTS if part not in ("scheduler", "gemini")]
    with local_cloud(parts, extra={"TRAVVY_RATE_LIMITS": "off"}) as cloud:
        os.environ.update(cloud.environment() | {"TRAVVY_RATE_LIMITS": "off"})
        with recording(cloud.project, cloud.address("firestore")) as recorder:
            bench = Bench(cloud, recorder, per_level)
            print(heading(), flush=True)
            for name in names:
                rows.append(bench.measure(name))
                print(line(rows[-1]), flush=True)
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

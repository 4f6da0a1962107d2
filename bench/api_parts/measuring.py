"""Measures one function after the other, next to its plain twin: calls of both in turns, as many as it takes."""

import itertools
import json
import math
import os
import statistics
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from bench.api_parts.load import Caller, together
from bench.api_parts.people import Traveller, traveller
from bench.api_parts.recording import Recorder, call_here
from bench.api_parts.scenes import RECIPES, Recipe, Scene
from bench.api_parts.serving import ROOT, Server, served
from bench.bars import milliseconds, percentile
from bench.common import UNLIMITED
from emulator.testing import LocalCloud
from shared.runtime.registry import FUNCTIONS

LEVELS = (1, 8, 32)
MOST_RATIO = 1.25
MOST_P95 = 200.0
WARM = 3
RECORDED = 2
"""Calls that the plain twin repeats in turns, after a first one that found everything cold."""
MORE_ROUNDS = 4
PREPARED_AT_ONCE = 8


@dataclass
class Times:
    """Seconds that calls took: ours, and those of the plain twin."""

    mine: list[float] = field(default_factory=list)
    plain: list[float] = field(default_factory=list)

    def add(self, other: "Times") -> None:
        self.mine += other.mine
        self.plain += other.plain

    @property
    def ratio(self) -> float:
        return statistics.median(self.mine) / statistics.median(self.plain)

    @property
    def ratio_range(self) -> tuple[float, float]:
        """Between which the true ratio of the medians is in 19 of 20 cases or more, by order statistics."""
        mine, plain = _range(self.mine, 0.5), _range(self.plain, 0.5)
        return mine[0] / plain[1], mine[1] / plain[0]


@dataclass(frozen=True)
class Row:
    """One function's times by number of clients."""

    name: str
    times: dict[int, Times]

    def p50(self, clients: int) -> float:
        return milliseconds(statistics.median(self.times[clients].mine))

    def p95(self, clients: int) -> float:
        return milliseconds(percentile(self.times[clients].mine, 0.95))

    def plain_p50(self, clients: int) -> float:
        return milliseconds(statistics.median(self.times[clients].plain))


class Client:
    """One client: its connection, its world, and how many calls it has made."""

    def __init__(self, recipe: Recipe, scene: Scene, server: Server, path: str = "") -> None:
        self._recipe = recipe
        self._scene = scene
        self._plain = bool(path)
        self._caller = Caller(server.address, path)
        self._made = 0

    def calls(self, count: int) -> list[float]:
        """Make calls in a row; the seconds each took. A plain handler gets the same payload each time."""
        return [self._call() for _ in range(count)]

    def close(self) -> None:
        self._caller.close()

    def _call(self) -> float:
        number = 0 if self._plain else self._made
        token = self._scene.session.id_token() if self._plain else self._recipe.token(self._scene, number)
        took, answer = self._caller.call(self._recipe.payload(self._scene, number), token)
        self._made += 1
        if not self._plain:
            self._recipe.after(self._scene, answer["result"])
        return took


Pair = tuple[Client, Client]


class Bench:
    """The functions of one local cloud, and one plain server for all of their twins.

    `calls` says how many calls each client makes, by how many there are.
    """

    def __init__(self, cloud: LocalCloud, recorder: Recorder, calls: dict[int, int], stack: ExitStack) -> None:
        self._recorder = recorder
        self._calls = calls
        self._pool = stack.enter_context(ThreadPoolExecutor(PREPARED_AT_ONCE))
        self._scripts = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        inherited = {key: value for key, value in os.environ.items() if "EMULATOR" not in key}
        own = {"PYTHONPATH": str(ROOT), "BENCH_SCRIPTS": str(self._scripts)}
        self._environment = inherited | cloud.environment() | UNLIMITED | own
        self._plain = stack.enter_context(served("plain", ROOT / "bench/api_parts/plain.py", self._environment))
        names = [name for _ in range(2 * max(LEVELS)) for name in ("Ana", "Fay")]
        people = list(self._pool.map(traveller, names))
        self._people = list(zip(people[::2], people[1::2], strict=True))

    def measure(self, name: str) -> Row:
        """The times of a function and of its plain twin."""
        recipe = RECIPES[name]
        paths = (f"{name}.{number}" for number in itertools.count())
        with served(name.replace("-", "_"), ROOT / "main.py", self._environment) as server:
            most = max(LEVELS)
            needed = [sum(self._calls[level] for level in LEVELS if index < level) for index in range(most)]
            pairs = self._pairs(name, recipe, server, needed, next(paths))
            times = {level: self._together(pairs[:level], self._calls[level]) for level in LEVELS}
            for level, settled in ((1, _settled_ratio), (8, _settled_p95)):
                for _ in range(MORE_ROUNDS):
                    if settled(times[level]):
                        break
                    more = self._pairs(name, recipe, server, [self._calls[level]] * level, next(paths))
                    times[level].add(self._together(more, self._calls[level]))
        return Row(name, times)

    def _pairs(self, name: str, recipe: Recipe, server: Server, needed: Sequence[int], path: str) -> list[Pair]:
        """Pairs of a client and its twin, warm, with new trips that are good for so many calls each."""
        count, most = len(needed), max(LEVELS)
        people = [*self._people[:count], *self._people[most : most + count]]
        calls = [*(_warm(number) + more for number, more in enumerate(needed)), *([RECORDED + 1] * count)]
        scenes = list(self._pool.map(partial(_prepared, recipe), people, calls))
        told = {twin.session.uid: self._recorded(name, recipe, twin) for twin in scenes[count:]}
        script = {"fresh": FUNCTIONS[name].fresh, "scripts": told}
        (self._scripts / f"{path}.json").write_text(json.dumps(script))
        pairs = [
            (Client(recipe, mine, server), Client(recipe, twin, self._plain, path))
            for mine, twin in zip(scenes[:count], scenes[count:], strict=True)
        ]
        for number, pair in enumerate(pairs):
            for client in pair:
                client.calls(_warm(number))
                client.close()
        return pairs

    def _together(self, pairs: Sequence[Pair], count: int) -> Times:
        """Calls of both kinds in turns of one, each beginning as often, so that the machine's noise falls on both."""
        times = Times()
        for number in range(count):
            for which in (0, 1) if number % 2 else (1, 0):
                (times.mine, times.plain)[which].extend(_once([pair[which] for pair in pairs]))
        for pair in pairs:
            for client in pair:
                client.close()
        return times

    def _recorded(self, name: str, recipe: Recipe, scene: Scene) -> dict[str, Any]:
        """Calls of a function in this process: what they ask when it is warm."""
        steps: list[Any] = []
        answer: dict[str, Any] = {}
        for number in range(RECORDED + 1):
            payload, token = recipe.payload(scene, number), recipe.token(scene, number)
            self._recorder.steps.clear()
            answer = call_here(name, token, payload)
            steps.append(list(self._recorder.steps))
            recipe.after(scene, answer["result"])
        return {"calls": steps[1:], "answer": answer, "work": recipe.work}


def _once(clients: Sequence[Client]) -> list[float]:
    return clients[0].calls(1) if len(clients) == 1 else together([partial(client.calls, 1) for client in clients])


def _warm(number: int) -> int:
    """Calls before those that count: the first client's warm the server, each one's warm what is kept of its trip."""
    return 1 if number else WARM


def _prepared(recipe: Recipe, people: tuple[Traveller, Traveller], calls: int) -> Scene:
    scene = Scene(*people, calls)
    recipe.setup(scene)
    # Has the trip made now, if the calls are about one.
    recipe.payload(scene, 0)
    return scene


def _settled_ratio(times: Times) -> bool:
    low, high = times.ratio_range
    return high <= MOST_RATIO or low > MOST_RATIO


def _settled_p95(times: Times) -> bool:
    low, high = map(milliseconds, _range(times.mine, 0.95))
    return high <= MOST_P95 or low > MOST_P95


def _range(values: Sequence[float], share: float) -> tuple[float, float]:
    """Between which the true percentile is in 19 of 20 cases or more, by order statistics."""
    ordered, last = sorted(values), len(values) - 1
    reach = 1.96 * math.sqrt(len(values) * share * (1 - share))
    return ordered[max(0, math.floor(last * share - reach))], ordered[min(last, math.ceil(last * share + reach))]

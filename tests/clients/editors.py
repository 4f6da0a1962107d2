"""Editors of one plan, in Python and on the web, behind one face; and what people do with a plan, at random."""

import contextlib
import random
from typing import Any, Protocol

from clients.python.documents import documents_of
from clients.python.live_plan import LivePlan
from clients.python.session import Session
from shared import ot
from tests.clients.web import WebClient
from tests.support.people import stop

Op = list[dict[str, Any]]

WORDS = ("tea ", "bus ", "⛩", "お茶 ", "👩‍👩‍👧", "x")
ORDERS = ("a0", "a1", "a2", "a0V")
TOTAL = ["stops", "total", "minutes"]


class Editor(Protocol):
    """A person with the plan open."""

    uid: str

    def edit(self, rng: random.Random) -> Op:
        """Make one random edit; returns it, or nothing if the plan moved on in between."""

    def call(self, function: str, **data: Any) -> Any: ...
    def set_connected(self, connected: bool) -> None: ...
    def settle(self) -> None: ...
    def wait_for(self, version: int) -> dict[str, Any]:
        """`doc` and the `lost` edits, once the editor has seen that version."""

    def close(self) -> None: ...


class PythonEditor:
    def __init__(self, session: Session, trip_id: str) -> None:
        self.uid = session.uid
        self.call = session.call
        self._lost: list[Any] = []
        self._plan = LivePlan(session, documents_of(session), trip_id, on_lost=lambda *lost: self._lost.append(lost))
        self._connected = True

    def edit(self, rng: random.Random) -> Op:
        op = random_op(rng, self._plan.doc, self)
        with contextlib.suppress(ot.OtError):
            self._plan.edit(*op)
            return op
        return []

    def set_connected(self, connected: bool) -> None:
        if connected != self._connected:
            self._connected = connected
            (self._plan.reconnect if connected else self._plan.disconnect)()

    def settle(self) -> None:
        assert self._plan.settle(60)

    def wait_for(self, version: int) -> dict[str, Any]:
        assert self._plan.wait_until(lambda local: local.version >= version)
        return {"doc": self._plan.doc, "lost": self._lost}

    def close(self) -> None:
        self._plan.close()


class WebEditor:
    def __init__(self, client: WebClient, trip_id: str) -> None:
        self.uid = client.uid
        self.call = client.call
        self._client = client
        client.do("open", tripId=trip_id)

    def edit(self, rng: random.Random) -> Op:
        shown = self._client.do("state")
        op = random_op(rng, shown["doc"], self)
        return op if self._client.edit(*op, version=shown["version"]) else []

    def set_connected(self, connected: bool) -> None:
        self._client.do("connect" if connected else "disconnect")

    def settle(self) -> None:
        self._client.do("settled")

    def wait_for(self, version: int) -> dict[str, Any]:
        found: dict[str, Any] = self._client.wait_until(lambda state: state["version"] >= version)
        return found

    def close(self) -> None:
        self._client.close()


def random_op(rng: random.Random, doc: dict[str, Any], editor: Editor) -> Op:
    """An operation that fits the plan as the editor sees it."""
    stops = [key for key in doc["stops"] if key != "total"]
    kind = rng.randrange(8) if stops else rng.randrange(3)
    if kind == 0:
        return [{"p": TOTAL, "na": 1}]
    if kind == 1:
        return [_typed(rng, ["notes"], doc["notes"])]
    if kind == 2:
        added = stop(editor.uid, "Stop", dayId=rng.choice([*doc["days"], None]), order=rng.choice(ORDERS))
        return [{"p": ["stops", f"s{rng.getrandbits(40)}"], "oi": added}]
    key = rng.choice(stops)
    there = doc["stops"][key]
    if kind < 5:
        target = {"dayId": rng.choice([*doc["days"], None]), "order": rng.choice(ORDERS)}
        return [{"p": ["stops", key, field], "od": there[field], "oi": value} for field, value in target.items()]
    if kind == 5:
        return [_typed(rng, ["stops", key, "notes"], there["notes"])]
    if kind == 6 and len(doc["days"]) > 1 and rng.random() < 0.3:
        day = rng.choice(list(doc["days"]))
        return [{"p": ["days", day], "od": doc["days"][day]}]
    if kind == 6:
        return [{"p": ["stops", key], "od": there}]
    return [{"p": ["stops", key, "minutes"], "na": rng.choice((5, 10))}]


def _typed(rng: random.Random, path: list[Any], text: str) -> dict[str, Any]:
    start = rng.randint(0, len(text))
    deleted = text[start : start + rng.choice((0, 0, 1, 3))]
    op = [*([start] if start else []), rng.choice(WORDS), *([{"d": deleted}] if deleted else [])]
    return {"p": path, "t": "text-unicode", "o": op}

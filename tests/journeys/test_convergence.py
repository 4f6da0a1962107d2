"""Twelve editors, Python and web, over real listeners, with everything that goes wrong: after quiet, all are equal.

Functions and Firestore are killed, not stopped, at any moment. The clients ride over it by themselves: a submit that
nobody answered is sent again with the same `(src, seq)`, and listeners come back with a token that the new Firestore
answers with the whole result.
"""

import os
import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import httpx
import pytest

from clients.python.backend import Backend
from clients.python.documents import documents_of
from clients.python.live_plan import LivePlan
from clients.python.session import Session
from emulator.layout import PARTS
from emulator.testing import LocalCloud, local_cloud
from tests.clients.web import WebClient
from tests.support.edits import RandomEditor
from tests.support.people import make_trip, sign_in, stop

PYTHON_EDITORS = 8
WEB_EDITORS = 4
EDITS_EACH = int(os.environ.get("TRAVVY_CONVERGENCE_EDITS", "20"))
KILLED = ("gateway", "firestore") * int(os.environ.get("TRAVVY_CONVERGENCE_KILLS", "2"))
SEED = os.environ.get("TRAVVY_CONVERGENCE_SEED", str(random.SystemRandom().randrange(10**6)))


class BadConnection:
    """A session over a connection that doubles, delays and loses: the request, or only its answer."""

    def __init__(self, session: Session, seed: str) -> None:
        self._session = session
        self._choose = random.Random(seed)
        self.uid = session.uid

    def call(self, function: str, **data: Any) -> Any:
        luck = self._choose.random()
        if luck < 0.05:
            raise httpx.ConnectError("the request was lost")
        if luck < 0.15:
            self._later(function, data)
        answer = self._session.call(function, **data)
        if luck > 0.93:
            self._later(function, data)
            raise httpx.ReadError("the answer was lost")
        return answer

    def _later(self, function: str, data: dict[str, Any]) -> None:
        """The same request once more, arriving whenever: a duplicate out of order."""

        def again() -> None:
            try:
                self._session.call(function, **data)
            except Exception as error:  # noqa: BLE001 - nobody waits for this answer, whatever it is
                _ = error

        threading.Timer(self._choose.uniform(0.01, 0.5), again).start()


class PythonEditor:
    def __init__(self, session: Session, trip_id: str, name: str) -> None:
        self.uid = session.uid
        self._choose = random.Random(f"{SEED}/breaks/{name}")
        self.lost: list[Any] = []
        self._plan = LivePlan(
            BadConnection(session, f"{SEED}/luck/{name}"),  # type: ignore[arg-type]
            documents_of(session),
            trip_id,
            on_lost=lambda ops, why: self.lost.append((ops, why)),
        )

    def make(self, editor: RandomEditor) -> None:
        luck = self._choose.random()
        if luck < 0.06:
            self._plan.disconnect()
        elif luck < 0.25:
            self._plan.disconnect()
            self._plan.reconnect()
        with self._plan._changed:
            op = editor.edit(self._plan.doc)
            self._plan.edit(*op)

    def settle(self) -> None:
        assert self._plan.settle(60), "edits were not committed"
        self._plan.disconnect()
        self._plan.reconnect()

    def doc_at(self, version: int) -> Any:
        assert self._plan.wait_until(lambda local: local.version >= version, 60)
        return self._plan.doc

    def close(self) -> None:
        self._plan.close()


class WebEditor:
    def __init__(self, client: WebClient, trip_id: str, name: str) -> None:
        self.uid = client.uid
        self._client = client
        self._choose = random.Random(f"{SEED}/breaks/{name}")
        self._doc = client.do("open", tripId=trip_id)["doc"]

    def make(self, editor: RandomEditor) -> None:
        luck = self._choose.random()
        if luck < 0.1:
            self._client.do("disconnect")
        elif luck < 0.3:
            self._client.do("connect")
        while True:
            state = self._client.do("state")
            if self._client.do("edit", op=editor.edit(state["doc"]), version=state["version"]):
                break
            # Somebody's edit came in between, and what was made for the old plan may not fit the new one.
            editor.take_back()

    @property
    def lost(self) -> list[Any]:
        return [(lost["op"], lost["why"]) for lost in self._client.do("state")["lost"]]

    def settle(self) -> None:
        self._client.do("connect")
        self._client.do("settled")

    def doc_at(self, version: int) -> Any:
        return self._client.wait_until(lambda state: state["version"] >= version, timeout=60)["doc"]

    def close(self) -> None:
        self._client.close()


@pytest.fixture
def kept_cloud(tmp_path: Path) -> Iterator[LocalCloud]:
    """A local cloud of its own, all but the schedules, whose parts may be killed: what they acknowledged is on disk."""
    with local_cloud([part for part in PARTS if part != "scheduler"], data=tmp_path) as running:
        yield running


@pytest.fixture
def editors(kept_cloud: LocalCloud) -> Iterator[Callable[[], tuple[Session, str, list[PythonEditor | WebEditor]]]]:
    made: list[PythonEditor | WebEditor] = []

    def make() -> tuple[Session, str, list[PythonEditor | WebEditor]]:
        os.environ.update(kept_cloud.environment())
        backend = Backend.local(kept_cloud.environment())
        owner = sign_in(backend)
        trip_id = make_trip(owner)
        op = [{"p": ["stops", "counter"], "oi": stop(owner)}]
        owner.call("plan-submit", tripId=trip_id, base=0, src="owner", seq=0, ops=[op])
        token = owner.call("trips-invite", tripId=trip_id, maxUses=20)["token"]
        for number in range(PYTHON_EDITORS):
            session = sign_in(backend, f"Py{number}")
            session.call("trips-join", token=token)
            made.append(PythonEditor(session, trip_id, f"py{number}"))
        for number in range(WEB_EDITORS):
            client = WebClient(kept_cloud, f"Web{number}")
            client.call("trips-join", token=token)
            made.append(WebEditor(client, trip_id, f"web{number}"))
        return owner, trip_id, made

    before = dict(os.environ)
    yield make
    for editor in made:
        editor.close()
    os.environ.clear()
    os.environ.update(before)


@pytest.mark.timeout(400)
def test_twelve_editors_converge_and_lose_nothing(
    editors: Callable[[], tuple[Session, str, list[PythonEditor | WebEditor]]], kept_cloud: LocalCloud
) -> None:
    print(f"seed {SEED}")  # noqa: T201 - shown when the test fails
    owner, trip_id, made = editors()
    random_editors = [RandomEditor(f"{SEED}/e{index}", editor.uid, "counter") for index, editor in enumerate(made)]

    done = threading.Event()

    def edit_all(index: int) -> None:
        # People pause between edits; the pause ends at once when there is nothing left to survive.
        pace = random.Random(f"{SEED}/pace/{index}")
        for _ in range(EDITS_EACH):
            made[index].make(random_editors[index])
            done.wait(pace.uniform(0.2, 0.8))

    def kill_servers() -> None:
        choose = random.Random(f"{SEED}/kills")
        try:
            for part in choose.sample(KILLED, len(KILLED)):
                done.wait(choose.uniform(0.2, 1.2))
                kept_cloud.kill(part)
                kept_cloud.start(part)
        finally:
            done.set()

    with ThreadPoolExecutor(len(made) + 1) as pool:
        works = [pool.submit(kill_servers), *(pool.submit(edit_all, index) for index in range(len(made)))]
        try:
            for work in as_completed(works):
                work.result()
        finally:
            done.set()
    for editor in made:
        editor.settle()

    answer = owner.call("plan-get", tripId=trip_id)
    plan = answer["plan"]
    assert [why for editor in made for _, why in editor.lost] == []
    for editor in made:
        assert editor.doc_at(answer["version"]) == plan
    counter = plan["stops"]["counter"]
    assert counter["minutes"] == 60 + sum(editor.count for editor in random_editors)
    tokens = [token for editor in random_editors for token in editor.tokens]
    assert sorted(counter["notes"][1:-1].split("><")) == sorted(token[1:-1] for token in tokens)
    for container in ("days", "stops", "packing"):
        keys = [(element["order"], key) for key, element in plan[container].items()]
        assert len(keys) == len(set(keys))

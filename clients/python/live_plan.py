"""The live plan: edits show at once, travel one at a time, and merge with what others do.

The core (`LocalPlan`) is a pure state machine; `LivePlan` connects it to `plan-submit` and to a listener on the log.

    pending edits:   in flight (sent, frozen)  ->  buffer (everything edited since, composed into one operation)
    an operation of somebody else moves past both, and they past it; the committed one keeps its place

The client takes its pending operation as the left one and the incoming as the right one; the server does the same.
"""

import json
import random
import secrets
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import httpx
from google.cloud.firestore import Client, FieldFilter

from clients.python.reoffer import reoffer
from clients.python.session import CallError, Session
from shared import ot
from shared.cloud.listening import listen

Op = list[dict[str, Any]]
RETRY_SECONDS = (0.1, 5.0)
MOST_COMPONENTS = 200
"""A longer buffer, from a long time offline, is sent in pieces."""
FOLLOW_AT_MOST = 20
"""Operations that one listener collects before a new one takes its place: the library sorts all it has at each news."""
PASSING = {"UNAVAILABLE", "ABORTED", "INTERNAL", "DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED", "UNKNOWN"}
"""Errors after which the same submit is sent again; it is recognised if it had been committed."""


@dataclass
class InFlight:
    """An operation on its way: `op` and `base` as sent, never changed; `moved` is `op` past what came in since."""

    base: int
    seq: int
    op: Op
    moved: Op


class LocalPlan:
    """The plan as one editor sees it. `doc` is the server's plan at `version` with the pending edits on top."""

    def __init__(self, src: str, version: int, doc: dict[str, Any]) -> None:
        self.src = src
        self.version = version
        self.doc = doc
        self.server_doc = doc
        self.in_flight: InFlight | None = None
        self.buffer: Op = []
        self._seq = 0
        self._early: dict[int, dict[str, Any]] = {}

    def edit(self, op: Op) -> None:
        """Apply a local edit at once and keep it for sending. Raises ot.OtError if it does not fit `doc`."""
        op = ot.canonical(op)
        self.doc = ot.apply(self.doc, op)
        self.buffer = ot.compose(self.buffer, op) if self.buffer else op

    def next_submit(self) -> InFlight | None:
        """What to send now: the operation in flight again, or the buffer as a new one."""
        if self.in_flight is None and self.buffer:
            piece, self.buffer = self.buffer[:MOST_COMPONENTS], self.buffer[MOST_COMPONENTS:]
            self.in_flight = InFlight(self.version, self._seq, piece, piece)
            self._seq += 1
        return self.in_flight

    def receive(self, records: Iterable[dict[str, Any]]) -> bool:
        """Take in committed operations (`version`, `op`, `src`, `seq`) in any order, again or not; True if news."""
        for record in records:
            if record["version"] > self.version:
                self._early[record["version"]] = record
        news = False
        while record := self._early.pop(self.version + 1, None):
            self._apply(record)
            news = True
        return news

    def refuse(self) -> list[Op]:
        """Take back the operation in flight, which the server refused, and what no longer makes sense without it.

        What was edited behind it is offered again. Returns what is lost.
        """
        refused = self.in_flight.moved if self.in_flight else []
        kept, lost = reoffer(ot.apply(self.server_doc, refused), self.buffer, self.server_doc)
        return self._offer(kept, [refused, lost])

    def restart(self, version: int, doc: dict[str, Any]) -> list[Op]:
        """Start again from a snapshot, with the pending edits offered again on it. Returns what is lost."""
        sent = self.in_flight.moved if self.in_flight else []
        kept, lost = reoffer(self.server_doc, sent, doc, maybe_done=True)
        between = ot.apply(self.server_doc, sent)
        kept_behind, lost_behind = reoffer(between, self.buffer, ot.apply(doc, kept))
        self.version, self.server_doc = version, doc
        self._early.clear()
        return self._offer(ot.compose(kept, kept_behind), [lost, lost_behind])

    def _offer(self, pending: Op, lost: list[Op]) -> list[Op]:
        self.in_flight, self.buffer, self.doc = None, pending, ot.apply(self.server_doc, pending)
        return [op for op in lost if op]

    def _apply(self, record: dict[str, Any]) -> None:
        op: Op = record["op"]
        self.server_doc = ot.apply(self.server_doc, op)
        self.version = record["version"]
        sent = self.in_flight
        if sent and record["src"] == self.src and record["seq"] == sent.seq:
            self.in_flight = None
            return
        if sent:
            sent.moved, op = ot.transform(sent.moved, op, "left"), ot.transform(op, sent.moved, "right")
        if self.buffer:
            self.buffer, op = ot.transform(self.buffer, op, "left"), ot.transform(op, self.buffer, "right")
        self.doc = ot.apply(self.doc, op)


class LivePlan:
    """A plan open in an editor. `on_change(doc)` is called after every change, `on_lost(ops, why)` with edits that
    could not be kept. Callbacks come from background threads, one at a time."""

    def __init__(
        self,
        session: Session,
        documents: Client,
        trip_id: str,
        *,
        on_change: Callable[[dict[str, Any]], None] = lambda _: None,
        on_lost: Callable[[list[Op], str], None] = lambda _ops, _why: None,
        src: str | None = None,
    ) -> None:
        self._session = session
        self._trip_id = trip_id
        self._on_change = on_change
        self._on_lost = on_lost
        self._plan_ref = documents.document("trips", trip_id, "plan", "current")
        self._changed = threading.Condition(threading.RLock())
        self._closing = threading.Event()
        snapshot = self._plan_ref.get().to_dict()
        self.local = LocalPlan(src or secrets.token_urlsafe(12), snapshot["version"], json.loads(snapshot["text"]))
        self._followed_from = self.local.version
        # The sender renews the listener while the app may end it; one that both forgot would go on for ever.
        self._following = threading.Lock()
        self._stop: Callable[[], None] | None = self._listen()
        self._sender = threading.Thread(target=self._send_all, name="live-plan", daemon=True)
        self._sender.start()

    @property
    def doc(self) -> dict[str, Any]:
        """The plan with the pending edits. Treat as read-only."""
        return self.local.doc

    def edit(self, *components: dict[str, Any]) -> None:
        """Edit the plan; shows at once, travels in the background."""
        with self._changed:
            self.local.edit(list(components))
            self._changed.notify_all()
        self._on_change(self.doc)

    def wait_until(self, met: Callable[["LocalPlan"], bool], timeout: float = 90) -> bool:
        """Wait until a condition on the local plan holds; False if it does not within `timeout` seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: met(self.local), timeout)

    def settle(self, timeout: float = 90) -> bool:
        """Wait until every edit is committed."""
        return self.wait_until(lambda local: local.in_flight is None and not local.buffer, timeout)

    def disconnect(self) -> None:
        """Stop listening, as an app that goes to the background does; edits go on being sent."""
        with self._following:
            stop, self._stop = self._stop, None
        if stop:
            stop()

    def reconnect(self) -> None:
        """Listen from where the local plan stands; what the listener before it still brings does no harm."""
        with self._following:
            stop, self._stop = self._stop, None if self._closing.is_set() else self._listen()
        if stop:
            stop()

    def _renew(self) -> None:
        """As `reconnect`, unless listening was ended meanwhile."""
        with self._following:
            if self._stop is None:
                return
            stop, self._stop = self._stop, self._listen()
        stop()

    def close(self) -> None:
        self._closing.set()
        with self._changed:
            self._changed.notify_all()
        self.disconnect()
        self._sender.join(timeout=5)

    def _listen(self) -> Callable[[], None]:
        self._followed_from = self.local.version
        query = self._plan_ref.collection("ops").where(filter=FieldFilter("version", ">", self.local.version))

        def on_ops(_all: Any, news: Any, _time: Any) -> None:
            found = [change.document.to_dict() for change in news if change.type.name == "ADDED"]
            self._take([{**record, "op": json.loads(record["op"])} for record in found])

        return listen(query.order_by("version"), on_ops)

    def _take(self, records: list[dict[str, Any]]) -> None:
        with self._changed:
            news = self.local.receive(records)
            self._changed.notify_all()
        if news:
            self._on_change(self.doc)

    def _send_all(self) -> None:
        pause = RETRY_SECONDS[0]
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closing.is_set() or self._renews() or self.local.next_submit())
                sending, renews = self.local.in_flight, self._renews()
            if self._closing.is_set():
                return
            if renews:
                self._renew()
            if sending is None:
                continue
            if self._send(sending):
                pause = RETRY_SECONDS[0]
            elif self._closing.wait(random.uniform(pause / 2, pause)):  # noqa: S311 - jitter, not a secret
                return
            else:
                pause = min(RETRY_SECONDS[1], pause * 2)

    def _renews(self) -> bool:
        return self._stop is not None and self.local.version - self._followed_from >= FOLLOW_AT_MOST

    def _send(self, sending: InFlight) -> bool:
        """Send one operation; False if nobody can say what became of it, so that it is sent again."""
        try:
            answer = self._session.call(
                "plan-submit",
                tripId=self._trip_id,
                base=sending.base,
                src=self.local.src,
                seq=sending.seq,
                ops=[sending.op],
            )
        except httpx.TransportError:
            return False
        except CallError as error:
            if error.reason == "RESYNC":
                told = error.details["metadata"]
                self._give_up(lambda: self.local.restart(told["version"], told["plan"]), "RESYNC")
                self.disconnect()
                self.reconnect()
                return True
            if error.status in PASSING and error.reason != "PLAN_TOO_LARGE":
                return False
            self._give_up(self.local.refuse, error.message)
            return True
        own = [{**record, "src": self.local.src, "seq": sending.seq} for record in answer["committed"]]
        self._take([*answer["missed"], *own])
        return True

    def _give_up(self, take_back: Callable[[], list[Op]], why: str) -> None:
        with self._changed:
            lost = take_back()
            self._changed.notify_all()
        self._on_change(self.doc)
        if lost:
            self._on_lost(lost, why)

"""How editing together feels: delay to the others' sight, many editors at once, and whether a long history costs.

    .venv/bin/python bench/collaboration.py [--quick] [--json FILE]

Everything runs on this machine: the functions behind the gateway, Firestore, and clients as threads of one process with
real listeners. A delay is from the call of `edit` on one client to the change on another one's listener.
"""

import random
import statistics
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.bars import Bar, finish, options, percentile
from bench.common import backend_cloud
from clients.python.backend import Backend
from clients.python.documents import documents_of
from clients.python.live_plan import LivePlan
from clients.python.session import Session
from shared.cloud import firestore
from shared.documents import compact
from shared.plan.models import OPS_KEPT, OpRecord, Snapshot
from tests.support.people import make_trip, sign_in, stop

OPS_PER_SECOND = 5.0


class Group:
    """People with one plan open, each with a listener of their own."""

    def __init__(self, backend: Backend, size: int) -> None:
        self.owner = sign_in(backend)
        self.trip_id = make_trip(self.owner)
        sessions = [self.owner]
        token = self.owner.call("trips-invite", tripId=self.trip_id, maxUses=100)["token"]
        for number in range(size - 1):
            session = sign_in(backend, f"P{number}")
            session.call("trips-join", token=token)
            sessions.append(session)
        self.sessions = sessions
        self._seen: dict[str, list[float]] = {}
        self._guard = threading.Lock()
        self.plans = [self._open(session) for session in sessions]

    def _open(self, session: Session) -> LivePlan:
        known: set[str] = set()

        def changed(doc: dict[str, Any]) -> None:
            now = time.monotonic()
            news = set(doc["stops"]) - known
            known.update(news)
            with self._guard:
                for stop_id in news:
                    self._seen.setdefault(stop_id, []).append(now)

        return LivePlan(session, documents_of(session), self.trip_id, on_change=changed)

    def delays(self, edits: int, per_second: float) -> list[float]:
        """Milliseconds from an edit to each of the others' sight."""
        choose = random.Random(7)
        made: dict[str, float] = {}
        for number in range(edits):
            plan, stop_id = choose.choice(self.plans), f"e{number}"
            made[stop_id] = time.monotonic()
            plan.edit({"p": ["stops", stop_id], "oi": stop(plan._session, f"Stop {number}")})
            time.sleep(choose.expovariate(per_second))
        for plan in self.plans:
            plan.settle()
            if not plan.wait_until(lambda local: len(local.doc["stops"]) == edits):
                raise RuntimeError("an edit did not arrive")
        # The first sight is the editor's own.
        return [1000 * (at - began) for key, began in made.items() for at in sorted(self._seen[key])[1:]]

    def close(self) -> None:
        for plan in self.plans:
            plan.close()


def to_others_sight(backend: Backend, size: int, edits: int) -> list[Bar]:
    group = Group(backend, size)
    try:
        delays = group.delays(edits, OPS_PER_SECOND)
    finally:
        group.close()
    p50, p95 = percentile(delays, 0.5), percentile(delays, 0.95)
    limit = 50.0 if size == 10 else None
    return [
        Bar.at_most(f"submit to others' sight, {size} clients, p50 ms", round(p50, 1)),
        Bar.at_most(f"submit to others' sight, {size} clients, p95 ms", round(p95, 1), limit),
    ]


def with_history(trip_id: str, uid: str, versions: int) -> None:
    """Write a long history behind a trip's plan, as submits would have left it."""
    client = firestore.client()
    plan = client.document("trips", trip_id, "plan", "current")
    now = datetime.now(UTC)
    op = compact([{"p": ["notes"], "t": "text-unicode", "o": []}])
    for start in range(1, versions + 1, 400):
        batch = client.batch()
        for version in range(start, min(start + 400, versions + 1)):
            record = OpRecord(
                version=version, uid=uid, src="past", seq=version, op=op, at=now, expires_at=now + OPS_KEPT
            )
            batch.set(plan.collection("ops").document(f"{version:010d}"), record.to_stored())
        batch.commit()
    text = plan.get().get("text")
    plan.set(Snapshot(version=versions, text=text, updated_at=now).to_stored())


def submit_with_history(backend: Backend, versions: int, rounds: int) -> float:
    """Median milliseconds of a submit through HTTP on a plan with so many operations behind it."""
    owner = sign_in(backend)
    trip_id = make_trip(owner)
    with_history(trip_id, owner.uid, versions)
    took = []
    for number in range(rounds):
        began = time.monotonic()
        op = [{"p": ["stops", f"h{number}"], "oi": stop(owner)}]
        owner.call("plan-submit", tripId=trip_id, base=versions + number, src="bench", seq=number, ops=[op])
        took.append(1000 * (time.monotonic() - began))
    return statistics.median(took[3:])


def all_at_once(backend: Backend, size: int, each: int, retries: Callable[[], int]) -> list[Bar]:
    """`size` clients submit `each` operations as fast as they can, all made against what they last saw."""
    owner = sign_in(backend)
    trip_id = make_trip(owner)
    token = owner.call("trips-invite", tripId=trip_id, maxUses=100)["token"]
    sessions = [owner, *(sign_in(backend, f"Q{number}") for number in range(size - 1))]
    for session in sessions[1:]:
        session.call("trips-join", token=token)
    before = retries()

    def submit(session: Session) -> list[float]:
        base, took = 0, []
        for number in range(each):
            began = time.monotonic()
            op = [{"p": ["stops", f"{session.uid[:8]}-{number}"], "oi": stop(session)}]
            answer = session.call("plan-submit", tripId=trip_id, base=base, src=session.uid, seq=number, ops=[op])
            base = answer["version"]
            took.append(1000 * (time.monotonic() - began))
        return took

    began = time.monotonic()
    with ThreadPoolExecutor(size) as pool:
        took = [one for many in pool.map(submit, sessions) for one in many]
    seconds = time.monotonic() - began
    return [
        Bar.at_most(f"{size} clients at once, submits/s", round(size * each / seconds, 1)),
        Bar.at_most(f"{size} clients at once, retries per commit", round((retries() - before) / (size * each), 3)),
        Bar.at_most(f"{size} clients at once, p95 ms", round(percentile(took, 0.95), 1)),
        Bar.at_most(f"{size} clients at once, slowest ms", round(max(took), 1)),
    ]


def main() -> int:
    chosen = options("collaboration", __doc__, "fewer edits and a shorter history").parse_args()
    edits, history, each, rounds = (50, 2_000, 4, 33) if chosen.quick else (150, 100_000, 10, 103)
    bars: list[Bar] = []
    with backend_cloud(("scheduler", "gemini")) as cloud:
        backend = Backend.local()
        for size in (2, 10, 50):
            bars += to_others_sight(backend, size, edits)
        took = {versions: submit_with_history(backend, versions, rounds) for versions in (10, 1_000, history)}
        bars += [
            Bar.at_most(f"submit with {versions} ops of history, ms", round(ms, 1)) for versions, ms in took.items()
        ]
        ratio = took[history] / took[10]
        bars.append(Bar.at_most(f"submit with {history} ops of history / with 10", round(ratio, 2), 1.25))
        bars += all_at_once(
            backend, 50, each, lambda: sum("plan version taken" in line for line in cloud.lines("gateway"))
        )
    for bar in bars:
        limit = "" if bar.bar is None else f"   (bar {bar.bar})"
        print(f"{bar.name:<52} {bar.value:>10}{limit}")
    return finish(bars, chosen.json)


if __name__ == "__main__":
    sys.exit(main())

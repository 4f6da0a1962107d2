"""The one path of change: submit = read, transform, validate, create the next version; and reading the plan."""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import cache

from shared import ot
from shared.plan.limits import MAX_MISSED, check_ops
from shared.plan.models import Op, OpRecord
from shared.plan.staging import Submission, Submitted, conflict, resend_of, stage
from shared.plan.state import PlanState, rebase
from shared.plan.store import Along, PlanStore
from shared.plan.warm import WarmPlans
from shared.runtime.caller import Role, TripAccess, trip_not_found
from shared.runtime.clock import Clock
from shared.runtime.errors import Aborted, InvalidArgument, OutOfRange
from shared.runtime.logs import log

MAX_RACES = 30
"""Lost races before a submit gives up and asks the client to come again."""
FLUSH_DELAY_SECONDS = 2
EXPIRE_AT_MOST = 400
"""Operations deleted in one run; a batch takes 500 writes."""


class PlanService:
    """Reads and changes plans. `schedule_flush(trip_id, delay in seconds)` has the snapshot written a little later."""

    def __init__(self, store: PlanStore, clock: Clock, schedule_flush: Callable[[str, int], None]) -> None:
        self._store = store
        self._clock = clock
        self._schedule_flush = schedule_flush
        self._warm = WarmPlans()

    def submit(
        self,
        access: TripAccess,
        submission: Submission,
        opened: PlanState | None = None,
        along: Along | None = None,
    ) -> Submitted:
        """Commit operations on the plan, transformed past everything committed since their base. All or nothing.

        Two round trips in a row on a warm instance and three on a cold one; two more for every lost race, one less if
        the caller has just read the plan (`opened`) and it holds every operation since the base. A resend is recognised
        by (uid, src, seq) and answered as the first time. What goes `along` is written in the same commit or, with
        OvertakenError, neither is. Raises InvalidArgument (OP_INVALID, OP_TOO_LARGE, OP_CONFLICT, PLAN_INVALID,
        BASE_AHEAD), OutOfRange (RESYNC), ResourceExhausted (PLAN_TOO_LARGE), Aborted (PLAN_BUSY), NotFound and
        PermissionDenied.
        """
        if submission.kind == "edit":
            check_ops(submission.ops)
        submission = replace(submission, ops=[ot.canonical(op) for op in submission.ops])
        trip_id = access.trip_id
        known = opened.since(submission.base) if opened else None
        state, missed = (opened, known) if opened and known is not None else self._open(access, submission.base)
        with self._warm.lock(trip_id):
            for race in range(MAX_RACES):
                state, missed = self._newest(trip_id, submission.base, state, missed)
                if earlier := resend_of(submission, missed):
                    before = tuple(record for record in missed if record.version < earlier[0].version)
                    return Submitted(state.version, earlier, before, duplicate=True)
                records, doc = stage(state, submission, missed, self._clock.now())
                after = state.committed(records, doc)
                if self._commit(trip_id, after, records, along):
                    self._warm.put(trip_id, after)
                    return Submitted(after.version, tuple(records), tuple(missed), duplicate=False)
                log.info("plan version taken", trip_id=trip_id, version=records[0].version, race=race + 1)
                if race:
                    time.sleep(random.uniform(0, min(0.2, 0.01 * 2**race)))  # noqa: S311 - jitter, not a secret
                self._warm.put(trip_id, state.advance(self._store.ops_after(trip_id, state.version)))
        raise Aborted("Many people are editing; try again in a moment", reason="PLAN_BUSY", retry_after=1.0)

    def read(self, access: TripAccess, roles: Mapping[str, Role] | None = None) -> PlanState:
        """The plan at its newest version. A caller who has just read the trip's `roles` saves reading them again."""
        return self._open(access, None, roles)[0]

    def authorise(self, access: TripAccess) -> None:
        """Check the access and nothing else. One round trip. Raises NotFound and PermissionDenied."""
        access.check(self._store.roles(access.trip_id))

    def rebased(self, access: TripAccess, base: int, ops: Sequence[Op]) -> tuple[PlanState, list[Op]]:
        """The newest plan, and operations that were all made against `base` as they read now, each for itself.

        Raises InvalidArgument (OP_CONFLICT, BASE_AHEAD) or OutOfRange (RESYNC).
        """
        state, missed = self._open(access, base)
        try:
            return state, [rebase([op], missed)[0] for op in ops]
        except ot.OtError as error:
            raise conflict(base, state.version, error) from None

    def flush(self, trip_id: str) -> bool:
        """Bring the snapshot that viewers listen to up to the log; False if it is, or if somebody else just did."""
        seen = self._store.current(trip_id)
        if seen is None:
            return False
        state = PlanState.of(seen).advance(self._store.ops_after(trip_id, seen.version))
        if state.version == seen.version:
            return False
        return self._store.flush(trip_id, state.snapshot(self._clock.now()), seen)

    def expire(self) -> int:
        """Delete operations that are old enough and stand in their plan's snapshot; returns how many.

        Firestore's own TTL would not ask about the snapshot, and one that was never written could never be again.
        """
        count = 0
        for trip_id, versions in self._store.expired(self._clock.now(), EXPIRE_AT_MOST).items():
            self.flush(trip_id)
            current = self._store.current(trip_id)
            covered = [version for version in versions if current is None or version <= current.version]
            self._store.forget(trip_id, covered)
            count += len(covered)
        return count

    def _open(
        self, access: TripAccess, base: int | None, roles: Mapping[str, Role] | None = None
    ) -> tuple[PlanState, list[OpRecord]]:
        """The newest plan, and the operations after `base`. One round trip when warm, two when cold."""
        trip_id = access.trip_id
        warm = self._warm.get(trip_id)
        if warm is None:
            return self._open_cold(access, base)
        known = [] if base is None else warm.since(base)
        if known is None and base is not None:
            _refuse_far_behind(warm, base)
        since = warm.version if known is not None or base is None else base
        opening = self._store.open_warm(trip_id, since, roles)
        access.check(opening.roles)
        return self._opened(trip_id, base, warm.advance(opening.ops), [*(known or []), *opening.ops])

    def _open_cold(self, access: TripAccess, base: int | None) -> tuple[PlanState, list[OpRecord]]:
        trip_id = access.trip_id
        roles, snapshot = self._store.open_cold(trip_id)
        access.check(roles)
        if snapshot is None:
            raise trip_not_found(trip_id)
        state = PlanState.of(snapshot)
        if base is not None:
            _refuse_far_behind(state, base)
        ops = list(self._store.ops_after(trip_id, state.version if base is None else min(base, state.version)))
        return self._opened(trip_id, base, state.advance(ops), ops)

    def _opened(
        self, trip_id: str, base: int | None, read: PlanState, ops: Sequence[OpRecord]
    ) -> tuple[PlanState, list[OpRecord]]:
        """What was read, checked and remembered; of the operations, those after `base`."""
        missed = [record for record in ops if base is not None and record.version > base]
        if base is not None:
            # Against what this request has read: another one may have remembered a newer plan by now.
            _check_base(base, read, missed)
        self._warm.put(trip_id, read)
        return read, missed

    def _newest(
        self, trip_id: str, base: int, state: PlanState, missed: list[OpRecord]
    ) -> tuple[PlanState, list[OpRecord]]:
        """The state that this instance's other requests have reached by now, and what was missed up to it."""
        newest = max(state, self._warm.get(trip_id) or state, key=lambda known: known.version)
        last = missed[-1].version if missed else base
        if newest.version == last:
            return newest, missed
        more = newest.since(last)
        if more is None:
            more = [record for record in self._store.ops_after(trip_id, last) if record.version <= newest.version]
        return newest, [*missed, *more]

    def _commit(self, trip_id: str, after: PlanState, records: Sequence[OpRecord], along: Along | None) -> bool:
        if records[-1].snapshot:
            return self._store.commit(trip_id, records, after.snapshot(records[-1].at), along)
        flush: Future[None] = _side_work().submit(self._schedule_flush, trip_id, FLUSH_DELAY_SECONDS)
        taken = self._store.commit(trip_id, records, None, along)
        if error := flush.exception():
            # The next submit or reader's flush brings the snapshot up; the log itself is safe.
            log.warning("snapshot flush not scheduled", trip_id=trip_id, error=str(error))
        return taken


def _refuse_far_behind(state: PlanState, base: int) -> None:
    if state.version - base > MAX_MISSED:
        raise _resync(state)


def _check_base(base: int, state: PlanState, missed: Sequence[OpRecord]) -> None:
    if base > state.version:
        raise InvalidArgument(
            f"base {base} is ahead of the plan, which is at version {state.version}",
            reason="BASE_AHEAD",
            metadata={"field": "base", "version": state.version},
        )
    if len(missed) != state.version - base:
        raise _resync(state)


def _resync(state: PlanState) -> OutOfRange:
    return OutOfRange(
        "Your copy of the plan is too old; start again from the snapshot and offer your edits once more",
        reason="RESYNC",
        metadata={"version": state.version, "plan": state.doc},
    )


@cache
def _side_work() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=8, thread_name_prefix="flush")

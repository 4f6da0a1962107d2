"""What became of the plan, and the way back: pages of the log, old versions, undo, redo, restore."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from shared import ot
from shared.plan.diff import difference
from shared.plan.models import OpRecord
from shared.plan.service import PlanService
from shared.plan.staging import Submission, Submitted
from shared.plan.state import PlanState
from shared.plan.store import PlanStore
from shared.runtime.caller import TripAccess
from shared.runtime.errors import Aborted, FailedPrecondition, InvalidArgument, OutOfRange

UNDO_RACES = 8
"""How often the caller's own edits on another device may come first."""


@dataclass(frozen=True)
class Page:
    """A page of history, newest first; `next_before` continues it, None at the end."""

    records: tuple[OpRecord, ...]
    names: Mapping[str, str]
    next_before: int | None


class HistoryService:
    """Reads the log and goes back in it. `names(trip_id, uids)` tells what to call people."""

    def __init__(
        self, store: PlanStore, plans: PlanService, names: Callable[[str, Sequence[str]], Mapping[str, str]]
    ) -> None:
        self._store = store
        self._plans = plans
        self._names = names

    def page(self, access: TripAccess, before: int | None, size: int) -> Page:
        """Operations before a version (None: the newest), at most `size`. Two round trips."""
        roles, records = self._store.open_history(access.trip_id, before, size + 1)
        access.check(roles)
        shown = records[:size]
        names = self._names(access.trip_id, sorted({record.uid for record in shown}))
        return Page(tuple(shown), names, shown[-1].version if len(records) > size else None)

    def at(self, access: TripAccess, version: int | None) -> tuple[int, dict[str, Any]]:
        """The plan at a version (None: the newest), and that version.

        Raises InvalidArgument (VERSION_AHEAD), or FailedPrecondition (VERSION_NOT_KEPT) naming the nearest kept one.
        """
        newest = self._plans.read(access)
        if version is None or version == newest.version:
            return newest.version, newest.doc
        if version > newest.version:
            raise InvalidArgument(
                f"The plan is at version {newest.version}; there is no version {version} yet",
                reason="VERSION_AHEAD",
                metadata={"field": "version", "version": newest.version},
            )
        kept = self._store.kept_snapshot(access.trip_id, version)
        if kept is None:
            raise _not_kept(version, None)
        ops = list(self._store.ops_after(access.trip_id, kept.version, limit=version - kept.version))
        if len(ops) < version - kept.version or (ops and ops[0].version != kept.version + 1):
            raise _not_kept(version, kept.version)
        return version, PlanState.of(kept).advance(ops).doc

    def restore(self, access: TripAccess, version: int, src: str, seq: int) -> Submitted:
        """Make the plan what it was at a version, as one operation that can itself be undone."""
        _, then = self.at(access, version)
        now = self._plans.read(access)
        op = difference(now.doc, then)
        submission = Submission(base=now.version, src=src, seq=seq, ops=[op], uid=access.caller.uid, kind="restore")
        return self._plans.submit(access, submission)

    def undo(self, access: TripAccess, src: str, seq: int) -> Submitted:
        """Take back the caller's newest operation that stands, past what others did since.

        Reads four of their operations at most, however many they have undone. A resend of the same (`src`, `seq`)
        undoes nothing more. Raises FailedPrecondition (NOTHING_TO_UNDO), Aborted (PLAN_BUSY).
        """
        return self._reverse(access, src, seq, "undo")

    def redo(self, access: TripAccess, src: str, seq: int) -> Submitted:
        """Take back the caller's newest undo, unless they edited since. Raises FailedPrecondition (NOTHING_TO_REDO)."""
        return self._reverse(access, src, seq, "redo")

    def _reverse(self, access: TripAccess, src: str, seq: int, kind: Literal["undo", "redo"]) -> Submitted:
        uid = access.caller.uid
        for _ in range(UNDO_RACES):
            sent_before = self._store.sent_before(access.trip_id, uid, src, seq)
            state = self._plans.read(access)
            if earlier := sent_before.result():
                return Submitted(earlier[0].version, tuple(earlier), (), duplicate=True)
            pair = self._own_until(access, state, state.version)
            newest = pair[0] if pair else None
            version = top(kind, newest)
            if newest is None or version is None:
                raise _nothing_to(kind)
            if version != newest.version:
                pair = self._own_until(access, state, version)
            if not pair or pair[0].version != version:
                raise _nothing_to(kind)
            target, below = pair[0], pair[1] if len(pair) > 1 else None
            submission = Submission(
                base=version,
                src=src,
                seq=seq,
                ops=[ot.invert(target.components)],
                uid=uid,
                kind=kind,
                undoes=version,
                then=top(kind, below),
                newest_own=newest.version,
            )
            try:
                return self._plans.submit(access, submission, state)
            except OutOfRange:
                raise _nothing_to(kind) from None
            except Aborted as error:
                if error.reason != "UNDO_OVERTAKEN":
                    raise
        raise Aborted(f"Somebody else is using {kind} on your account; try again", reason="PLAN_BUSY", retry_after=1.0)

    def _own_until(self, access: TripAccess, state: PlanState, version: int) -> Sequence[OpRecord]:
        """The caller's newest two operations up to a version, newest first."""
        known = state.own_until(access.caller.uid, version, limit=2)
        if len(known) == 2:
            return known
        return self._store.own_until(access.trip_id, access.caller.uid, version, limit=2)


def top(kind: Literal["undo", "redo"], newest: OpRecord | None) -> int | None:
    """The version that undo (or redo) takes back next, where `newest` is the newest of one's own operations.

    Undo takes back whatever was not an undo, redo takes back undos. Each takes from the top of its stack: an undo moves
    the top of the one to the other, a redo moves it back, and anything else lies on top of the first and ends the
    second. So below an operation there is what was the top when its author's operation before it was the newest.
    """
    if newest is None:
        return None
    if kind == "undo":
        return newest.then if newest.kind == "undo" else newest.version
    if newest.kind == "undo":
        return newest.version
    return newest.then if newest.kind == "redo" else None


def _nothing_to(kind: Literal["undo", "redo"]) -> FailedPrecondition:
    """Nothing, or nothing that is still kept and recent enough."""
    reason = "NOTHING_TO_UNDO" if kind == "undo" else "NOTHING_TO_REDO"
    return FailedPrecondition(f"There is nothing to {kind}", reason=reason)


def _not_kept(version: int, nearest: int | None) -> FailedPrecondition:
    hint = f"; the nearest kept one is {nearest}" if nearest is not None else ""
    return FailedPrecondition(
        f"Version {version} is too old to be rebuilt{hint}",
        reason="VERSION_NOT_KEPT",
        metadata={"version": version, "nearest": nearest},
    )

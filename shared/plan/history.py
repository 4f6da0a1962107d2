"""What became of the plan, and the way back: pages of the log, old versions, undo, redo, restore."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared import ot
from shared.plan.diff import difference
from shared.plan.models import OpKind, OpRecord
from shared.plan.service import PlanService
from shared.plan.staging import Submission, Submitted
from shared.plan.state import PlanState
from shared.plan.store import PlanStore
from shared.runtime.caller import TripAccess
from shared.runtime.errors import Aborted, FailedPrecondition, InvalidArgument

UNDO_DEPTH = 200
"""How many of one's own operations undo and redo look back over."""
UNDO_RACES = 3


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
        return self._plans.submit(access, _submission(access, now.version, src, seq, op, "restore", None))

    def undo(self, access: TripAccess, src: str, seq: int) -> Submitted:
        """Take back the caller's newest operation that stands, past what others did since.

        A resend of the same (`src`, `seq`) undoes nothing more. Raises FailedPrecondition (NOTHING_TO_UNDO).
        """
        return self._reverse(access, src, seq, "undo", undoable)

    def redo(self, access: TripAccess, src: str, seq: int) -> Submitted:
        """Take back the caller's newest undo, unless they edited since. Raises FailedPrecondition (NOTHING_TO_REDO)."""
        return self._reverse(access, src, seq, "redo", redoable)

    def _reverse(
        self,
        access: TripAccess,
        src: str,
        seq: int,
        kind: OpKind,
        choose: Callable[[Sequence[OpRecord]], OpRecord | None],
    ) -> Submitted:
        for _ in range(UNDO_RACES):
            roles, own = self._store.open_own(access.trip_id, access.caller.uid, UNDO_DEPTH)
            access.check(roles)
            earlier = next((record for record in own if record.src == src and record.seq == seq), None)
            if earlier:
                return Submitted(earlier.version, (earlier,), (), duplicate=True)
            target = choose(own)
            if target is None:
                reason = "NOTHING_TO_UNDO" if kind == "undo" else "NOTHING_TO_REDO"
                raise FailedPrecondition(f"There is nothing to {kind}", reason=reason)
            op = ot.invert(target.components)
            submission = _submission(access, target.version, src, seq, op, kind, target.version)
            try:
                return self._plans.submit(access, submission)
            except Aborted as error:
                if error.reason != "ALREADY_UNDONE":
                    raise
        raise Aborted(f"Somebody else is using {kind} on your account; try again", reason="PLAN_BUSY", retry_after=1.0)


def undoable(own: Sequence[OpRecord]) -> OpRecord | None:
    """The newest of one's own operations (newest first) that was neither an undo nor undone."""
    undone: set[int | None] = set()
    for record in own:
        if record.kind == "undo":
            undone.add(record.undoes)
        elif record.version not in undone:
            return record
    return None


def redoable(own: Sequence[OpRecord]) -> OpRecord | None:
    """The newest of one's own undos (newest first) that was not redone; a new edit in between ends the chain."""
    redone: set[int | None] = set()
    for record in own:
        if record.kind == "redo":
            redone.add(record.undoes)
        elif record.kind != "undo":
            return None
        elif record.version not in redone:
            return record
    return None


def _submission(
    access: TripAccess, base: int, src: str, seq: int, op: list[dict[str, Any]], kind: OpKind, undoes: int | None
) -> Submission:
    return Submission(base=base, src=src, seq=seq, ops=[op], uid=access.caller.uid, kind=kind, undoes=undoes)


def _not_kept(version: int, nearest: int | None) -> FailedPrecondition:
    hint = f"; the nearest kept one is {nearest}" if nearest is not None else ""
    return FailedPrecondition(
        f"Version {version} is too old to be rebuilt{hint}",
        reason="VERSION_NOT_KEPT",
        metadata={"version": version, "nearest": nearest},
    )

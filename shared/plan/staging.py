"""From a submission to the records of the next versions, without I/O."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared import ot
from shared.documents import compact
from shared.plan.limits import check_size
from shared.plan.models import OPS_KEPT, Op, OpKind, OpRecord
from shared.plan.schema import validate
from shared.plan.state import PlanState, rebase
from shared.plan.store import SNAPSHOT_EVERY
from shared.plan.words import changes
from shared.runtime.errors import Aborted, InvalidArgument


@dataclass(frozen=True)
class Submission:
    """Consecutive operations against version `base`, and who makes them; `signs` is who adds their stops if that is
    somebody else, and the rest is for undo and redo.

    `undoes` and `then` are recorded, see `OpRecord`; they hold if `newest_own` is the author's newest version.
    """

    base: int
    src: str
    seq: int
    ops: Sequence[Op]
    uid: str
    kind: OpKind = "edit"
    signs: str | None = None
    undoes: int | None = None
    then: int | None = None
    newest_own: int | None = None


@dataclass(frozen=True)
class Submitted:
    """The plan after a submission: what was committed, and what its author had missed."""

    version: int
    committed: tuple[OpRecord, ...]
    missed: tuple[OpRecord, ...]
    duplicate: bool


def resend_of(submission: Submission, missed: Sequence[OpRecord]) -> tuple[OpRecord, ...]:
    """The records of this very submission, if an earlier call committed it; else empty."""
    wanted = range(submission.seq, submission.seq + len(submission.ops))
    return tuple(
        record
        for record in missed
        if record.src == submission.src and record.uid == submission.uid and record.seq in wanted
    )


def stage(
    state: PlanState, submission: Submission, missed: Sequence[OpRecord], now: datetime
) -> tuple[list[OpRecord], dict[str, Any]]:
    """The records of the next versions and the plan after them.

    Raises InvalidArgument (OP_CONFLICT: an operation does not fit the plan it says it was made against; PLAN_INVALID;
    FORGED_AUTHOR), ResourceExhausted (PLAN_TOO_LARGE) or Aborted (UNDO_OVERTAKEN).
    """
    newest_own = submission.newest_own
    if newest_own is not None and any(one.uid == submission.uid and one.version > newest_own for one in missed):
        raise Aborted("Your other calls have changed what there is to take back", reason="UNDO_OVERTAKEN")
    doc: dict[str, Any] = state.doc
    records: list[OpRecord] = []
    try:
        for index, op in enumerate(rebase(submission.ops, missed)):
            before, doc = doc, ot.apply(doc, op)
            records.append(
                OpRecord(
                    version=state.version + 1 + index,
                    uid=submission.uid,
                    src=submission.src,
                    seq=submission.seq + index,
                    op=compact(op),
                    at=now,
                    expires_at=now + OPS_KEPT,
                    kind=submission.kind,
                    undoes=submission.undoes,
                    then=submission.then,
                    changes=compact(changes(before, doc, op)),
                )
            )
    except ot.OtError as error:
        raise conflict(submission.base, state.version, error) from None
    validate(doc)
    check_size(doc)
    if submission.kind == "edit" or submission.signs:
        check_authors(state.doc, doc, submission.signs or submission.uid)
    last = records[-1]
    crosses = last.version // SNAPSHOT_EVERY > state.version // SNAPSHOT_EVERY
    if crosses or state.snapshot_due(last.version, now):
        records[-1] = last.model_copy(update={"snapshot": True})
    return records, doc


def conflict(base: int, version: int, error: ot.OtError) -> InvalidArgument:
    """The error for an operation that does not fit the version it says it was made against."""
    return InvalidArgument(
        f"An operation does not fit the plan at version {base}: {error}",
        reason="OP_CONFLICT",
        metadata={"base": base, "version": version},
    )


def check_authors(before: dict[str, Any], after: dict[str, Any], uid: str) -> None:
    """A stop is signed by whoever adds it, and the signature stays. Raises InvalidArgument (FORGED_AUTHOR)."""
    known = before["stops"]
    for stop_id, stop in after["stops"].items():
        expected = known[stop_id]["by"] if stop_id in known else uid
        if stop["by"] != expected:
            raise InvalidArgument(
                f"stops.{stop_id}.by must be {expected!r}: a stop is signed by whoever added it",
                reason="FORGED_AUTHOR",
                metadata={"field": f"stops.{stop_id}.by"},
            )

"""What callers of the plan functions send and get."""

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from shared.plan.limits import MAX_OPS
from shared.plan.models import OpRecord
from shared.plan.staging import Submission, Submitted
from shared.runtime.models import Request, Response
from shared.trips.requests import TripId

Src = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_:-]{4,80}$")]


class SubmitRequest(Request):
    """Consecutive json0 operations made against version `base`; the i-th is known as (`src`, `seq` + i).

    `src` names one open editor (a random id per start of the app). A resend of the same (`src`, `seq`) is recognised.
    """

    trip_id: TripId
    base: int = Field(ge=0)
    src: Src
    seq: int = Field(ge=0, le=2**53 - 1)
    ops: list[list[dict[str, Any]]] = Field(min_length=1, max_length=MAX_OPS)

    def submission(self, uid: str) -> Submission:
        return Submission(base=self.base, src=self.src, seq=self.seq, ops=self.ops, uid=uid)


class CommittedOp(Response):
    """An operation as it stands in the log."""

    version: int
    op: list[dict[str, Any]]


class MissedOp(Response):
    """Somebody's operation after the caller's base; applies before the caller's own."""

    version: int
    op: list[dict[str, Any]]
    src: str
    seq: int
    uid: str

    @classmethod
    def of(cls, record: OpRecord) -> "MissedOp":
        return cls(version=record.version, op=record.components, src=record.src, seq=record.seq, uid=record.uid)


class SubmitResponse(Response):
    """The plan's version after the caller's operations, these as committed, and what the caller had missed.

    `duplicate` says that an earlier call had committed them already.
    """

    version: int
    committed: list[CommittedOp]
    missed: list[MissedOp]
    duplicate: bool

    @classmethod
    def of(cls, submitted: Submitted) -> "SubmitResponse":
        return cls(
            version=submitted.version,
            committed=[CommittedOp(version=record.version, op=record.components) for record in submitted.committed],
            missed=[MissedOp.of(record) for record in submitted.missed],
            duplicate=submitted.duplicate,
        )


class FlushTask(Request):
    """The payload of the task that writes a plan's snapshot."""

    trip_id: TripId

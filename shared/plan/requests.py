"""What callers of the plan functions send and get."""

import json
from datetime import datetime
from typing import Annotated, Any

from pydantic import ConfigDict, Field, StringConstraints

from shared.plan.history import Page
from shared.plan.limits import MAX_OPS
from shared.plan.models import OpKind, OpRecord
from shared.plan.staging import Submission, Submitted
from shared.plan.wire_op import Component
from shared.plan.words import in_words
from shared.runtime.models import Request, Response
from shared.trips.requests import TripId

MAX_PAGE = 100

Src = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{4,80}$")]


class SubmitRequest(Request):
    """Consecutive json0 operations made against version `base`; the i-th is known as (`src`, `seq` + i).

    `src` names one open editor: a random id per start of the app; names with a colon are the suite's own. A resend of
    the same (`src`, `seq`) is recognised.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tripId": "Kq3vTz81mNcY5dRw0pLs",
                    "base": 0,
                    "src": "phone-7f3a91",
                    "seq": 0,
                    "ops": [
                        [
                            {
                                "p": ["stops", "inari"],
                                "oi": {
                                    "dayId": None,
                                    "order": "a0",
                                    "name": "Fushimi Inari",
                                    "kind": "sight",
                                    "minutes": 90,
                                    "by": "a1Xw9Lr4TzPq7sVn2bKc8dYfGh03",
                                    "notes": "",
                                },
                            }
                        ]
                    ],
                }
            ]
        }
    )

    trip_id: TripId
    base: int = Field(ge=0)
    src: Src
    seq: int = Field(ge=0, le=2**53 - 1)
    ops: list[list[Component]] = Field(min_length=1, max_length=MAX_OPS)

    def submission(self, uid: str) -> Submission:
        return Submission(base=self.base, src=self.src, seq=self.seq, ops=self.ops, uid=uid)


class CommittedOp(Response):
    """An operation as it stands in the log."""

    version: int
    op: list[Component]


class MissedOp(Response):
    """Somebody's operation after the caller's base; applies before the caller's own."""

    version: int
    op: list[Component]
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


class GetPlanRequest(Request):
    """The plan at `version`; without one, the newest."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"tripId": "Kq3vTz81mNcY5dRw0pLs"}]})

    trip_id: TripId
    version: int | None = Field(default=None, ge=0)


class PlanResponse(Response):
    version: int
    plan: dict[str, Any]


class HistoryRequest(Request):
    """A page of the plan's history, newest first; `pageToken` comes from the page before (AIP-158)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"tripId": "Kq3vTz81mNcY5dRw0pLs", "pageSize": 20}]})

    trip_id: TripId
    page_size: int = Field(default=50, ge=1)
    page_token: Annotated[str, StringConstraints(pattern=r"^v[0-9]{1,10}$")] | None = None

    @property
    def before(self) -> int | None:
        return int(self.page_token[1:]) if self.page_token else None

    @property
    def size(self) -> int:
        return min(self.page_size, MAX_PAGE)


class HistoryEntry(Response):
    """One operation: who, when, what in words, and the same as data."""

    version: int
    at: datetime
    uid: str
    name: str
    kind: OpKind
    words: str
    changes: list[dict[str, str]]

    @classmethod
    def of(cls, record: OpRecord, name: str) -> "HistoryEntry":
        entries = json.loads(record.changes)
        return cls(
            version=record.version,
            at=record.at,
            uid=record.uid,
            name=name,
            kind=record.kind,
            words=in_words(name, entries, record.kind),
            changes=entries,
        )


class HistoryResponse(Response):
    entries: list[HistoryEntry]
    next_page_token: str | None

    @classmethod
    def of(cls, page: Page) -> "HistoryResponse":
        return cls(
            entries=[HistoryEntry.of(record, page.names[record.uid]) for record in page.records],
            next_page_token=f"v{page.next_before}" if page.next_before is not None else None,
        )


class ReverseRequest(Request):
    """Undo or redo one's own newest operation; (`src`, `seq`) as in plan-submit, so that a resend does nothing more."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"tripId": "Kq3vTz81mNcY5dRw0pLs", "src": "phone-7f3a91", "seq": 1}]}
    )

    trip_id: TripId
    src: Src
    seq: int = Field(ge=0, le=2**53 - 1)


class RestoreRequest(ReverseRequest):
    """Make the plan what it was at `version`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"tripId": "Kq3vTz81mNcY5dRw0pLs", "version": 0, "src": "phone-7f3a91", "seq": 2}]
        }
    )

    version: int = Field(ge=0)


class FlushTask(Request):
    """The payload of the task that writes a plan's snapshot."""

    trip_id: TripId

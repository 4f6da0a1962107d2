"""What callers of the proposal functions send and get."""

from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, Field

from shared.plan.limits import MAX_OPS
from shared.plan.wire_op import Component
from shared.proposals.models import ItemState, Proposal, Source
from shared.runtime.models import Request, Response
from shared.trips.requests import DocumentId, Name, RequestId, TripId

ItemIds = Annotated[list[str], Field(min_length=1, max_length=MAX_OPS)]


class ProposeRequest(Request):
    """A change set: each of `ops` is one item, made against version `base`, that an editor can take alone."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tripId": "Kq3vTz81mNcY5dRw0pLs",
                    "title": "A quieter first morning",
                    "base": 1,
                    "ops": [[{"p": ["stops", "inari", "minutes"], "na": 30}]],
                    "requestId": "proposal-0001",
                }
            ]
        }
    )

    trip_id: TripId
    title: Name
    base: int = Field(ge=0)
    ops: list[list[Component]] = Field(min_length=1, max_length=MAX_OPS)
    request_id: RequestId | None = None


class ProposalRequest(Request):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"tripId": "Kq3vTz81mNcY5dRw0pLs", "proposalId": "r6Lm1Xc9VzTq4wNs8KpB"}]}
    )

    trip_id: TripId
    proposal_id: DocumentId


class DecideRequest(ProposalRequest):
    """Accept or reject the named items; without `items`, all that are open."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"tripId": "Kq3vTz81mNcY5dRw0pLs", "proposalId": "r6Lm1Xc9VzTq4wNs8KpB", "items": ["i0"]}]
        }
    )

    items: ItemIds | None = None


class ItemView(Response):
    item_id: str
    words: str
    state: ItemState


class ProposalResponse(Response):
    """A proposal as it stands now; `planVersion` is the plan's version after an acceptance."""

    proposal_id: str
    title: str
    by: str
    source: Source
    base: int
    items: list[ItemView]
    created_at: datetime
    version: int
    plan_version: int | None = None

    @classmethod
    def of(cls, proposal_id: str, proposal: Proposal, plan_version: int | None = None) -> "ProposalResponse":
        return cls(
            proposal_id=proposal_id,
            title=proposal.title,
            by=proposal.by,
            source=proposal.source,
            base=proposal.base,
            items=[ItemView(item_id=item.item_id, words=item.words, state=item.state) for item in proposal.items],
            created_at=proposal.created_at,
            version=proposal.version,
            plan_version=plan_version,
        )


class PreviewItem(Response):
    """What an open item would do to the plan as it is now; an empty `op` means that there is nothing left to do."""

    item_id: str
    words: str
    changes: list[dict[str, str]]
    op: list[Component]


class PreviewResponse(Response):
    proposal: ProposalResponse
    items: list[PreviewItem]

"""Proposals, for whoever suggests a change and whoever decides on it."""

from shared import bootstrap
from shared.proposals.requests import (
    DecideRequest,
    PreviewItem,
    PreviewResponse,
    ProposalRequest,
    ProposalResponse,
    ProposeRequest,
)
from shared.runtime.caller import Role, TripAccess
from shared.runtime.decorators import callable_function


@callable_function("proposals-create", role=Role.VOTER)
def proposals_create(request: ProposeRequest, access: TripAccess) -> ProposalResponse:
    """Suggest changes to the plan, item by item."""
    proposal_id, proposal = bootstrap.proposals().propose(
        access, request.title, request.base, request.ops, request_id=request.request_id
    )
    return ProposalResponse.of(proposal_id, proposal)


@callable_function("proposals-preview", role=Role.VIEWER)
def proposals_preview(request: ProposalRequest, access: TripAccess) -> PreviewResponse:
    """What the open items would do to the plan as it is now."""
    proposal, items = bootstrap.proposals().preview(access, request.proposal_id)
    return PreviewResponse(
        proposal=ProposalResponse.of(request.proposal_id, proposal),
        items=[PreviewItem.model_validate(item) for item in items],
    )


@callable_function("proposals-accept", role=Role.EDITOR)
def proposals_accept(request: DecideRequest, access: TripAccess) -> ProposalResponse:
    """Apply items of a proposal to the plan."""
    proposal, version = bootstrap.proposals().accept(access, request.proposal_id, request.items)
    return ProposalResponse.of(request.proposal_id, proposal, version)


@callable_function("proposals-reject", role=Role.EDITOR)
def proposals_reject(request: DecideRequest, access: TripAccess) -> ProposalResponse:
    """Turn items of a proposal down."""
    return ProposalResponse.of(
        request.proposal_id, bootstrap.proposals().reject(access, request.proposal_id, request.items)
    )

"""Decisions about proposals, without I/O."""

from collections.abc import Sequence
from datetime import datetime

from shared import ot
from shared.plan.models import Op
from shared.proposals.models import Decision, Item, ItemState, Proposal
from shared.runtime.errors import FailedPrecondition, InvalidArgument


def chosen(proposal: Proposal, item_ids: Sequence[str] | None) -> list[Item]:
    """The open ones of the named items, or all open ones, in the proposal's order.

    Raises InvalidArgument (ITEM_UNKNOWN) or FailedPrecondition (PROPOSAL_DECIDED: none of them is open).
    """
    found = [item for item in _named(proposal, item_ids) if item.state == ItemState.OPEN]
    if not found:
        raise FailedPrecondition("All of this has been decided already", reason="PROPOSAL_DECIDED")
    return found


def accepted_at(proposal: Proposal, item_ids: Sequence[str] | None) -> int | None:
    """The plan's version with what was accepted of the items (None: of all), None if there is none or one is open.

    Raises InvalidArgument (ITEM_UNKNOWN).
    """
    named = _named(proposal, item_ids)
    versions = [proposal.decisions[item.decision].plan_version for item in named if item.decision is not None]
    return max(versions, default=None) if all(item.state != ItemState.OPEN for item in named) else None


def accept(proposal: Proposal, items: Sequence[Item], decision: Decision) -> Proposal:
    """The proposal with these items accepted by a decision, its next one."""
    marked = _marked(proposal.items, items, ItemState.ACCEPTED, len(proposal.decisions))
    return _changed(proposal, decision.at, items=marked, decisions=(*proposal.decisions, decision))


def reject(proposal: Proposal, item_ids: Sequence[str] | None, now: datetime) -> Proposal:
    """The proposal with items, or all open ones, rejected. Raises as `chosen`."""
    marked = _marked(proposal.items, chosen(proposal, item_ids), ItemState.REJECTED, None)
    return _changed(proposal, now, items=marked)


def combined(items: Sequence[Item]) -> Op:
    """Operations that were all made against one version, as a single one with the effect of all."""
    whole: Op = []
    for item in items:
        whole = ot.compose(whole, ot.transform(item.components, whole, "left"))
    return whole


def _named(proposal: Proposal, item_ids: Sequence[str] | None) -> list[Item]:
    known = [item.item_id for item in proposal.items]
    for index, item_id in enumerate(item_ids or ()):
        if item_id not in known:
            raise InvalidArgument(
                f"The proposal has no item {item_id!r}",
                reason="ITEM_UNKNOWN",
                metadata={"field": f"items[{index}]", "items": known},
            )
    return [item for item in proposal.items if item_ids is None or item.item_id in item_ids]


def _marked(items: Sequence[Item], decided: Sequence[Item], state: ItemState, decision: int | None) -> tuple[Item, ...]:
    update = {"state": state, "decision": decision}
    return tuple(item.model_copy(update=update) if item in decided else item for item in items)


def _changed(proposal: Proposal, now: datetime, **fields: object) -> Proposal:
    return proposal.model_copy(update={**fields, "updated_at": now, "version": proposal.version + 1})

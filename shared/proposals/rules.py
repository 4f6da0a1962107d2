"""Decisions about proposals, without I/O."""

from collections.abc import Sequence
from datetime import datetime

from shared import ot
from shared.plan.models import Op
from shared.proposals.models import Decision, Item, ItemState, Proposal
from shared.runtime.errors import Aborted, FailedPrecondition, InvalidArgument


def begin(proposal: Proposal, item_ids: Sequence[str] | None, by: str, now: datetime) -> Proposal:
    """The proposal with an acceptance begun, of the named items or of all open ones.

    Raises InvalidArgument (ITEM_UNKNOWN), FailedPrecondition (PROPOSAL_DECIDED: nothing of it is open) or Aborted
    (PROPOSAL_BUSY: another acceptance has begun).
    """
    if proposal.pending is not None:
        raise Aborted("Somebody else is accepting this proposal; look again", reason="PROPOSAL_BUSY", retry_after=1.0)
    chosen = _open_items(proposal, item_ids)
    number = len(proposal.decisions)
    marked = _marked(proposal.items, chosen, ItemState.ACCEPTING, number)
    return _changed(proposal, now, items=marked, decisions=(*proposal.decisions, Decision(by=by, at=now)))


def accepted_at(proposal: Proposal, item_ids: Sequence[str] | None) -> int | None:
    """The plan's version with all of the items (None: all that were not rejected), None if one is not in it."""
    wanted = [item for item in proposal.items if item_ids is None or item.item_id in item_ids]
    wanted = [item for item in wanted if item_ids is not None or item.state != ItemState.REJECTED]
    numbers = [item.decision for item in wanted if item.state == ItemState.ACCEPTED and item.decision is not None]
    if not wanted or len(numbers) < len(wanted):
        return None
    return max(proposal.decisions[number].plan_version or 0 for number in numbers)


def finish(proposal: Proposal, number: int, plan_version: int, now: datetime) -> Proposal:
    """The proposal with a begun acceptance carried out; unchanged if somebody else has finished it."""
    if proposal.decisions[number].plan_version is not None:
        return proposal
    done = proposal.decisions[number].model_copy(update={"plan_version": plan_version})
    decisions = (*proposal.decisions[:number], done, *proposal.decisions[number + 1 :])
    ids = {item.item_id for item in proposal.items if item.decision == number}
    return _changed(proposal, now, items=_marked(proposal.items, ids, ItemState.ACCEPTED, number), decisions=decisions)


def reject(proposal: Proposal, item_ids: Sequence[str] | None, now: datetime) -> Proposal:
    """The proposal with items, or all open ones, rejected. Raises as `begin`."""
    chosen = _open_items(proposal, item_ids)
    return _changed(proposal, now, items=_marked(proposal.items, chosen, ItemState.REJECTED, None))


def combined(items: Sequence[Item]) -> Op:
    """Operations that were all made against one version, as a single one with the effect of all."""
    whole: Op = []
    for item in items:
        whole = ot.compose(whole, ot.transform(item.components, whole, "left"))
    return whole


def _open_items(proposal: Proposal, item_ids: Sequence[str] | None) -> set[str]:
    known = {item.item_id: item for item in proposal.items}
    for index, item_id in enumerate(item_ids or ()):
        if item_id not in known:
            raise InvalidArgument(
                f"The proposal has no item {item_id!r}",
                reason="ITEM_UNKNOWN",
                metadata={"field": f"items[{index}]", "items": list(known)},
            )
    wanted = known if item_ids is None else item_ids
    chosen = {item_id for item_id in wanted if known[item_id].state == ItemState.OPEN}
    if not chosen:
        raise FailedPrecondition("All of this has been decided already", reason="PROPOSAL_DECIDED")
    return chosen


def _marked(items: Sequence[Item], ids: set[str], state: ItemState, decision: int | None) -> tuple[Item, ...]:
    update = {"state": state, "decision": decision}
    return tuple(item.model_copy(update=update) if item.item_id in ids else item for item in items)


def _changed(proposal: Proposal, now: datetime, **fields: object) -> Proposal:
    return proposal.model_copy(update={**fields, "updated_at": now, "version": proposal.version + 1})

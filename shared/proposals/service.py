"""Use cases of proposals: suggest, preview, accept, reject."""

import hashlib
from collections.abc import Sequence
from typing import Any

from shared import ot
from shared.documents import compact
from shared.plan.limits import MAX_OPS, check_ops
from shared.plan.models import Op
from shared.plan.service import PlanService
from shared.plan.staging import Submission, check_authors, conflict, stage
from shared.plan.state import PlanState
from shared.plan.store import OvertakenError
from shared.plan.words import changes, phrases
from shared.proposals import rules
from shared.proposals.models import Decision, Item, ItemState, Proposal, Source
from shared.proposals.store import ProposalStore, Seen
from shared.runtime.caller import TripAccess
from shared.runtime.clock import Clock
from shared.runtime.errors import Aborted, AlreadyExists
from shared.runtime.ids import Ids
from shared.runtime.logs import log

DECIDING_RACES = MAX_OPS + 1
"""Each lost race is a decision on an item, and a proposal has so many."""


class ProposalService:
    def __init__(self, store: ProposalStore, plans: PlanService, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._plans = plans
        self._clock = clock
        self._ids = ids

    def propose(
        self,
        access: TripAccess,
        title: str,
        base: int,
        ops: Sequence[Op],
        *,
        source: Source = "person",
        request_id: str | None = None,
    ) -> tuple[str, Proposal]:
        """Store a change set; each operation is an item of its own, made against `base` and independent of the others.

        All of them are tried on the plan as it is now, together and each alone: so they may be accepted. Raises what
        plan.submit raises for a bad one.
        """
        check_ops(ops)
        state, present = self._plans.rebased(access, base, ops)
        now = self._clock.now()
        whole = rules.combined([_item(index, op, "") for index, op in enumerate(present)])
        uid = access.caller.uid
        _, after = stage(state, Submission(state.version, "proposal", 0, [whole], uid), [], now)
        for op in present:
            check_authors(state.doc, _alone(state, op), uid)
        items = [
            _item(index, op, ", ".join(phrases(changes(state.doc, after, moved))))
            for index, (op, moved) in enumerate(zip(ops, present, strict=True))
        ]
        proposal = Proposal(
            title=title, by=uid, source=source, base=base, items=tuple(items), created_at=now, updated_at=now
        )
        proposal_id = _replayable_id(access, request_id) if request_id else self._ids.new()
        if self._store.create(access.trip_id, proposal_id, proposal):
            return proposal_id, proposal
        earlier = self._store.get(access.trip_id, proposal_id)
        if (earlier.title, earlier.base, [item.op for item in earlier.items]) != (title, base, [i.op for i in items]):
            raise AlreadyExists(
                "This requestId was used for a different proposal; send a new one",
                reason="REQUEST_ID_REUSED",
                metadata={"field": "requestId"},
            )
        return proposal_id, earlier

    def preview(self, access: TripAccess, proposal_id: str) -> tuple[Proposal, list[dict[str, Any]]]:
        """The proposal, and what each open item would do to the plan as it is now: `itemId`, `words`, `changes`, `op`.

        An item whose `op` is empty has nothing left to do: what it would change is gone or is so already.
        """
        self._plans.authorise(access)
        proposal = self._store.get(access.trip_id, proposal_id)
        items = [item for item in proposal.items if item.state == ItemState.OPEN]
        state, present = self._plans.rebased(access, proposal.base, [item.components for item in items])
        shown = []
        for item, op in zip(items, present, strict=True):
            found = changes(state.doc, _alone(state, op), op)
            shown.append({"itemId": item.item_id, "words": ", ".join(phrases(found)), "changes": found, "op": op})
        return proposal, shown

    def accept(self, access: TripAccess, proposal_id: str, item_ids: Sequence[str] | None) -> tuple[Proposal, int]:
        """Apply items (None: all open ones) as one operation on the plan; returns the proposal and the plan's version.

        The operation and the decision are one commit. Accepting again what was accepted changes nothing. Raises
        FailedPrecondition (PROPOSAL_DECIDED) if all of it was rejected, Aborted (PROPOSAL_BUSY) while others decide,
        and what plan.submit raises; then nothing is decided.
        """
        state = self._plans.read(access)
        for _ in range(DECIDING_RACES):
            seen = self._store.seen(access.trip_id, proposal_id)
            if (version := rules.accepted_at(seen.proposal, item_ids)) is not None:
                return seen.proposal, version
            items = rules.chosen(seen.proposal, item_ids)
            try:
                if accepted := self._apply(access, proposal_id, seen, items, state):
                    return accepted, accepted.decisions[-1].plan_version
            except OvertakenError:
                log.info("proposal decided meanwhile", trip_id=access.trip_id, proposal_id=proposal_id)
        raise Aborted("Others are deciding on this proposal; look again", reason="PROPOSAL_BUSY", retry_after=1.0)

    def reject(self, access: TripAccess, proposal_id: str, item_ids: Sequence[str] | None) -> Proposal:
        """Turn items (None: all open ones) down."""
        self._plans.authorise(access)
        return self._store.change(
            access.trip_id, proposal_id, lambda proposal: rules.reject(proposal, item_ids, self._clock.now())
        )

    def _apply(
        self, access: TripAccess, proposal_id: str, seen: Seen, items: Sequence[Item], state: PlanState
    ) -> Proposal | None:
        """Commit items and the decision for them; None if the same person's call has made this decision, for whichever
        items. Raises OvertakenError if anybody has decided anything."""
        uid, now = access.caller.uid, self._clock.now()

        def decided(version: int) -> Proposal:
            return rules.accept(seen.proposal, items, Decision(by=uid, at=now, plan_version=version))

        submission = Submission(
            base=seen.proposal.base,
            src=f"proposal:{proposal_id}",
            seq=len(seen.proposal.decisions),
            ops=[rules.combined(items)],
            uid=uid,
            kind="proposal",
            signs=seen.proposal.by,
        )
        along = self._store.along(access.trip_id, proposal_id, seen, decided)
        submitted = self._plans.submit(access, submission, state, along)
        return None if submitted.duplicate else decided(submitted.version)


def _alone(state: PlanState, op: Op) -> dict[str, Any]:
    """The plan with a single item. Raises InvalidArgument (OP_CONFLICT) for one that builds on another."""
    try:
        after: dict[str, Any] = ot.apply(state.doc, op)
    except ot.OtError as error:
        raise conflict(state.version, state.version, error) from None
    return after


def _item(index: int, op: Op, words: str) -> Item:
    return Item(item_id=f"i{index}", op=compact(op), words=words)


def _replayable_id(access: TripAccess, request_id: str) -> str:
    return hashlib.sha256(f"{access.caller.uid}/{access.trip_id}/{request_id}".encode()).hexdigest()[:20]

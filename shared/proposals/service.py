"""Use cases of proposals: suggest, preview, accept, reject."""

import hashlib
from collections.abc import Sequence
from typing import Any

from shared import ot
from shared.documents import compact
from shared.plan.limits import check_ops
from shared.plan.models import Op
from shared.plan.service import PlanService
from shared.plan.staging import Submission, stage
from shared.plan.words import changes, phrases
from shared.proposals import rules
from shared.proposals.models import Item, ItemState, Proposal, Source
from shared.proposals.store import ProposalStore
from shared.runtime.caller import TripAccess
from shared.runtime.clock import Clock
from shared.runtime.errors import AlreadyExists
from shared.runtime.ids import Ids


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

        All of them are tried on the plan as it is now, together. Raises what plan.submit raises for a bad one.
        """
        check_ops(ops)
        state, present = self._plans.rebased(access, base, ops)
        now = self._clock.now()
        whole = rules.combined([_item(index, op, "") for index, op in enumerate(present)])
        uid = access.caller.uid
        _, after = stage(state, Submission(state.version, "proposal", 0, [whole], uid), [], now)
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
            after = ot.apply(state.doc, op)
            found = changes(state.doc, after, op)
            shown.append({"itemId": item.item_id, "words": ", ".join(phrases(found)), "changes": found, "op": op})
        return proposal, shown

    def accept(self, access: TripAccess, proposal_id: str, item_ids: Sequence[str] | None) -> tuple[Proposal, int]:
        """Apply items (None: all open ones) as one operation on the plan; returns the proposal and the plan's version.

        An acceptance that died half-way is finished first, by whoever comes next, and never applied twice; accepting
        again what was accepted changes nothing. Raises FailedPrecondition (PROPOSAL_DECIDED) for what was rejected,
        Aborted (PROPOSAL_BUSY) while somebody else decides.
        """
        self._plans.authorise(access)
        proposal = self._store.get(access.trip_id, proposal_id)
        if proposal.pending is not None:
            proposal = self._carry_out(access, proposal_id, proposal, proposal.pending)
        if (version := rules.accepted_at(proposal, item_ids)) is not None:
            return proposal, version
        begun = self._store.change(
            access.trip_id,
            proposal_id,
            lambda known: rules.begin(known, item_ids, access.caller.uid, self._clock.now()),
        )
        number = len(begun.decisions) - 1
        finished = self._carry_out(access, proposal_id, begun, number)
        return finished, finished.decisions[number].plan_version or 0

    def reject(self, access: TripAccess, proposal_id: str, item_ids: Sequence[str] | None) -> Proposal:
        """Turn items (None: all open ones) down."""
        self._plans.authorise(access)
        return self._store.change(
            access.trip_id, proposal_id, lambda proposal: rules.reject(proposal, item_ids, self._clock.now())
        )

    def _carry_out(self, access: TripAccess, proposal_id: str, begun: Proposal, number: int) -> Proposal:
        """Apply what a decision chose, and note the version it led to. Twice is as good as once."""
        items = [item for item in begun.items if item.decision == number]
        submitted = self._plans.submit(
            access,
            Submission(
                base=begun.base,
                src=f"proposal:{proposal_id}",
                seq=number,
                ops=[rules.combined(items)],
                # Whoever decided, not whoever finishes: a resend is recognised by its author too.
                uid=begun.decisions[number].by,
                kind="proposal",
            ),
        )
        version = submitted.committed[-1].version
        return self._store.change(
            access.trip_id, proposal_id, lambda known: rules.finish(known, number, version, self._clock.now())
        )


def _item(index: int, op: Op, words: str) -> Item:
    return Item(item_id=f"i{index}", op=compact(op), words=words)


def _replayable_id(access: TripAccess, request_id: str) -> str:
    return hashlib.sha256(f"{access.caller.uid}/{access.trip_id}/{request_id}".encode()).hexdigest()[:20]

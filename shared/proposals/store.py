"""Proposals in Firestore."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from google.api_core.exceptions import AlreadyExists
from google.cloud.firestore import Client, DocumentReference, FieldFilter, WriteBatch

from shared.cloud.documents import change, stored
from shared.plan.store import Along
from shared.proposals.models import Proposal
from shared.runtime.errors import NotFound


@dataclass(frozen=True)
class Seen:
    """A proposal as it was read, and when it had last been written."""

    proposal: Proposal
    update_time: datetime


class ProposalStore:
    def __init__(self, client: Client) -> None:
        self._client = client

    def create(self, trip_id: str, proposal_id: str, proposal: Proposal) -> bool:
        """Store a new proposal; False if there is one of this id."""
        try:
            self._proposal(trip_id, proposal_id).create(proposal.to_stored())
        except AlreadyExists:
            return False
        return True

    def get(self, trip_id: str, proposal_id: str) -> Proposal:
        """A proposal. Raises NotFound."""
        return self.seen(trip_id, proposal_id).proposal

    def seen(self, trip_id: str, proposal_id: str) -> Seen:
        """A proposal, for `along`. Raises NotFound."""
        found = self._proposal(trip_id, proposal_id).get()
        if not found.exists:
            raise _unknown(proposal_id)
        return Seen(Proposal.from_stored(found.to_dict()), found.update_time)

    def along(self, trip_id: str, proposal_id: str, seen: Seen, decided: Callable[[int], Proposal]) -> Along:
        """Replaces a proposal, along with a commit of the plan, by what is `decided` for the plan's version after it,
        provided that nobody has changed the proposal since it was seen."""
        option = self._client.write_option(last_update_time=seen.update_time)

        def add(batch: WriteBatch, version: int) -> None:
            batch.update(self._proposal(trip_id, proposal_id), decided(version).to_stored(), option=option)

        return add

    def of_person(self, trip_id: str, uid: str) -> list[dict[str, Any]]:
        """Somebody's own proposals, for their archive."""
        proposals = self._client.collection("trips", trip_id, "proposals")
        return stored(proposals.where(filter=FieldFilter("by", "==", uid)))

    def change(self, trip_id: str, proposal_id: str, decide: Callable[[Proposal], Proposal]) -> Proposal:
        """Replace a proposal, in a transaction, by what `decide` makes of it, which may raise. Raises NotFound."""

        def known(proposal: Proposal | None) -> Proposal:
            if proposal is None:
                raise _unknown(proposal_id)
            return decide(proposal)

        return change(self._client, self._proposal(trip_id, proposal_id), Proposal, known)

    def _proposal(self, trip_id: str, proposal_id: str) -> DocumentReference:
        return self._client.document("trips", trip_id, "proposals", proposal_id)


def _unknown(proposal_id: str) -> NotFound:
    return NotFound("There is no such proposal.", reason="PROPOSAL_NOT_FOUND", metadata={"proposalId": proposal_id})

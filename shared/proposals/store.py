"""Proposals in Firestore."""

from collections.abc import Callable
from typing import Any

from google.api_core.exceptions import AlreadyExists
from google.cloud.firestore import Client, DocumentReference, FieldFilter

from shared.cloud.documents import change, stored
from shared.proposals.models import Proposal
from shared.runtime.errors import NotFound


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
        found = self._proposal(trip_id, proposal_id).get()
        if not found.exists:
            raise _unknown(proposal_id)
        return Proposal.from_stored(found.to_dict())

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

"""Reactions to stops and ideas."""

from shared import bootstrap
from shared.reactions.requests import ReactionResponse, ReactRequest
from shared.runtime.caller import Role, TripAccess
from shared.runtime.decorators import callable_function


@callable_function("reactions-set", role=Role.VOTER)
def reactions_set(request: ReactRequest, access: TripAccess) -> ReactionResponse:
    """Say how much the caller wants a stop, or take that back."""
    bootstrap.reactions().react(access, request.stop_id, request.reaction)
    return ReactionResponse(stop_id=request.stop_id, reaction=request.reaction)

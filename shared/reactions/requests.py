"""What callers of the reaction functions send and get."""

from typing import Annotated

from pydantic import ConfigDict, StringConstraints

from shared.reactions.models import Reaction
from shared.runtime.models import Request, Response
from shared.trips.requests import TripId

# Firestore reserves names that begin and end with two underscores.
StopId = Annotated[str, StringConstraints(pattern=r"^_?[A-Za-z0-9-][A-Za-z0-9_-]{0,39}$", max_length=40)]


class ReactRequest(Request):
    """The caller's reaction to a stop or an idea, in place of an earlier one; null takes it back."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"tripId": "Kq3vTz81mNcY5dRw0pLs", "stopId": "inari", "reaction": "love"}]}
    )

    trip_id: TripId
    stop_id: StopId
    reaction: Reaction | None


class ReactionResponse(Response):
    stop_id: str
    reaction: Reaction | None

"""What callers of the account functions send and get."""

from datetime import datetime
from typing import Literal

from pydantic import ConfigDict, Field

from shared.accounts.models import TripFate
from shared.runtime.models import Request, Response
from shared.sharing.requests import Uid
from shared.trips.requests import RequestId, TripId


class SignedOutResponse(Response):
    """Sign-ins before `signedOutAt` are void: at once where it matters, elsewhere when the token expires (1 hour)."""

    signed_out_at: datetime


class SetClaimsRequest(Request):
    """Whether somebody is an administrator. Their next token says so, or none does any more."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"uid": "b7Yt2Mn6RqWz4cXv9sLk1dJfPe50", "admin": True}]})

    uid: Uid
    admin: bool


class AdminClaimsResponse(Response):
    uid: str
    admin: bool


class ExportDataRequest(Request):
    """An archive of everything about the caller. The same `requestId` makes one."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"requestId": "export-0001"}]})

    request_id: RequestId | None = None


class TripFateInput(Request):
    """What becomes of a trip that the caller owns: handed over, to a member if one is named, or deleted."""

    trip_id: TripId
    fate: Literal["handOver", "delete"]
    to: Uid | None = None


class DeleteAccountRequest(Request):
    """The end of the caller's account; they must have signed in within the last five minutes.

    What is said of no trip goes by `otherTrips`: handed over to the editor who has been there for longest, else to a
    voter, else to a viewer; deleted if the caller is alone in it.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "otherTrips": "handOver",
                    "trips": [{"tripId": "Kq3vTz81mNcY5dRw0pLs", "fate": "delete"}],
                    "requestId": "delete-0001",
                }
            ]
        }
    )

    other_trips: Literal["handOver", "delete"] = "handOver"
    trips: list[TripFateInput] = Field(default=[], max_length=100)
    request_id: RequestId | None = None

    @property
    def fates(self) -> dict[str, TripFate]:
        """What is wished for which trip; the last word counts."""
        return {wish.trip_id: TripFate(fate=wish.fate, to=wish.to) for wish in self.trips}

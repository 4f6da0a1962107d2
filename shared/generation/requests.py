"""What callers of the generation functions send."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from shared.assistant.settings import MAX_REQUEST_CHARACTERS
from shared.runtime.models import Request
from shared.runtime.text import Text
from shared.trips.requests import RequestId, TripId


class GenerateRequest(Request):
    """A wish for a plan, in the traveller's own words and language. The same `requestId` starts one job.

    `as`: the plan is put in front of everybody at once (`apply`), or offered for the group to accept, day by day.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tripId": "Kq3vTz81mNcY5dRw0pLs",
                    "request": "Four relaxed days in Kyoto with two children: temples, gardens and good ramen",
                    "requestId": "generate-0001",
                }
            ]
        }
    )

    trip_id: TripId
    request: Annotated[str, Text(1, MAX_REQUEST_CHARACTERS)]
    deliver: Literal["apply", "proposal"] = Field(default="apply", alias="as")
    request_id: RequestId | None = None

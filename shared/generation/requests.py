"""What callers of the generation functions send."""

from typing import Annotated

from pydantic import ConfigDict

from shared.assistant.settings import MAX_REQUEST_CHARACTERS
from shared.runtime.models import Request
from shared.runtime.text import Text
from shared.trips.requests import RequestId, TripId


class GenerateRequest(Request):
    """A wish for a plan, in the traveller's own words and language. The same `requestId` starts one job."""

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
    request_id: RequestId | None = None

"""What callers of the picture functions send and get."""

from typing import Annotated, Final

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from shared.pictures.settings import MOST_INLINE_BYTES
from shared.runtime.models import Request, Response
from shared.trips.requests import DocumentId, RequestId, TripId
from shared.words import Language

_MOST_CHARACTERS: Final = -(-MOST_INLINE_BYTES // 3) * 4
_EXAMPLE: Final = "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAADhZOFXAAAAEElEQVR4nGNsYIAAJgaKGAAmCACQXTClHgAAAABJRU5ErkJggg=="
"""A grey square of eight by eight pixels."""

CandidateId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{12}$")]


class PictureRequest(Request):
    """A photo, a screenshot or a ticket to look at: `picture` (base64) or `upload` (`gs://bucket/uploads/{uid}/…`).

    JPEG, PNG, WEBP or HEIC. `useLocation`: where the camera was may help; it is neither stored nor sent on. `language`
    is that of the reasons that are given. The same `requestId` starts one job.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tripId": "Kq3vTz81mNcY5dRw0pLs",
                    "picture": _EXAMPLE,
                    "useLocation": True,
                    "language": "en",
                    "requestId": "picture-0001",
                }
            ]
        }
    )

    trip_id: TripId
    picture: Annotated[str, StringConstraints(max_length=_MOST_CHARACTERS)] | None = None
    upload: Annotated[str, StringConstraints(max_length=1024)] | None = None
    use_location: bool = True
    language: Language = "en"
    request_id: RequestId | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "PictureRequest":
        if (self.picture is None) == (self.upload is None):
            raise ValueError("send either picture or upload")
        return self


class AddIdeasRequest(Request):
    """Candidates of a picture that go into the plan: places and ideas as ideas, a booking on its day, if there is one.

    Sent again, it adds nothing that is there already.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tripId": "Kq3vTz81mNcY5dRw0pLs",
                    "jobId": "j2Vb7Xr5NqTz9wLc3KpY",
                    "candidates": ["3f0c2a9b71de"],
                }
            ]
        }
    )

    trip_id: TripId
    job_id: DocumentId
    candidates: Annotated[list[CandidateId], Field(min_length=1, max_length=20)]


class AddedIdeasResponse(Response):
    """The plan's version with the ideas in it, and the id of each candidate's stop."""

    trip_id: str
    version: int
    stops: dict[str, str]

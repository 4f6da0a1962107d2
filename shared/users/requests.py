"""What callers of the people functions send and get."""

from datetime import datetime

from pydantic import ConfigDict

from shared.runtime.models import Request, Response
from shared.users.models import Profile


class SessionRequest(Request):
    """Nothing: the ID token says who signs in."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})


class SessionResponse(Response):
    """The caller's profile, whether this call made it, and the trips that an invitation by e-mail brought them into."""

    uid: str
    name: str
    email: str | None
    photo_url: str | None
    created_at: datetime
    created: bool
    joined_trips: list[str]

    @classmethod
    def of(cls, profile: Profile, *, created: bool, joined: list[str]) -> "SessionResponse":
        return cls(
            uid=profile.uid,
            name=profile.name,
            email=profile.email,
            photo_url=profile.photo_url,
            created_at=profile.created_at,
            created=created,
            joined_trips=joined,
        )

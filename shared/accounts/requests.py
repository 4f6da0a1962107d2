"""What callers of the account functions send and get."""

from datetime import datetime

from pydantic import ConfigDict

from shared.runtime.models import Request, Response
from shared.sharing.requests import Uid


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

"""Sign-in, for everybody who opens the app."""

from shared import bootstrap
from shared.runtime.caller import Caller
from shared.runtime.decorators import callable_function
from shared.users.requests import SessionRequest, SessionResponse


@callable_function("auth-session", fresh=True)
def auth_session(request: SessionRequest, caller: Caller) -> SessionResponse:
    """Start a session: make the caller's profile or bring it in step, and join the trips they were invited to."""
    profile, created = bootstrap.users().session(caller)
    return SessionResponse.of(profile, created=created, joined=bootstrap.invitations().claim(caller))

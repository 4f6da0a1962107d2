"""Firebase Auth."""

import firebase_admin
from google.auth.credentials import AnonymousCredentials

from shared.cloud.once import once
from shared.runtime.settings import settings

_TIMEOUT_SECONDS = 10


@once
def app() -> firebase_admin.App:
    """The Firebase app of this process; `firebase_admin.auth` takes it as `app`."""
    options = {"projectId": settings().project, "httpTimeout": _TIMEOUT_SECONDS}
    # On one machine nobody has Google's credentials, and verifying App Check would look for some.
    nobody = AnonymousCredentials() if settings().emulator else None  # type: ignore[no-untyped-call]
    return firebase_admin.initialize_app(nobody, options, name="travvy")

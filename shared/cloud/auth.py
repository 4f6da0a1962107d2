"""Firebase Auth."""

import firebase_admin

from shared.cloud.once import once
from shared.runtime.settings import settings

_TIMEOUT_SECONDS = 10


@once
def app() -> firebase_admin.App:
    """The Firebase app of this process; `firebase_admin.auth` takes it as `app`."""
    options = {"projectId": settings().project, "httpTimeout": _TIMEOUT_SECONDS}
    return firebase_admin.initialize_app(options=options, name="travvy")

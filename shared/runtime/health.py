"""Whether this deployment can do its work."""

from typing import Literal

from shared.runtime.models import Response
from shared.runtime.settings import settings

_READ_SECONDS = 5


class Health(Response):
    """`database` says what was found, or that nobody looked."""

    status: Literal["ok"]
    version: str
    database: Literal["ok", "unchecked"]


def report(*, ready: bool) -> Health:
    """The state of the deployment; `ready` reads a document to see that the database answers.

    Raises the client library's error, which the runtime answers as UNAVAILABLE, if it does not.
    """
    if ready:
        from shared.cloud import firestore

        firestore.client().document("health/probe").get(retry=None, timeout=_READ_SECONDS)
    return Health(status="ok", version=settings().version, database="ok" if ready else "unchecked")

"""Who else is here, and where: keeps one small document for this device, as docs/presence.md describes."""

import re
import threading
from datetime import UTC, datetime, timedelta

import httpx
from google.api_core.exceptions import GoogleAPICallError, PermissionDenied
from google.cloud.firestore import SERVER_TIMESTAMP, Client

from clients.python.session import Session

RENEW_SECONDS = 15
SWEPT_AFTER = timedelta(seconds=60)
"""The rules allow two minutes from the server's now; half of that leaves room for a clock that is wrong."""

_DEVICE = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Presence:
    """This device's presence in a trip. `firestore` acts as the session's traveller (`documents_of`); `device` is a
    random name that the app keeps; `colour` is like "#1a7f37"."""

    def __init__(
        self,
        session: Session,
        firestore: Client,
        trip_id: str,
        *,
        device: str,
        colour: str,
        renew_seconds: float = RENEW_SECONDS,
    ) -> None:
        if not _DEVICE.fullmatch(device):
            raise ValueError("a device is named by up to 64 letters, digits, _ and -")
        self._me = {"uid": session.uid, "device": device, "colour": colour}
        self._own = firestore.document("trips", trip_id, "presence", f"{session.uid}_{device}")
        self._renew_seconds = renew_seconds
        self._left = threading.Event()
        self._renewal: threading.Thread | None = None
        self._place: str | None = None

    def enter(self, place: str | None = None) -> None:
        """Appear, at a path of the plan ("stops/inari/notes"), and stay until `leave`, renewed in the background.

        Raises PermissionDenied of the client library if the trip is not open to this traveller.
        """
        self.go_to(place)
        self._left.clear()
        self._renewal = threading.Thread(target=self._keep, name=f"presence-{self._own.id}", daemon=True)
        self._renewal.start()

    def go_to(self, place: str | None) -> None:
        """Say where in the plan this traveller is."""
        self._place = place
        self.renew()

    def renew(self) -> None:
        """The heart-beat."""
        expires = datetime.now(UTC) + SWEPT_AFTER
        self._own.set({**self._me, "place": self._place, "seenAt": SERVER_TIMESTAMP, "expiresAt": expires})

    def leave(self) -> None:
        """Disappear."""
        self._left.set()
        if self._renewal:
            self._renewal.join()
        try:
            self._own.delete()
        except PermissionDenied:
            # The rules let nobody delete what is not there: it was swept already.
            return

    def _keep(self) -> None:
        while not self._left.wait(self._renew_seconds):
            try:
                self.renew()
            except PermissionDenied:
                return
            except (GoogleAPICallError, httpx.HTTPError):
                # Out of reach: others see this device go, and the next beat may bring it back.
                continue

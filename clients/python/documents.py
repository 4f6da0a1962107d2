"""Firestore as a signed-in traveller, so that the security rules decide what is seen."""

from collections.abc import Sequence
from typing import Any

from google.auth.credentials import AnonymousCredentials
from google.cloud.firestore import Client
from google.oauth2.credentials import Credentials

from clients.python.session import Session


def documents_of(session: Session) -> Client:
    """A Firestore client that acts as the session's traveller."""
    if session.backend.emulated:
        return _EmulatedClient(session)
    return Client(project=session.backend.project, credentials=Credentials(session.id_token()))


class _EmulatedClient(Client):
    """The library acts as an administrator on an emulator, whatever the credentials; this one sends the ID token."""

    def __init__(self, session: Session) -> None:
        super().__init__(project=session.backend.project, credentials=AnonymousCredentials())
        self._session = session

    @property
    def _rpc_metadata(self) -> Sequence[tuple[str, Any]]:
        return [
            ("google-cloud-resource-prefix", self._database_string),
            ("authorization", f"Bearer {self._session.id_token()}"),
        ]

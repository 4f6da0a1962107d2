"""Profiles in Firestore: `users/{uid}`."""

from google.api_core.exceptions import AlreadyExists
from google.cloud.firestore import Client

from shared.users.models import Profile


class UserStore:
    """Reads and writes profiles; each method is one round trip."""

    def __init__(self, client: Client) -> None:
        self._users = client.collection("users")

    def get(self, uid: str) -> Profile | None:
        snapshot = self._users.document(uid).get()
        return Profile.from_stored(snapshot.to_dict()) if snapshot.exists else None

    def create(self, profile: Profile) -> bool:
        """Store a new profile; False if another sign-in of the same person was faster."""
        try:
            self._users.document(profile.uid).create(profile.to_stored())
        except AlreadyExists:
            return False
        return True

    def replace(self, profile: Profile) -> None:
        self._users.document(profile.uid).set(profile.to_stored())

"""Profiles in Firestore: `users/{uid}`."""

from collections.abc import Callable, Sequence
from typing import Any

from google.api_core.exceptions import AlreadyExists, NotFound
from google.cloud.firestore import Client, DocumentReference, Increment

from shared.accounts.access import stage_not_leaving
from shared.cloud.documents import change
from shared.users.models import Preferences, Profile

FROM_PROVIDER = ("name", "email", "emailVerified", "photoUrl", "updatedAt")


class UserStore:
    """Reads and writes profiles; each method is one round trip unless it says otherwise."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def get(self, uid: str) -> Profile | None:
        snapshot = self._user(uid).get()
        return Profile.from_stored(snapshot.to_dict()) if snapshot.exists else None

    def of_person(self, uid: str) -> dict[str, Any]:
        """What is stored of somebody, for their archive."""
        return self._user(uid).get().to_dict() or {}

    def create(self, profile: Profile) -> bool:
        """Store a new profile; False if another sign-in was faster, or if the account is being deleted."""
        batch = self._client.batch()
        batch.create(self._user(profile.uid), profile.to_stored())
        stage_not_leaving(batch, self._client, profile.uid)
        try:
            batch.commit()
        except AlreadyExists:
            return False
        return True

    def sync(self, profile: Profile) -> bool:
        """Write what the provider tells, and nothing that the person may be changing; False if there is no profile."""
        told = {name: value for name, value in profile.to_stored().items() if name in FROM_PROVIDER}
        try:
            self._user(profile.uid).update({**told, "version": Increment(1)})
        except NotFound:
            return False
        return True

    def change(self, uid: str, decide: Callable[[Profile | None], Profile]) -> Profile:
        """Replace a profile by what `decide` makes of it, which may raise. One transaction."""
        return change(self._client, self._user(uid), Profile, decide)

    def preferences(self, uids: Sequence[str]) -> dict[str, Preferences]:
        """What people prefer, for those who have a profile. One round trip for all."""
        references = [self._user(uid) for uid in dict.fromkeys(uids)]
        if not references:
            return {}
        found = self._client.get_all(references, field_paths=["preferences"])
        return {
            snapshot.id: Preferences.from_stored((snapshot.to_dict() or {}).get("preferences") or {})
            for snapshot in found
            if snapshot.exists
        }

    def _user(self, uid: str) -> DocumentReference:
        return self._client.document("users", uid)

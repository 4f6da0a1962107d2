"""What was said, in Firestore, until it expires."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from google.cloud.firestore import Client, DocumentReference, FieldFilter

from shared.cloud.documents import change, in_batches, stored
from shared.runtime.errors import NotFound
from shared.voice import rules
from shared.voice.models import Voice


class VoiceStore:
    def __init__(self, client: Client) -> None:
        self._client = client

    def get(self, trip_id: str, voice_id: str) -> Voice | None:
        found = self._voice(trip_id, voice_id).get()
        return Voice.from_stored(found.to_dict()) if found.exists else None

    def claim(self, trip_id: str, voice_id: str, mine: Voice, now: datetime) -> Voice:
        """Store a voice that is about to be listened to, as `rules.claimed` says. Three round trips."""
        return change(
            self._client, self._voice(trip_id, voice_id), Voice, lambda earlier: rules.claimed(earlier, mine, now)
        )

    def change(self, trip_id: str, voice_id: str, decide: Callable[[Voice], Voice]) -> Voice:
        """Replace a voice by what `decide` makes of it, which may raise. Raises NotFound. Three round trips."""

        def known(voice: Voice | None) -> Voice:
            if voice is None:
                raise NotFound("There is no such recording.", reason="VOICE_NOT_FOUND")
            return decide(voice)

        return change(self._client, self._voice(trip_id, voice_id), Voice, known)

    def drop(self, trip_id: str, voice_id: str) -> None:
        """Delete a voice. One write; twice is as good as once."""
        self._voice(trip_id, voice_id).delete()

    def of_person(self, trip_id: str, uid: str) -> list[dict[str, Any]]:
        """What somebody has said and is still kept, for their archive."""
        return stored(self._of(trip_id, uid))

    def forget(self, trip_id: str, uid: str) -> None:
        """Delete what somebody has said who is gone for good."""
        in_batches(self._client, self._of(trip_id, uid).stream(), lambda batch, found: batch.delete(found.reference))

    def _of(self, trip_id: str, uid: str) -> Any:
        return self._client.collection("trips", trip_id, "voices").where(filter=FieldFilter("by", "==", uid))

    def _voice(self, trip_id: str, voice_id: str) -> DocumentReference:
        return self._client.document("trips", trip_id, "voices", voice_id)

"""What was said, in Firestore, until it expires."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from google.api_core.exceptions import AlreadyExists, FailedPrecondition
from google.cloud.firestore import Client, DocumentReference, FieldFilter
from google.protobuf.timestamp_pb2 import Timestamp

from shared.cloud.documents import change, in_batches, stored
from shared.runtime.errors import NotFound
from shared.trips.access import trip_ref
from shared.trips.models import Trip
from shared.voice import rules
from shared.voice.models import Voice


class VoiceStore:
    def __init__(self, client: Client) -> None:
        self._client = client

    def open(self, trip_id: str, voice_id: str) -> tuple[Trip | None, Voice | None]:
        """The trip, and what was said on it under this id. One round trip."""
        trip, voice = trip_ref(self._client, trip_id), self._voice(trip_id, voice_id)
        found = {read.reference.path: read.to_dict() for read in self._client.get_all([trip, voice]) if read.exists}
        known, said = found.get(trip.path), found.get(voice.path)
        return Trip.from_stored(known) if known else None, Voice.from_stored(said) if said else None

    def get(self, trip_id: str, voice_id: str) -> Voice | None:
        found = self._voice(trip_id, voice_id).get()
        return Voice.from_stored(found.to_dict()) if found.exists else None

    def claim(self, trip_id: str, voice_id: str, mine: Voice, now: datetime) -> tuple[Voice, Timestamp | None]:
        """Store a voice that is about to be listened to, as `rules.claimed` says; with when, if it is a new one.

        One round trip for a new one, four for another.
        """
        reference = self._voice(trip_id, voice_id)
        try:
            return mine, reference.create(mine.to_stored()).update_time
        except AlreadyExists:
            return change(self._client, reference, Voice, lambda earlier: rules.claimed(earlier, mine, now)), None

    def keep_heard(self, trip_id: str, voice_id: str, heard: Voice, claimed_at: Timestamp | None) -> Voice:
        """Store what was heard, or return what another call has heard before.

        One round trip if nothing has changed since it was claimed, and otherwise four; three if that is not known.
        """
        reference = self._voice(trip_id, voice_id)
        if claimed_at is not None:
            with suppress(FailedPrecondition):
                unchanged = self._client.write_option(last_update_time=claimed_at)
                reference.update(heard.to_stored(), option=unchanged)
                return heard
        return self.change(trip_id, voice_id, lambda kept: rules.first_heard(kept, heard))

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

"""What was said, in Firestore, until it expires."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from google.api_core.exceptions import AlreadyExists, FailedPrecondition
from google.cloud.firestore import Client, DocumentReference, FieldFilter, Transaction, WriteBatch

from shared.cloud.documents import in_batches, stored
from shared.cloud.joint import Found, Part, read, together
from shared.runtime.errors import NotFound
from shared.trips.access import trip_ref
from shared.trips.models import Trip
from shared.voice import rules
from shared.voice.models import Voice, VoiceState

_ATTEMPTS: Final = 12


class HeardBeforeError(Exception):
    """Another call has heard the recording meanwhile; what that heard counts."""

    def __init__(self, voice: Voice) -> None:
        super().__init__("heard before")
        self.voice = voice


@dataclass(frozen=True)
class Opened:
    """The trip, what was said on it under an id, and all that was read with them."""

    trip: Trip | None
    voice: Voice | None
    found: Found


class Hearing:
    """What was heard, as part of a commit that fails with HeardBeforeError if another call was faster."""

    def __init__(self, reference: DocumentReference, heard: Voice) -> None:
        self._reference = reference
        self._heard = heard

    @property
    def references(self) -> Sequence[DocumentReference]:
        return [self._reference]

    def write(self, batch: WriteBatch, found: Found) -> None:
        kept = _voice(found, self._reference)
        if kept is None:
            raise _gone()
        if kept.state == VoiceState.HEARD:
            raise HeardBeforeError(kept)
        batch.set(self._reference, self._heard.to_stored())

    def committed(self) -> None:
        """Nobody waits for it."""


class VoiceStore:
    def __init__(self, client: Client) -> None:
        self._client = client

    def open(self, trip_id: str, voice_id: str, parts: Sequence[Part]) -> Opened:
        """The trip, and what was said on it under this id, with what parts of its claim need. One round trip."""
        trip, voice = trip_ref(self._client, trip_id), self._voice(trip_id, voice_id)
        found = read(self._client, [trip, voice], parts)
        known = found[trip.path]
        return Opened(Trip.from_stored(known.to_dict()) if known.exists else None, _voice(found, voice), found)

    def get(self, trip_id: str, voice_id: str) -> Voice | None:
        found = self._voice(trip_id, voice_id).get()
        return Voice.from_stored(found.to_dict()) if found.exists else None

    def check(self, opened: Opened, parts: Sequence[Part]) -> None:
        """Raise what the parts of a claim would raise now, before anything is done for it."""
        for part in parts:
            part.write(self._client.batch(), opened.found)

    def claim(
        self, trip_id: str, voice_id: str, mine: Voice, now: datetime, opened: Opened, parts: Sequence[Part]
    ) -> Voice:
        """Store a voice that is about to be listened to, as `rules.claimed` says, and the parts with it.

        One round trip for a new one if nothing has changed since it was `opened`, and otherwise a transaction.
        """
        reference = self._voice(trip_id, voice_id)
        if opened.voice is None:
            batch = self._client.batch()
            batch.create(reference, mine.to_stored())
            for part in parts:
                part.write(batch, opened.found)
            with suppress(AlreadyExists, FailedPrecondition):
                batch.commit()
                for part in parts:
                    part.committed()
                return mine

        def take(transaction: Transaction, found: Found) -> Voice:
            earlier = _voice(found, reference)
            claimed = rules.claimed(earlier, mine, now)
            if claimed != earlier:
                transaction.set(reference, claimed.to_stored())
            return claimed

        return together(self._client, [reference], parts, take, _ATTEMPTS)

    def hearing(self, trip_id: str, voice_id: str, heard: Voice) -> Hearing:
        """What was heard, to be kept by `keep` or with the question that it is."""
        return Hearing(self._voice(trip_id, voice_id), heard)

    def keep(self, parts: Sequence[Part]) -> None:
        """Write parts and nothing else. Raises what they raise. One transaction."""
        together(self._client, [], parts, lambda _transaction, _found: None, _ATTEMPTS)

    def change(
        self, trip_id: str, voice_id: str, decide: Callable[[Voice], Voice], parts: Sequence[Part] = ()
    ) -> Voice:
        """Replace a voice by what `decide` makes of it, which may raise, and write the parts with it. Raises NotFound.

        Three round trips.
        """
        reference = self._voice(trip_id, voice_id)

        def run(transaction: Transaction, found: Found) -> Voice:
            before = _voice(found, reference)
            if before is None:
                raise _gone()
            after = decide(before)
            if after != before:
                transaction.set(reference, after.to_stored())
            return after

        return together(self._client, [reference], parts, run, _ATTEMPTS)

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


def _voice(found: Found, reference: DocumentReference) -> Voice | None:
    known = found[reference.path]
    return Voice.from_stored(known.to_dict()) if known.exists else None


def _gone() -> NotFound:
    return NotFound("There is no such recording.", reason="VOICE_NOT_FOUND")

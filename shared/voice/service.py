"""What happens when somebody speaks: their recording is heard, and what they said is asked."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final

from shared.chat.requests import ChatRequest
from shared.chat.service import Asked, ChatService
from shared.cloud.joint import Part
from shared.cloud.storage import Uploads
from shared.jobs.lease import kept
from shared.jobs.service import JobService
from shared.places.provider import PlaceProvider
from shared.plan.service import PlanService
from shared.runtime.caller import TripAccess
from shared.runtime.clock import Clock
from shared.runtime.errors import TravvyError
from shared.runtime.ids import Ids
from shared.trips.models import Trip
from shared.voice import rules
from shared.voice.hints import phrase_hints
from shared.voice.listening import Listener, Speaker
from shared.voice.models import Voice, VoiceState
from shared.voice.requests import VoiceRequest
from shared.voice.settings import AT_ONCE_SECONDS, CLAIM, KEPT, MOST_SECONDS, MOST_UPLOAD_BYTES
from shared.voice.sound import Field, Sound, opened
from shared.voice.store import HeardBeforeError, VoiceStore

KIND: Final = "ai-voice"

Names = Callable[[str, Sequence[str]], Mapping[str, str]]
"""What to call people of a trip: (trip id, uids)."""


@dataclass(frozen=True)
class Said:
    """Something said: heard and asked, heard and to be confirmed, or being listened to by a job."""

    voice_id: str
    voice: Voice
    understood: rules.Understood | None = None
    asked: Asked | None = None
    job_id: str | None = None


class VoiceService:
    """Each recording has one document, by the request's id: whoever comes again goes on where the first call ended."""

    def __init__(
        self,
        store: VoiceStore,
        chat: ChatService,
        jobs: JobService,
        plans: PlanService,
        names: Names,
        catalogue: PlaceProvider,
        uploads: Uploads,
        listener: Listener,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._store = store
        self._chat = chat
        self._jobs = jobs
        self._plans = plans
        self._names = names
        self._catalogue = catalogue
        self._uploads = uploads
        self._listener = listener
        self._clock = clock
        self._ids = ids

    def say(self, access: TripAccess, request: VoiceRequest) -> Said:
        """Hear a recording and ask what was said; a longer one is given to a job. A resend is answered as the first.

        Raises what opening (`sound.opened`), hearing (`Listener.hear`) and asking (`ChatService.ask`) raise,
        InvalidArgument (NOTHING_SAID), Aborted (VOICE_BUSY) and AlreadyExists (REQUEST_ID_REUSED).
        """
        key = request.request_id or self._ids.new()
        voice_id = hashlib.sha256(f"{access.caller.uid}/{access.trip_id}/voice/{key}".encode()).hexdigest()[:20]
        fingerprint = hashlib.sha256(request.model_dump_json().encode()).hexdigest()
        opened = self._store.open(access.trip_id, voice_id, access.charge_parts())
        # What is new is charged with its claim.
        charge = access.join() if opened.voice is None else []
        trip = self._chat.authorise(access, opened.trip, request.thread_id, bool(request.private))
        voice = opened.voice
        if voice:
            rules.check_same(voice, fingerprint)
        if voice is None or (voice.state == VoiceState.LISTENING and not rules.in_a_job(voice)):
            self._store.check(opened, charge)
            sound = self._sound(access, request)
            mine = self._voice(access, request, fingerprint, sound)
            voice = self._store.claim(access.trip_id, voice_id, mine, self._clock.now(), opened, charge)
            if voice.state != VoiceState.HEARD and not rules.in_a_job(voice):
                return self._listen(access, trip, request, voice_id, voice, sound)
        if voice.state != VoiceState.HEARD:
            expected = next(iter(voice.languages), None)
            job_id, _ = self._jobs.start(access, KIND, {"voiceId": voice_id}, voice_id, language=expected)
            return Said(voice_id, voice, job_id=job_id)
        return self.answered(access, voice_id, voice)

    def answered(self, access: TripAccess, voice_id: str, voice: Voice, along: Sequence[Part] = ()) -> Said:
        """Ask what was heard, unless it is to be confirmed, for somebody who may. Asking twice asks once.

        What comes `along` is written with it.
        """
        understood = rules.understood(voice)
        if understood.because:
            if along:
                self._store.keep(along)
            return Said(voice_id, voice, understood)
        question = ChatRequest(
            trip_id=access.trip_id,
            thread_id=voice.thread_id,
            text=understood.transcript,
            private=voice.private,
            request_id=f"voice-{voice_id}",
        )
        asked = self._chat.ask(access, question, spoken=True, language=understood.language, along=along)
        return Said(voice_id, voice, understood, asked)

    def hints(self, access: TripAccess, trip: Trip) -> list[str]:
        """Names that are likely to be said on this trip."""
        names = self._names(access.trip_id, sorted(trip.roles))
        return phrase_hints(trip, names, self._plans.read(access, trip.live_roles).doc, self._catalogue)

    def _listen(
        self, access: TripAccess, trip: Trip, request: VoiceRequest, voice_id: str, voice: Voice, sound: Sound
    ) -> Said:
        """Hear a voice that this call has claimed, and ask what it says: kept, paid and asked in one transaction."""
        renew = partial(self._go_on, access.trip_id, voice_id, voice.listener)
        with kept(renew, CLAIM.total_seconds(), voice_id):
            try:
                heard, paid = self._heard(access, trip, voice_id, voice, sound)
            except TravvyError:
                self._give_up(access.trip_id, voice_id, voice.listener)
                raise
        hearing = self._store.hearing(access.trip_id, voice_id, heard)
        try:
            said = self.answered(access, voice_id, heard, [*paid, hearing])
        except HeardBeforeError as before:
            self._store.keep(paid)
            said = self.answered(access, voice_id, before.voice)
        except Exception:
            # What was heard is kept and paid, whatever keeps it from being asked now.
            with suppress(HeardBeforeError):
                self._store.keep([*paid, hearing])
            self._heard_upload(access, request)
            raise
        self._heard_upload(access, request)
        return said

    def _heard_upload(self, access: TripAccess, request: VoiceRequest) -> None:
        """Nobody needs the recording any more."""
        if request.upload is not None:
            self._uploads.delete(self._uploads.own(request.upload, access.caller.uid, "upload"))

    def _sound(self, access: TripAccess, request: VoiceRequest) -> Sound:
        field: Field = "audio"
        content, most = request.audio or b"", AT_ONCE_SECONDS
        if request.upload is not None:
            field, most = "upload", MOST_SECONDS
            content = self._uploads.read(self._uploads.own(request.upload, access.caller.uid, field), MOST_UPLOAD_BYTES)
        sound = opened(content, field, most)
        if sound.silent:
            raise rules.nothing_said(field)
        return sound

    def _heard(
        self, access: TripAccess, trip: Trip, voice_id: str, voice: Voice, sound: Sound
    ) -> tuple[Voice, list[Part]]:
        paid: list[Part] = []
        if not voice.pieces:
            speaker = Speaker(access.caller.uid, access.trip_id, voice_id)
            piece, paid = self._listener.hear(speaker, 0, sound, voice.languages, self.hints(access, trip))
            voice = rules.with_piece(voice, 0, piece, self._clock.now())
        try:
            return rules.heard(voice, self._clock.now()), paid
        except TravvyError:
            self._store.keep(paid)
            raise

    def _go_on(self, trip_id: str, voice_id: str, listener: str) -> None:
        """Keep others away a little longer, while this call listens."""
        now = self._clock.now()
        self._store.change(trip_id, voice_id, lambda voice: rules.renewed(voice, listener, now))

    def _give_up(self, trip_id: str, voice_id: str, listener: str) -> None:
        """Let the next call listen at once, not when this one's time is over."""
        now = self._clock.now()
        self._store.change(
            trip_id, voice_id, lambda voice: rules.left(voice, now) if voice.listener == listener else voice
        )

    def _voice(self, access: TripAccess, request: VoiceRequest, fingerprint: str, sound: Sound) -> Voice:
        now = self._clock.now()
        return Voice(
            by=access.caller.uid,
            state=VoiceState.LISTENING,
            fingerprint=fingerprint,
            thread_id=request.thread_id,
            private=request.private,
            languages=tuple(request.languages),
            upload=request.upload,
            seconds=round(sound.seconds, 2),
            listener=self._ids.new(),
            listening_until=rules.until(now),
            created_at=now,
            updated_at=now,
            expires_at=now + KEPT,
        )

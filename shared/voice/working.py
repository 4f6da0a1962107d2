"""The work of a longer recording's job: heard piece by piece, each kept before the next, then asked."""

from functools import partial

from shared.cloud.storage import Upload, Uploads
from shared.jobs.models import Job, JobError
from shared.jobs.service import JobService, RunningJob
from shared.runtime.caller import Role
from shared.runtime.clock import Clock
from shared.runtime.errors import FailedPrecondition
from shared.trips.service import TripService
from shared.voice import rules
from shared.voice.listening import Listener, Speaker
from shared.voice.models import Voice, VoiceState
from shared.voice.service import VoiceService
from shared.voice.settings import MOST_SECONDS, MOST_UPLOAD_BYTES
from shared.voice.sound import Sound, opened
from shared.voice.store import VoiceStore
from shared.words import say

_LISTENING = "listening"


class VoiceWork:
    """An attempt after a dead one opens the recording again, but pays for no piece that was kept."""

    def __init__(
        self,
        store: VoiceStore,
        voices: VoiceService,
        trips: TripService,
        uploads: Uploads,
        listener: Listener,
        jobs: JobService,
        clock: Clock,
    ) -> None:
        self._store = store
        self._voices = voices
        self._trips = trips
        self._uploads = uploads
        self._listener = listener
        self._jobs = jobs
        self._clock = clock

    def run(self, trip_id: str, job_id: str, holder: str) -> None:
        """Do the job's work; its recording is deleted when it has ended, however it did."""
        job = self._jobs.run(trip_id, job_id, holder, self._work)
        if job and job.state.ended:
            self._settle(trip_id, job)

    def _work(self, running: RunningJob) -> None:
        trip_id, voice_id = running.owner.id, running.job.request["voiceId"]
        voice = self._store.get(trip_id, voice_id)
        if voice is None:
            raise FailedPrecondition("The recording is gone", reason="VOICE_GONE")
        if voice.state == VoiceState.LISTENING:
            voice = self._listen(running, voice_id, voice)
        said = self._voices.answered(running.access(Role.VIEWER), voice_id, voice)
        result = {"voiceId": voice_id, "state": "asked" if said.asked else "confirm"}
        if said.asked:
            result |= {"threadId": said.asked.thread_id, "messageId": said.asked.message_id}
        running.finish(result, say(running.job.language, "heard"))

    def _listen(self, running: RunningJob, voice_id: str, voice: Voice) -> Voice:
        trip_id = running.owner.id
        language = running.job.language
        running.progress(_LISTENING, 0.0, say(language, "opening"))
        access = running.access(Role.VIEWER)
        hints = self._voices.hints(access, self._trips.get(access))
        pieces = self._sound(voice).pieces()
        speaker = Speaker(voice.by, trip_id, voice_id)
        for number in range(len(voice.pieces), len(pieces)):
            told = say(language, "listening", part=number + 1, parts=len(pieces))
            running.progress(_LISTENING, number / len(pieces), told)
            piece, paid = self._listener.hear(speaker, number, pieces[number], voice.languages, hints)
            keep = partial(rules.with_piece, number=number, piece=piece, now=self._clock.now())
            voice = self._store.change(trip_id, voice_id, keep, paid)
        now = self._clock.now()
        return self._store.change(trip_id, voice_id, lambda kept: rules.heard(kept, now))

    def _sound(self, voice: Voice) -> Sound:
        return opened(self._uploads.read(self._upload(voice), MOST_UPLOAD_BYTES), "upload", MOST_SECONDS)

    def _upload(self, voice: Voice) -> Upload:
        return self._uploads.own(voice.upload or "", voice.by, "upload")

    def _settle(self, trip_id: str, job: Job) -> None:
        """After a job has ended: nobody needs its recording any more, and who spoke sees why nothing came of it."""
        voice_id = job.request["voiceId"]
        voice = self._store.get(trip_id, voice_id)
        if voice is None:
            return
        if voice.state == VoiceState.LISTENING:
            stopped = say(job.language, "cancelled")
            error = job.error or JobError(code="CANCELLED", reason="JOB_CANCELLED", message=stopped)
            self._store.change(trip_id, voice_id, lambda kept: rules.failed(kept, error, self._clock.now()))
        self._uploads.delete(self._upload(voice))

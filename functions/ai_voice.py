"""Speaking to the assistant, for travellers with their hands full."""

from collections.abc import Generator

from shared import bootstrap
from shared.jobs.models import JOB_RETRY
from shared.jobs.requests import JobRequest
from shared.runtime.caller import Role, TripAccess
from shared.runtime.context import TaskContext
from shared.runtime.decorators import callable_function, task_function
from shared.runtime.event_stream import stream_wanted
from shared.runtime.registry import MIB, DailyLimit, Limits, Quota, Resources
from shared.voice.requests import VoiceChunk, VoiceRequest, VoiceResponse

VOICES = Quota("voices", DailyLimit(person=100, trip=300))


@callable_function(
    "ai-voice",
    role=Role.VIEWER,
    limits=Limits(per_caller_per_minute=20, body_bytes=9 * MIB),
    quota=VOICES,
    resources=Resources(memory_mb=1024, timeout_seconds=300, concurrency=10),
)
def ai_voice(request: VoiceRequest, access: TripAccess) -> Generator[VoiceChunk, None, VoiceResponse]:
    """Say something to the assistant; what was heard is shown, and asked as if it were written with ai-chat."""
    said = bootstrap.voices().say(access, request)
    return (yield from bootstrap.voice_following().answer(request.trip_id, said, streaming=stream_wanted()))


@task_function(
    "ai-voice-run",
    queue="jobs",
    retry=JOB_RETRY,
    resources=Resources(memory_mb=512, timeout_seconds=900, concurrency=4),
    preload=bootstrap.voice_work,
)
def ai_voice_run(payload: JobRequest, context: TaskContext) -> None:
    """Hear a longer recording: the work of an ai-voice job."""
    bootstrap.voice_work().run(payload.trip_id, payload.job_id, f"{context.task_name}#{context.attempt}")

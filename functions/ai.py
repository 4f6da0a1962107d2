"""The assistant, for travellers who ask for a plan in their own words, or talk about it."""

from collections.abc import Generator
from functools import partial

from shared import bootstrap
from shared.chat.requests import AnswerAgainRequest, AnswerChunk, AnswerRequest, AnswerResponse, ChatRequest
from shared.generation.requests import GenerateRequest
from shared.jobs.models import JOB_RETRY
from shared.jobs.requests import JobRequest, JobResponse
from shared.runtime.caller import Role, TripAccess
from shared.runtime.context import TaskContext
from shared.runtime.decorators import callable_function, task_function
from shared.runtime.event_stream import stream_wanted
from shared.runtime.registry import DailyLimit, Limits, Quota, Resources

GENERATIONS = Quota("generations", DailyLimit(person=30, trip=100))
CHATS = Quota("chats", DailyLimit(person=150, trip=500))
answering_function = partial(
    callable_function,
    role=Role.VIEWER,
    limits=Limits(per_caller_per_minute=20),
    quota=CHATS,
    resources=Resources(timeout_seconds=180),
)
"""A function whose caller waits for an answer, if they like."""


@callable_function("ai-generate", role=Role.EDITOR, limits=Limits(per_caller_per_minute=20), quota=GENERATIONS)
def ai_generate(request: GenerateRequest, access: TripAccess) -> JobResponse:
    """Ask for a plan; follow the job, and watch the plan appear, with listeners."""
    job_id, job = bootstrap.generation_asking().ask(access, request)
    return JobResponse.of(request.trip_id, job_id, job)


@task_function(
    "ai-generate-run",
    queue="jobs",
    retry=JOB_RETRY,
    resources=Resources(memory_mb=512, timeout_seconds=600),
    preload=bootstrap.generation,
)
def ai_generate_run(payload: JobRequest, context: TaskContext) -> None:
    """Plan a trip: the work of an ai-generate job."""
    bootstrap.generation().run(payload.trip_id, payload.job_id, f"{context.task_name}#{context.attempt}")


@answering_function("ai-chat")
def ai_chat(request: ChatRequest, access: TripAccess) -> Generator[AnswerChunk, None, AnswerResponse]:
    """Ask the assistant; follow the answer with a listener on its message, or as an event stream of this call."""
    asked = bootstrap.chat().ask(access, request)
    return (yield from bootstrap.following().answer(request.trip_id, asked, streaming=stream_wanted()))


@callable_function("ai-cancel", role=Role.VIEWER)
def ai_cancel(request: AnswerRequest, access: TripAccess) -> AnswerResponse:
    """Stop an answer that is being written or waits for its turn; what was written of it stays."""
    asked = bootstrap.chat().cancel(access, request.thread_id, request.message_id)
    return AnswerResponse.of(request.trip_id, asked.thread_id, asked.message_id, asked.answer)


@answering_function("ai-retry")
def ai_retry(request: AnswerAgainRequest, access: TripAccess) -> Generator[AnswerChunk, None, AnswerResponse]:
    """Begin an answer again that failed or was cancelled."""
    asked = bootstrap.chat().retry(access, request)
    return (yield from bootstrap.following().answer(request.trip_id, asked, streaming=stream_wanted()))


@answering_function("ai-regenerate")
def ai_regenerate(request: AnswerAgainRequest, access: TripAccess) -> Generator[AnswerChunk, None, AnswerResponse]:
    """Have a finished answer made anew, in its place."""
    asked = bootstrap.chat().regenerate(access, request)
    return (yield from bootstrap.following().answer(request.trip_id, asked, streaming=stream_wanted()))


@task_function(
    "ai-chat-run",
    queue="jobs",
    retry=JOB_RETRY,
    resources=Resources(memory_mb=512, timeout_seconds=300),
    preload=bootstrap.answering,
)
def ai_chat_run(payload: JobRequest, context: TaskContext) -> None:
    """Answer a question: the work of an ai-chat job."""
    bootstrap.answering().run(payload.trip_id, payload.job_id, f"{context.task_name}#{context.attempt}")

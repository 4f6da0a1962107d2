"""The work of an answer's job: read the conversation, ask the model, and write what it says while it says it."""

import time
from collections.abc import Callable
from typing import Any

from google.genai import types

from shared.assistant.fence import fence
from shared.assistant.model import Model, UnusableAnswerError, text_of, user
from shared.assistant.settings import LoopLimits
from shared.chat import rules
from shared.chat.instructions import INSTRUCTIONS, facts
from shared.chat.memory import recalled
from shared.chat.models import MessageState
from shared.chat.service import ChatService
from shared.chat.store import ChatStore
from shared.chat.writing import AnswerWriter
from shared.jobs.service import JobService, RunningJob
from shared.runtime.caller import Role
from shared.runtime.clock import Clock
from shared.runtime.errors import FailedPrecondition, TravvyError
from shared.trips.service import TripService

PATIENCE = 2
"""Attempts of a job before a busy model is told to who waits, instead of tried again."""


class Answering:
    """Answers questions. Every call of the model is a stage, so an attempt after a dead one pays for none again."""

    def __init__(
        self,
        make: Callable[[], Model],
        store: ChatStore,
        chat: ChatService,
        trips: TripService,
        jobs: JobService,
        clock: Clock,
        limits: LoopLimits,
    ) -> None:
        self._make = make
        self._store = store
        self._chat = chat
        self._trips = trips
        self._jobs = jobs
        self._clock = clock
        self._limits = limits

    def run(self, trip_id: str, job_id: str, holder: str) -> None:
        """Do the job's work, from the stage that an earlier attempt has reached, and begin the thread's next answer."""
        job = self._jobs.run(trip_id, job_id, holder, self._work)
        if job and job.state.ended:
            self._chat.settle(trip_id, job)

    def _work(self, running: RunningJob) -> None:
        trip_id, asked = running.owner.id, running.job.request
        thread_id, message_id = asked["threadId"], asked["messageId"]
        writer = AnswerWriter(
            self._store,
            self._clock,
            trip_id,
            thread_id,
            message_id,
            asked["attempt"],
            f"{running.job_id}/{running.job.attempts}",
        )
        if writer.take().state != MessageState.DONE:
            try:
                writer.finish(self._answer(running, writer, thread_id, message_id))
            except TravvyError as error:
                if not _given_up(error, running.job.attempts):
                    raise
                writer.fail(error)
                # The job ends here; the answer has the code of what happened, and when to try again.
                raise FailedPrecondition(error.message, reason=error.reason) from error
        running.finish({"threadId": thread_id, "messageId": message_id}, "Answered")

    def _answer(self, running: RunningJob, writer: AnswerWriter, thread_id: str, message_id: str) -> str:
        ends = time.monotonic() + self._limits.seconds
        trip_id = running.owner.id
        trip = self._trips.get(running.access(Role.VIEWER))
        thread = rules.visible(self._store.thread(trip_id, thread_id), running.job.by)
        rules.check_role(Role(trip.roles[running.job.by]), thread.private)
        answer = rules.answer_known(self._store.message(trip_id, thread_id, message_id))
        question = self._store.message(trip_id, thread_id, answer.answers or "")
        if question is None:
            raise FailedPrecondition("The question is gone", reason="QUESTION_GONE")
        model = self._make()
        summary, turns = recalled(self._store, model, running.stage, trip_id, thread_id, question.number)
        opening = facts(trip, self._clock.now().date()) + (f"\n{fence('summary', summary)}" if summary else "")
        contents = [*turns, user(f"{opening}\n{fence('message', question.text)}")]
        turn = self._turn(running, model, contents, writer, ends)
        return text_of(turn)

    def _turn(
        self,
        running: RunningJob,
        model: Model,
        contents: list[types.Content],
        writer: AnswerWriter,
        ends: float,
    ) -> types.Content:
        """The model's turn; one that cannot be used is asked for once more. Raises FailedPrecondition."""
        config = types.GenerateContentConfig(system_instruction=INSTRUCTIONS, temperature=0.3)

        def heard(text: str) -> None:
            running.check()
            writer.show(text)

        def ask() -> dict[str, Any]:
            running.check()
            left = max(ends - time.monotonic(), 1.0)
            try:
                turn = model.stream(contents, config, heard, timeout=left)
            except UnusableAnswerError as error:
                try:
                    turn = model.stream([*contents, user(error.why)], config, heard, timeout=left)
                except UnusableAnswerError as second:
                    raise FailedPrecondition(
                        "The assistant found no usable answer. Ask in other words", reason="MODEL_UNUSABLE"
                    ) from second
            return turn.model_dump(mode="json", exclude_none=True)

        return types.Content.model_validate(running.stage("turn-0", ask))


def _given_up(error: TravvyError, attempts: int) -> bool:
    """Whether a failure of the model that may pass has lasted: nobody should wait for minutes."""
    return error.retryable and error.reason.startswith("MODEL_") and attempts >= PATIENCE

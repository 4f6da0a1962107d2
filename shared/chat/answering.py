"""The work of an answer's job: read the conversation, let the model look things up, and write what it says."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from google.genai import types

from shared.assistant.fence import fence
from shared.assistant.kept import Count, KeptModel, Spent
from shared.assistant.metering import Meter
from shared.assistant.model import Model, UnusableAnswerError, calls_of, text_of, user
from shared.assistant.settings import LoopLimits
from shared.assistant.speech import spoken
from shared.assistant.whereabouts import Whereabouts, is_complete, whereabouts
from shared.chat import rules
from shared.chat.answer import Data
from shared.chat.grounding import unfounded
from shared.chat.instructions import INSTRUCTIONS, facts
from shared.chat.memory import recalled
from shared.chat.models import Message, MessageState
from shared.chat.service import ChatService
from shared.chat.store import ChatStore
from shared.chat.tools.toolbox import Session, Toolbox
from shared.chat.writing import AnswerWriter
from shared.documents import compact
from shared.jobs.service import JobService, RunningJob
from shared.places.provider import PlaceProvider
from shared.plan.service import PlanService
from shared.proposals.service import ProposalService
from shared.runtime.caller import Role
from shared.runtime.clock import Clock
from shared.runtime.errors import Aborted, Cancelled, DeadlineExceeded, FailedPrecondition, TravvyError
from shared.trips.models import Trip
from shared.trips.service import TripService
from shared.words import say

LONGEST_WAIT_SECONDS: Final = 10
PATIENCE: Final = 2
"""Attempts of a job before a busy model is told to who waits, instead of tried again."""


@dataclass(frozen=True)
class Writing:
    """The answer under work: its job, its pen, until when it may take (monotonic seconds), and who may read it."""

    running: RunningJob
    writer: AnswerWriter
    message: Message
    ends: float
    private: bool

    def left(self) -> float:
        """Seconds. Raises DeadlineExceeded, and Cancelled or Aborted if the answer is not wanted of this worker."""
        self.running.check()
        left = self.ends - time.monotonic()
        if left <= 0:
            raise DeadlineExceeded("The assistant took too long. Ask for less at once", reason="MODEL_TIMEOUT")
        return left


class Answering:
    """Answers questions. Each answer of the model, and what a tool decided before it has effects, is kept as a stage:
    an attempt after a dead one pays for none again, and does nothing twice. What tools only looked up is looked up
    again."""

    def __init__(
        self,
        make: Callable[[], Model],
        store: ChatStore,
        chat: ChatService,
        trips: TripService,
        plans: PlanService,
        places: PlaceProvider,
        tools: Toolbox,
        proposals: ProposalService,
        meter: Meter,
        jobs: JobService,
        clock: Clock,
        limits: LoopLimits,
    ) -> None:
        self._make = make
        self._store = store
        self._chat = chat
        self._trips = trips
        self._plans = plans
        self._places = places
        self._tools = tools
        self._proposals = proposals
        self._meter = meter
        self._jobs = jobs
        self._clock = clock
        self._limits = limits

    def run(self, trip_id: str, job_id: str, holder: str) -> None:
        """Do the job's work, from the stage that an earlier attempt has reached, and begin the thread's next answer."""
        job = self._jobs.run(trip_id, job_id, holder, self._work)
        if job and job.state.ended:
            self._chat.settle(trip_id, job)

    def _work(self, running: RunningJob) -> None:
        ends = time.monotonic() + self._limits.seconds
        asked = running.job.request
        where = (running.owner.id, asked["threadId"], asked["messageId"])
        writer = AnswerWriter(
            self._store, self._clock, where, asked["attempt"], f"{running.job_id}/{running.job.attempts}"
        )
        message = writer.take()
        if message.state != MessageState.DONE:
            model = KeptModel(self._make(), running.stage, self._counted(running))
            try:
                text = self._answer(running, writer, message, model, ends)
                self._withdraw(running, message)
                writer.finish(text)
                self._summed(running, model)
            except TravvyError as error:
                if not _ends(error, running.job.attempts):
                    raise
                writer.fail(error)
                self._summed(running, model)
                if error.retryable:
                    # The job ends here; the answer has the code of what happened, and when to try again.
                    raise FailedPrecondition(error.message, reason=error.reason) from error
                raise
        running.finish({"threadId": where[1], "messageId": where[2]}, say(message.language, "answered"))

    def _answer(
        self, running: RunningJob, writer: AnswerWriter, message: Message, model: KeptModel, ends: float
    ) -> str:
        trip_id, thread_id = running.owner.id, running.job.request["threadId"]
        trip = self._trips.get(running.access(Role.VIEWER))
        known, question = self._store.asked(trip_id, thread_id, message.answers or "")
        thread = rules.visible(known, message.by)
        if question is None:
            raise FailedPrecondition("The question is gone", reason="QUESTION_GONE")
        work = Writing(running, writer, message, ends, thread.private)
        _check_role(trip, work)
        running.progress("turn-0", 0.05, say(message.language, "thinking"))
        summary, turns = recalled(self._store, model, running.stage, trip_id, thread_id, question.number, work.left())
        opening = facts(trip, self._where(trip, running), self._clock.now().date()) + (
            f"\n{fence('summary', summary)}" if summary else ""
        )
        return self._converse(work, model, [*turns, user(f"{opening}\n{fence('message', question.text)}")])

    def _where(self, trip: Trip, running: RunningJob) -> Whereabouts:
        """Where the trip is; the plan is read only if the trip itself does not say it all."""
        doc = {} if is_complete(trip) else self._plans.read(running.access(Role.VIEWER)).doc
        return whereabouts(trip, doc, self._places)

    def _withdraw(self, running: RunningJob, message: Message) -> None:
        """Turn down what is still open of the proposals of earlier attempts: the answer is in their place."""
        for proposal_id in message.superseded:
            try:
                self._proposals.reject(running.access(Role.VIEWER), proposal_id, None)
            except FailedPrecondition as error:
                if error.reason != "PROPOSAL_DECIDED":
                    raise

    def _summed(self, running: RunningJob, model: KeptModel) -> None:
        """Say in the log what the whole answer has cost, whichever attempt paid for it."""
        trip_id, message_id = running.owner.id, running.job.request["messageId"]
        self._meter.sum_up(model.usage, uid=running.job.by, trip_id=trip_id, job_id=running.job_id, answer=message_id)

    def _counted(self, running: RunningJob) -> Count:
        def count(step: str, spent: Spent) -> None:
            trip_id, job_id = running.owner.id, running.job_id
            self._meter.count(spent, uid=running.job.by, trip_id=trip_id, job_id=job_id, step=step)

        return count

    def _converse(self, work: Writing, model: KeptModel, contents: list[types.Content]) -> str:
        """What the model says in the end, after as many tool calls as the limits allow."""
        running = work.running
        session = Session(
            running.access,
            running.stage,
            running.check,
            running.job_id,
            running.job.request["messageId"],
            work.private,
            work.message.language,
        )
        results: list[Data] = []
        for number in range(self._limits.turns):
            if number:
                _check_role(self._trips.get(running.access(Role.VIEWER)), work)
                running.progress(
                    f"turn-{number}", min(0.1 + 0.1 * number, 0.9), say(work.message.language, "looking_up")
                )
            spent = len(results) >= self._limits.calls or model.usage.tokens > self._limits.tokens
            last = spent or number == self._limits.turns - 1
            turn, text = self._turn(work, model, contents, results, may_call=not last)
            calls = calls_of(turn)
            if not calls:
                return text
            if last:
                break
            told = self._told(session, calls, number, results)
            work.writer.told(told)
            answers = [_answer(call, result) for call, result in zip(calls, told, strict=True)]
            contents = [*contents, turn, types.Content(role="user", parts=answers)]
            results += told
        raise _unusable()

    def _told(self, session: Session, calls: list[types.FunctionCall], number: int, before: list[Data]) -> list[Data]:
        """What the tools tell, in the order in which they were called."""
        if len(before) + len(calls) > self._limits.calls:
            return [{"error": "no more calls: answer with what you know"} for _ in calls]
        last_try = any("problems" in one for one in before)
        told: list[Data] = []
        for index, call in enumerate(calls):
            told.append(self._tools.run(session, call, f"{number}-{index}", [*before, *told], last_try=last_try))
        return told

    def _turn(
        self, work: Writing, model: KeptModel, contents: list[types.Content], results: list[Data], *, may_call: bool
    ) -> tuple[types.Content, str]:
        """The model's turn, and its words as people may see them; one that cannot be used is asked for once more.

        Raises FailedPrecondition.
        """
        sources = [compact(result) for result in results]
        known = contents

        def heard(text: str) -> None:
            work.running.check()
            if work.writer.due:
                work.writer.show(spoken(text, INSTRUCTIONS, sources))

        config = self._config(may_call)
        for second in (False, True):
            try:
                turn = model.stream(contents, config, heard, timeout=work.left())
                text = spoken(text_of(turn), INSTRUCTIONS, sources)
                if not text.strip() and not calls_of(turn):
                    raise UnusableAnswerError("You said nothing. Answer in plain words, without links.")
                if stray := [] if calls_of(turn) else unfounded(text, known):
                    if not second:
                        raise UnusableAnswerError(_look_up(stray))
                    said = say(work.message.language, "unfounded", what=stray)
                    work.writer.told([{"compromises": [said]}])
                return turn, text
            except UnusableAnswerError as error:
                if second:
                    raise _unusable() from error
                contents = [*contents, user(error.why)]
        raise _unusable()

    def _config(self, may_call: bool) -> types.GenerateContentConfig:
        mode = types.FunctionCallingConfigMode.AUTO if may_call else types.FunctionCallingConfigMode.NONE
        return types.GenerateContentConfig(
            system_instruction=INSTRUCTIONS,
            tools=[types.Tool(function_declarations=[*self._tools.declarations])],
            tool_config=types.ToolConfig(function_calling_config=types.FunctionCallingConfig(mode=mode)),
            automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
        )


def _check_role(trip: Trip, work: Writing) -> None:
    """Raises PermissionDenied once who asked may no longer ask in this thread."""
    rules.check_role(Role(trip.roles[work.message.by]), work.private)


def _answer(call: types.FunctionCall, result: Data) -> types.Part:
    return types.Part(function_response=types.FunctionResponse(id=call.id, name=call.name, response=result))


def _look_up(stray: list[str]) -> str:
    return (
        f"No tool and no traveller told you {'; '.join(stray)}. Times and prices are never yours to make up: look them "
        "up with a tool, or answer without them."
    )


def _unusable() -> FailedPrecondition:
    return FailedPrecondition("The assistant found no usable answer. Ask in other words", reason="MODEL_UNUSABLE")


def _ends(error: TravvyError, attempts: int) -> bool:
    """Whether an error ends the answer. Of those that may pass, a failure of the model does once it has lasted, or
    will: nobody should wait for minutes."""
    if isinstance(error, (Cancelled, Aborted)):
        return False
    lasts = attempts >= PATIENCE or (error.retry_after or 0) > LONGEST_WAIT_SECONDS
    return not error.retryable or (error.reason.startswith("MODEL_") and lasts)

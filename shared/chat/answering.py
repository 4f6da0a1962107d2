"""The work of an answer's job: read the conversation, let the model look things up, and write what it says."""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from google.genai import types

from shared.assistant.fence import fence
from shared.assistant.model import Model, UnusableAnswerError, calls_of, text_of, user
from shared.assistant.settings import LoopLimits
from shared.chat import rules
from shared.chat.answer import Answer
from shared.chat.instructions import INSTRUCTIONS, facts
from shared.chat.memory import recalled
from shared.chat.models import MessageState
from shared.chat.proposing import Proposing
from shared.chat.service import ChatService
from shared.chat.store import ChatStore
from shared.chat.tools import Tools, declarations
from shared.chat.writing import AnswerWriter
from shared.jobs.service import JobService, RunningJob
from shared.money import Rates
from shared.places.provider import PlaceProvider
from shared.plan.service import PlanService
from shared.proposals.service import ProposalService
from shared.quota.models import Cost
from shared.quota.service import Quotas
from shared.runtime.caller import Role
from shared.runtime.clock import Clock
from shared.runtime.errors import DeadlineExceeded, FailedPrecondition, TravvyError
from shared.runtime.logs import log
from shared.trips.service import TripService

LONGEST_WAIT_SECONDS = 10
PATIENCE = 2
"""Attempts of a job before a busy model is told to who waits, instead of tried again."""


class Answering:
    """Answers questions. Each call of the model, and what its tools told, is a stage: an attempt after a dead one pays
    for none again."""

    def __init__(
        self,
        make: Callable[[], Model],
        store: ChatStore,
        chat: ChatService,
        trips: TripService,
        plans: PlanService,
        provider: PlaceProvider,
        proposals: ProposalService,
        rates: Rates,
        quotas: Quotas,
        jobs: JobService,
        clock: Clock,
        limits: LoopLimits,
    ) -> None:
        self._make = make
        self._store = store
        self._chat = chat
        self._trips = trips
        self._plans = plans
        self._provider = provider
        self._proposals = proposals
        self._rates = rates
        self._quotas = quotas
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

    def _answer(self, running: RunningJob, writer: AnswerWriter, thread_id: str, message_id: str) -> Answer:
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
        return self._converse(running, model, contents, writer, ends)

    def _converse(
        self,
        running: RunningJob,
        model: Model,
        contents: list[types.Content],
        writer: AnswerWriter,
        ends: float,
    ) -> Answer:
        """The answer, with what it names and proposed, after as many tool calls as the limits allow."""
        proposing = Proposing(self._plans, self._proposals, self._provider, self._rates, running.stage, running.job_id)
        tools = Tools(self._trips, self._plans, self._provider, proposing, running.access)
        results: list[dict[str, Any]] = []
        calls = 0
        for number in range(self._limits.turns):
            enough = number == self._limits.turns - 1 or calls >= self._limits.calls
            last = enough or model.usage.tokens > self._limits.tokens
            turn = self._turn(running, model, contents, writer, ends, number, may_call=not last)
            asked = calls_of(turn)
            if not asked:
                return Answer.of(text_of(turn), results)
            if last:
                break
            calls += len(asked)
            last_try = any("problems" in one for one in results)
            work = partial(self._run, tools, asked, self._limits.calls - calls, number, last_try)
            told = running.stage(f"tools-{number}", work)
            results += told["results"]
            answers = [_answer(call, result) for call, result in zip(asked, told["results"], strict=True)]
            contents = [*contents, turn, types.Content(role="user", parts=answers)]
        raise FailedPrecondition("The assistant found no usable answer. Ask in other words", reason="MODEL_UNUSABLE")

    def _run(
        self, tools: Tools, asked: list[types.FunctionCall], left: int, number: int, last_try: bool
    ) -> dict[str, Any]:
        if left < 0:
            return {"results": [{"error": "no more calls: answer with what you know"} for _ in asked]}
        return {
            "results": [tools.run(call, f"{number}-{index}", last_try=last_try) for index, call in enumerate(asked)]
        }

    def _turn(
        self,
        running: RunningJob,
        model: Model,
        contents: list[types.Content],
        writer: AnswerWriter,
        ends: float,
        number: int,
        *,
        may_call: bool,
    ) -> types.Content:
        """The model's turn; one that cannot be used is asked for once more. Raises FailedPrecondition."""
        before = replace(model.usage)

        def heard(text: str) -> None:
            running.check()
            writer.show(text)

        def ask() -> dict[str, Any]:
            running.check()
            left = ends - time.monotonic()
            if left <= 0:
                raise DeadlineExceeded("The assistant took too long. Ask for less at once", reason="MODEL_TIMEOUT")
            config = _config(may_call)
            try:
                turn = model.stream(contents, config, heard, timeout=left)
            except UnusableAnswerError as error:
                try:
                    turn = model.stream([*contents, user(error.why)], config, heard, timeout=left)
                except UnusableAnswerError as second:
                    raise FailedPrecondition(
                        "The assistant found no usable answer. Ask in other words", reason="MODEL_UNUSABLE"
                    ) from second
            return {
                "turn": turn.model_dump(mode="json", exclude_none=True),
                "inputTokens": model.usage.prompt_tokens - before.prompt_tokens,
                "outputTokens": model.usage.output_tokens - before.output_tokens,
            }

        kept = running.stage(f"turn-{number}", ask)
        self._record(running, model, kept["inputTokens"], kept["outputTokens"], f"{running.job_id}/turn-{number}")
        return types.Content.model_validate(kept["turn"])

    def _record(self, running: RunningJob, model: Model, input_tokens: int, output_tokens: int, key: str) -> None:
        """Count what a turn has cost, once, for who asked and for the trip."""
        price = model.settings.micro_usd(input_tokens, output_tokens, self._clock.now().date())
        cost = Cost(input_tokens, output_tokens, price)
        if self._quotas.record(running.job.by, running.owner.id, cost, key=key):
            log.info(
                "model turn paid",
                model=model.settings.name,
                input_tokens=cost.input_tokens,
                output_tokens=cost.output_tokens,
                micro_usd=cost.micro_usd,
                trip_id=running.owner.id,
                job_id=running.job_id,
            )


def _config(may_call: bool) -> types.GenerateContentConfig:
    mode = types.FunctionCallingConfigMode.AUTO if may_call else types.FunctionCallingConfigMode.NONE
    return types.GenerateContentConfig(
        system_instruction=INSTRUCTIONS,
        tools=[types.Tool(function_declarations=declarations())],
        tool_config=types.ToolConfig(function_calling_config=types.FunctionCallingConfig(mode=mode)),
        automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
        temperature=0.3,
    )


def _answer(call: types.FunctionCall, result: dict[str, Any]) -> types.Part:
    return types.Part(function_response=types.FunctionResponse(id=call.id, name=call.name, response=result))


def _given_up(error: TravvyError, attempts: int) -> bool:
    """Whether a failure of the model that may pass has lasted, or will: nobody should wait for minutes."""
    lasts = attempts >= PATIENCE or (error.retry_after or 0) > LONGEST_WAIT_SECONDS
    return error.retryable and error.reason.startswith("MODEL_") and lasts

"""One call to the model: patience, retries, a circuit breaker, and every way it can fail as an error of ours."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeVar

import httpx
from google import genai
from google.genai import types

from shared.assistant import model_trouble
from shared.assistant.settings import ModelSettings
from shared.assistant.streaming import StreamedTurn
from shared.cloud.breaker import Breaker
from shared.cloud.patience import Patience, PatientCalls
from shared.runtime.errors import FailedPrecondition

Answer = TypeVar("Answer")

_REFUSALS: Final = frozenset({"SAFETY", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII", "RECITATION", "MODEL_ARMOR"})


class UnusableAnswerError(Exception):
    """The model answered, but with nothing that can be used; `why` is a sentence for the model's second try."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass
class Usage:
    """What the calls so far have cost."""

    calls: int = 0
    prompt_tokens: int = 0
    output_tokens: int = 0

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.output_tokens


class Generates(Protocol):
    """Whatever takes turns in a conversation as `Model` does."""

    @property
    def usage(self) -> Usage: ...

    def generate(
        self, contents: list[types.Content], config: types.GenerateContentConfig, *, timeout: float | None = None
    ) -> types.Content: ...


@dataclass
class Model:
    """A Gemini model. `pause` waits between attempts (seconds); `usage` counts what it was used for.

    `breaker` stands before the service for everybody in this process.
    """

    client: genai.Client
    settings: ModelSettings
    pause: Callable[[float], None] = time.sleep
    usage: Usage = field(default_factory=Usage)
    breaker: Breaker = field(default_factory=lambda: Breaker("The assistant"))

    def generate(
        self, contents: list[types.Content], config: types.GenerateContentConfig, *, timeout: float | None = None
    ) -> types.Content:
        """The model's turn, within `timeout` (seconds), attempts and pauses included; at most that of the settings.

        Raises UnusableAnswerError; FailedPrecondition (MODEL_REFUSED, MODEL_MISCONFIGURED); Unavailable
        (MODEL_UNAVAILABLE, with retry_after when the service or the breaker says so); DeadlineExceeded (MODEL_TIMEOUT).
        """

        def ask(left: float) -> types.GenerateContentResponse:
            return self.client.models.generate_content(
                model=self.settings.name, contents=list(contents), config=self._bounded(config, left)
            )

        response = self._patiently(ask, timeout)
        self._count(response.usage_metadata)
        return _turn(response)

    def stream(
        self,
        contents: list[types.Content],
        config: types.GenerateContentConfig,
        on_text: Callable[[str], None],
        *,
        timeout: float | None = None,
    ) -> types.Content:
        """The model's turn, like `generate`; `on_text` hears the text so far whenever it has grown, and may raise.

        After a break the text begins anew.
        """

        def ask(left: float) -> StreamedTurn:
            ends = time.monotonic() + left
            turn = StreamedTurn()
            pieces = self.client.models.generate_content_stream(
                model=self.settings.name, contents=list(contents), config=self._bounded(config, left)
            )
            for piece in pieces:
                if turn.add(piece):
                    on_text(turn.text)
                if time.monotonic() > ends:
                    raise model_trouble.too_slow()
            if not turn.ended:
                raise httpx.RemoteProtocolError("the stream ended before the answer did")
            return turn

        turn = self._patiently(ask, timeout)
        self._count(turn.usage)
        return _turn(turn.whole())

    def _bounded(self, config: types.GenerateContentConfig, left: float) -> types.GenerateContentConfig:
        # No temperature: Gemini 3 wants its default. https://ai.google.dev/gemini-api/docs/gemini-3
        leveled = self.settings.has_levels
        return config.model_copy(
            update={
                "http_options": types.HttpOptions(timeout=max(int(left * 1000), 1)),
                "max_output_tokens": self.settings.max_output_tokens,
                "thinking_config": types.ThinkingConfig(thinking_level=types.ThinkingLevel.LOW) if leveled else None,
            }
        )

    def _patiently(self, ask: Callable[[float], Answer], timeout: float | None) -> Answer:
        """What the service answers in the seconds that `ask` is given, asked again after a failure that may pass."""
        patience = Patience(
            in_all=self.settings.timeout_seconds,
            attempt=self.settings.timeout_seconds,
            attempts=self.settings.attempts,
            first_pause=self.settings.first_pause_seconds,
            longest_pause=self.settings.longest_pause_seconds,
        )
        calls = PatientCalls("gemini", self.breaker, patience, self.pause)
        ends = time.monotonic() + timeout if timeout else None
        return calls.patiently(ask, model_trouble.trouble, model_trouble.failure, until=ends)

    def _count(self, usage: types.GenerateContentResponseUsageMetadata | None) -> None:
        self.usage.calls += 1
        if usage:
            self.usage.prompt_tokens += usage.prompt_token_count or 0
            self.usage.output_tokens += (usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0)


def text_of(turn: types.Content) -> str:
    """The words of a turn, thoughts left out."""
    return "".join(part.text for part in turn.parts or [] if part.text and not part.thought)


def calls_of(turn: types.Content) -> list[types.FunctionCall]:
    return [part.function_call for part in turn.parts or [] if part.function_call]


def user(text: str) -> types.Content:
    return types.Content(role="user", parts=[types.Part(text=text)])


def _turn(response: types.GenerateContentResponse) -> types.Content:
    if response.prompt_feedback and response.prompt_feedback.block_reason:
        raise refused()
    if not response.candidates:
        raise UnusableAnswerError("You answered nothing.")
    candidate = response.candidates[0]
    reason = candidate.finish_reason.value if candidate.finish_reason else "STOP"
    if reason in _REFUSALS:
        raise refused()
    if reason == "MAX_TOKENS":
        raise UnusableAnswerError("Your answer was longer than the limit and was cut off. Be much shorter.")
    if reason != "STOP" or candidate.content is None or not candidate.content.parts:
        raise UnusableAnswerError(f"Your answer could not be read ({reason}).")
    return candidate.content


def refused() -> FailedPrecondition:
    """That the service declined to answer."""
    return FailedPrecondition(
        "The assistant declined to work on this request. Say it in other words, and only what the trip needs",
        reason="MODEL_REFUSED",
    )

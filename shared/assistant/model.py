"""One call to the model: patience, retries, a circuit breaker, and every way it can fail as an error of ours."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeVar

import httpx
import httpx2
from google import genai
from google.genai import errors as genai_errors
from google.genai import types

from shared.assistant.settings import ModelSettings
from shared.assistant.streaming import StreamedTurn
from shared.cloud.breaker import Breaker
from shared.runtime.errors import DeadlineExceeded, FailedPrecondition, TravvyError, Unavailable
from shared.runtime.logs import log

Answer = TypeVar("Answer")

_RETRYABLE: Final = frozenset({408, 429, 500, 502, 503, 504})
_REFUSALS: Final = frozenset({"SAFETY", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII", "RECITATION", "MODEL_ARMOR"})
_TRANSPORT: Final = (httpx.TransportError, httpx2.TransportError, genai_errors.UnknownApiResponseError)
_TIMEOUTS: Final = (httpx.TimeoutException, httpx2.TimeoutException)


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
                    raise _too_slow()
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
        ends = time.monotonic() + min(timeout or self.settings.timeout_seconds, self.settings.timeout_seconds)
        for attempt in range(1, self.settings.attempts + 1):
            left = ends - time.monotonic()
            if left <= 0:
                raise _too_slow()
            try:
                with self.breaker.attempt(_is_down):
                    return ask(left)
            except genai_errors.APIError as error:
                failure, wait = _api_failure(error), _retry_delay(error)
                if error.code not in _RETRYABLE:
                    raise failure from error
            except _TIMEOUTS as error:
                raise _too_slow() from error
            except _TRANSPORT as error:
                failure, wait = _unavailable(None), None
                log.warning("model call broke off", error=type(error).__name__, attempt=attempt)
            except Unavailable as resting:
                if resting.reason != "SERVICE_RESTING":
                    raise
                raise _unavailable(resting.retry_after) from resting
            wait = self._backoff(attempt) if wait is None else wait
            too_long = wait > self.settings.longest_pause_seconds or time.monotonic() + wait >= ends
            if attempt == self.settings.attempts or too_long:
                raise failure
            self.pause(wait)
        raise _unavailable(None)

    def _backoff(self, attempt: int) -> float:
        longest = min(self.settings.first_pause_seconds * 2.0 ** (attempt - 1), self.settings.longest_pause_seconds)
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, not a secret

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


def _is_down(error: Exception) -> bool:
    """Whether a failure says that the service cannot serve anybody; a refusal or a useless answer does not."""
    if isinstance(error, genai_errors.APIError):
        return error.code in _RETRYABLE
    return isinstance(error, (*_TIMEOUTS, *_TRANSPORT, DeadlineExceeded))


def _too_slow() -> DeadlineExceeded:
    return DeadlineExceeded("The assistant took too long to answer. Try again in a moment", reason="MODEL_TIMEOUT")


def refused() -> FailedPrecondition:
    """That the service declined to answer."""
    return FailedPrecondition(
        "The assistant declined to work on this request. Say it in other words, and only what the trip needs",
        reason="MODEL_REFUSED",
    )


def _unavailable(retry_after: float | None) -> Unavailable:
    return Unavailable(
        "The assistant is busy at the moment. Try again soon", reason="MODEL_UNAVAILABLE", retry_after=retry_after
    )


def _api_failure(error: genai_errors.APIError) -> TravvyError:
    log.warning("model call failed", code=error.code, status=error.status)
    if error.code in _RETRYABLE:
        return _unavailable(_retry_delay(error))
    return FailedPrecondition(
        "The assistant is not set up correctly on our side; this request cannot be worked on now",
        reason="MODEL_MISCONFIGURED",
        metadata={"code": error.code, "status": error.status or ""},
    )


def _retry_delay(error: genai_errors.APIError) -> float | None:
    """Seconds after which the service wants to be asked again (google.rpc.RetryInfo), if it says."""
    body = error.details if isinstance(error.details, dict) else {}
    for detail in body.get("error", {}).get("details", []):
        delay = str(detail.get("retryDelay", "")).removesuffix("s")
        if delay.replace(".", "", 1).isdigit():
            return float(delay)
    return None

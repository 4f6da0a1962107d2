"""A model each of whose answers is kept before it counts, so that a worker after a dead one pays for none again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from google.genai import types

from shared.assistant.model import Model, UnusableAnswerError, Usage, refused
from shared.assistant.remembered import RememberedAnswers
from shared.runtime.errors import FailedPrecondition

Data = dict[str, Any]
Keep = Callable[[str, Callable[[], Data]], Data]
"""The output of a named step: what was kept of it before, or what the work makes now, kept."""


@dataclass(frozen=True)
class Spent:
    """What one answer cost; nothing if it was remembered."""

    input_tokens: int
    output_tokens: int


Count = Callable[[str, Spent], None]
"""Hears of every answer that was paid for, by the name of its step; of the same one again after a worker died."""


class KeptModel:
    """Takes turns as `Model` does. The n-th turn is the step `<name>-<n>`, so turns must come in the same order again.

    Answers that cannot be used, and refusals, are kept and counted like any other: they were paid for. With
    `remembered` the same question in the same `scope` is not asked again.
    """

    def __init__(
        self,
        model: Model,
        keep: Keep,
        count: Count,
        *,
        name: str = "turn",
        remembered: RememberedAnswers | None = None,
        scope: str = "",
    ) -> None:
        self._model = model
        self._keep = keep
        self._count = count
        self._name = name
        self._remembered = remembered
        self._scope = scope
        self.usage = Usage()

    def generate(
        self, contents: list[types.Content], config: types.GenerateContentConfig, *, timeout: float | None = None
    ) -> types.Content:
        """The model's turn. Raises what `Model.generate` raises."""

        def ask() -> Data:
            return self._answered(lambda: self._model.generate(contents, config, timeout=timeout))

        if self._remembered is None:
            return self._step(ask)
        remembered = self._remembered
        question = {
            "model": self._model.settings.name,
            "config": config.model_dump(mode="json", exclude_none=True),
            "contents": [content.model_dump(mode="json", exclude_none=True) for content in contents],
        }
        return self._step(lambda: self._first_or_free(remembered, question, ask))

    def stream(
        self,
        contents: list[types.Content],
        config: types.GenerateContentConfig,
        on_text: Callable[[str], None],
        *,
        timeout: float | None = None,
    ) -> types.Content:
        """The model's turn, word by word. Raises what `Model.stream` raises, and what `on_text` does."""

        def ask() -> Data:
            return self._answered(lambda: self._model.stream(contents, config, on_text, timeout=timeout))

        return self._step(ask)

    def _step(self, ask: Callable[[], Data]) -> types.Content:
        step = f"{self._name}-{self.usage.calls}"
        kept = self._keep(step, ask)
        spent = Spent(kept["inputTokens"], kept["outputTokens"])
        self.usage = Usage(
            self.usage.calls + 1,
            self.usage.prompt_tokens + spent.input_tokens,
            self.usage.output_tokens + spent.output_tokens,
        )
        if spent != Spent(0, 0):
            self._count(step, spent)
        if "unusable" in kept:
            raise UnusableAnswerError(kept["unusable"])
        if "turn" not in kept:
            raise refused()
        return types.Content.model_validate(kept["turn"])

    def _answered(self, ask: Callable[[], types.Content]) -> Data:
        """The answer with what it cost. What is no answer passes through: it is not kept, and will be asked again."""
        before = replace(self._model.usage)
        answer: Data = {}
        try:
            answer = {"turn": ask().model_dump(mode="json", exclude_none=True)}
        except UnusableAnswerError as error:
            answer = {"unusable": error.why}
        except FailedPrecondition as error:
            if error.reason != "MODEL_REFUSED":
                raise
        after = self._model.usage
        return answer | {
            "inputTokens": after.prompt_tokens - before.prompt_tokens,
            "outputTokens": after.output_tokens - before.output_tokens,
        }

    def _first_or_free(self, remembered: RememberedAnswers, question: Data, ask: Callable[[], Data]) -> Data:
        """The answer at its cost if it had to be asked for, at none if it is remembered; only good ones are."""
        paid: Data = {}

        def first() -> Data:
            paid.update(ask())
            if "turn" not in paid:
                raise _NotWorthRememberingError
            return {"turn": paid["turn"]}

        try:
            known = remembered.answer(self._scope, question, first)
        except _NotWorthRememberingError:
            return paid
        return paid or {**known, "inputTokens": 0, "outputTokens": 0}


class _NotWorthRememberingError(Exception):
    """The answer is none that somebody else should get, too."""

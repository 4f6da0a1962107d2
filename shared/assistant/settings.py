"""What may be chosen about the assistant; handed in, so that nothing here reads the environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

MAX_REQUEST_CHARACTERS = 8_000
MAX_DAYS = 30


@dataclass(frozen=True)
class Price:
    """What a model costs from a day on, in millionths of a US dollar for a thousand tokens; thoughts are output."""

    since: date
    input: int
    output: int


# Standard paid tier of https://ai.google.dev/gemini-api/docs/pricing, as of 2026-10-07. How long a model is served:
# https://ai.google.dev/gemini-api/docs/deprecations (gemini-2.5-flash ends on 2026-12-01).
PRICES: Final[Mapping[str, tuple[Price, ...]]] = {
    "gemini-3.8-flash": (Price(date(2026, 9, 2), 750, 3_750), Price(date(2027, 1, 1), 1_500, 7_500)),
    "gemini-3.5-flash": (Price(date(2026, 5, 19), 1_500, 9_000),),
    "gemini-3.5-flash-lite": (Price(date(2026, 7, 21), 300, 2_500),),
    "gemini-2.5-flash": (Price(date(2025, 6, 17), 300, 2_500),),
    "gemini-2.5-flash-lite": (Price(date(2025, 7, 22), 100, 400),),
}
_DEAREST: Final = Price(date.min, 4_000, 18_000)
"""What a model that is not in the list is taken to cost, so that limits err on the safe side."""


@dataclass(frozen=True)
class ModelSettings:
    """Which model, and how patient we are with it. Times in seconds; `attempts` counts the first one.

    `max_output_tokens` includes what the model thinks.
    """

    name: str
    timeout_seconds: float = 120.0
    attempts: int = 3
    first_pause_seconds: float = 0.5
    longest_pause_seconds: float = 8.0
    max_output_tokens: int = 16_384

    @property
    def has_levels(self) -> bool:
        """Whether it is told how much to think by a level, as models are since Gemini 3."""
        return not self.name.startswith(("gemini-1", "gemini-2"))

    def micro_usd(self, input_tokens: int, output_tokens: int, on: date) -> int:
        """What so many tokens cost on a day, in millionths of a US dollar, rounded up."""
        known = PRICES.get(self.name, (_DEAREST,))
        price = next((one for one in reversed(known) if one.since <= on), known[0])
        return -(-(input_tokens * price.input + output_tokens * price.output) // 1_000)


@dataclass(frozen=True)
class LoopLimits:
    """Bounds of a conversation with tools: model turns, tool calls in all, seconds in all, tokens in all."""

    turns: int = 6
    calls: int = 40
    seconds: float = 90.0
    tokens: int = 200_000


@dataclass(frozen=True)
class SearchEffort:
    """When the optimiser stops: after so many iterations, seconds, or iterations without a better plan."""

    iterations: int = 30_000
    seconds: float = 5.0
    without_improvement: int = 4_000


@dataclass(frozen=True)
class TimeLimits:
    """Until when the model may work on a plan: seconds after it was asked for, and at least `least` for each stage.

    With the optimiser's few seconds a plan is there within three minutes, however slow the model is.
    """

    constraints: float = 120.0
    candidates: float = 140.0
    least: float = 15.0

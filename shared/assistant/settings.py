"""What may be chosen about the assistant; handed in, so that nothing here reads the environment."""

from dataclasses import dataclass

MAX_REQUEST_CHARACTERS = 8_000
MAX_DAYS = 30


@dataclass(frozen=True)
class ModelSettings:
    """Which model, and how patient we are with it. Times in seconds; `attempts` counts the first one.

    Prices are in millionths of a US dollar for a thousand tokens; by default those of gemini-2.5-flash.
    """

    name: str
    timeout_seconds: float = 45.0
    attempts: int = 3
    first_pause_seconds: float = 0.5
    longest_pause_seconds: float = 8.0
    max_output_tokens: int = 8_192
    input_price: int = 300
    output_price: int = 2_500

    def micro_usd(self, input_tokens: int, output_tokens: int) -> int:
        """What so many tokens cost, in millionths of a US dollar, rounded up."""
        return -(-(input_tokens * self.input_price + output_tokens * self.output_price) // 1_000)


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

    iterations: int = 5_000
    seconds: float = 5.0
    without_improvement: int = 600

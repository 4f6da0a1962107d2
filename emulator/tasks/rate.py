"""The token bucket that limits how fast a queue dispatches. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

# Refilling adds fractions; a token short of this is a whole one.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class TokenBucket:
    """`tokens` at the time `at` (seconds), refilled by `rate` a second up to `burst`."""

    rate: float
    burst: int
    tokens: float
    at: float

    @classmethod
    def full(cls, rate: float, burst: int, now: float) -> TokenBucket:
        return cls(rate, burst, float(burst), now)

    def tokens_at(self, now: float) -> float:
        return min(float(self.burst), self.tokens + max(0.0, now - self.at) * self.rate)

    def wait(self, now: float) -> float:
        """Seconds until there is a token."""
        missing = 1 - self.tokens_at(now)
        return missing / self.rate if missing > ROUNDING else 0.0

    def take(self, now: float) -> TokenBucket:
        """The bucket with one token less. Only when `wait` is 0."""
        return replace(self, tokens=self.tokens_at(now) - 1, at=now)

    def reshaped(self, rate: float, burst: int, now: float) -> TokenBucket:
        """The bucket under new limits: what it held is kept, as far as it fits."""
        return TokenBucket(rate, burst, min(self.tokens_at(now), burst), now)

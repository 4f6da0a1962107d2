"""When a failed attempt is repeated: the rule that Cloud Tasks and Cloud Scheduler share. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass

UNLIMITED = -1
# 2**60 seconds is beyond any cap; a larger exponent would only overflow.
MAX_EXPONENT = 60


@dataclass(frozen=True, slots=True)
class RetryRule:
    """Times in seconds. `max_attempts` includes the first one, -1 is unlimited; `max_duration` 0 is unlimited."""

    max_attempts: int
    max_duration: float
    min_backoff: float
    max_backoff: float
    max_doublings: int


def backoff(rule: RetryRule, failures: int) -> float:
    """Seconds to wait after the n-th failure (1 for the first): doubles `max_doublings` times from `min_backoff`, then
    grows linearly by the last doubled step, capped by `max_backoff` (Cloud Tasks, RetryConfig.max_doublings)."""
    exponent = min(failures - 1, rule.max_doublings, MAX_EXPONENT)
    steps = max(1, failures - rule.max_doublings)
    return min(rule.min_backoff * 2.0**exponent * steps, rule.max_backoff)


def exhausted(rule: RetryRule, attempts: int, age: float) -> bool:
    """Whether to give up after `attempts` attempts, `age` seconds after the first one.

    Both limits must be used up; one that is unlimited does not count, unless both are (Cloud Tasks, RetryConfig).
    """
    attempts_limited, duration_limited = rule.max_attempts != UNLIMITED, rule.max_duration > 0
    if not attempts_limited and not duration_limited:
        return False
    attempts_used = not attempts_limited or attempts >= rule.max_attempts
    duration_used = not duration_limited or age >= rule.max_duration
    return attempts_used and duration_used


def exponential(minimum: float, maximum: float, failures: int) -> float:
    """Seconds to wait after the n-th failure, doubling from `minimum` up to `maximum` (Pub/Sub, RetryPolicy)."""
    return min(minimum * 2.0 ** min(failures - 1, MAX_EXPONENT), maximum)

"""When to repeat and when to give up: the tables of the services' references."""

from __future__ import annotations

import pytest

from emulator.common.backoff import RetryRule, backoff, exhausted, exponential

REFERENCE = RetryRule(max_attempts=100, max_duration=0, min_backoff=10, max_backoff=300, max_doublings=3)


def rule(max_attempts: int, max_duration: float) -> RetryRule:
    return RetryRule(max_attempts, max_duration, min_backoff=1, max_backoff=10, max_doublings=3)


def test_backoff_is_that_of_the_reference() -> None:
    """The example in RetryConfig.max_doublings."""
    assert [backoff(REFERENCE, n) for n in range(1, 10)] == [10, 20, 40, 80, 160, 240, 300, 300, 300]


@pytest.mark.parametrize(
    ("doublings", "waits"),
    [
        (0, [1, 2, 3, 4, 5, 6]),
        (1, [1, 2, 4, 6, 8, 10]),
        (16, [1, 2, 4, 8, 16, 32]),
    ],
)
def test_after_the_doublings_waits_grow_by_the_last_step(doublings: int, waits: list[float]) -> None:
    linear = RetryRule(-1, 0, min_backoff=1, max_backoff=1000, max_doublings=doublings)
    assert [backoff(linear, n) for n in range(1, 7)] == waits


def test_backoff_stays_at_its_cap_after_any_number_of_failures() -> None:
    endless = RetryRule(-1, 0, min_backoff=0.1, max_backoff=3600, max_doublings=100_000)
    assert backoff(endless, 1_000_000) == 3600


@pytest.mark.parametrize(
    ("limits", "attempts", "age", "over"),
    [
        (rule(3, 0), 2, 1e9, False),
        (rule(3, 0), 3, 0, True),
        (rule(3, 60), 3, 59, False),
        (rule(3, 60), 2, 61, False),
        (rule(3, 60), 3, 60, True),
        (rule(-1, 60), 1, 59, False),
        (rule(-1, 60), 1, 60, True),
        (rule(-1, 0), 10**6, 1e9, False),
        (rule(1, 0), 1, 0, True),
    ],
)
def test_gives_up_when_both_limits_are_used_up(limits: RetryRule, attempts: int, age: float, over: bool) -> None:
    assert exhausted(limits, attempts, age) is over


def test_exponential_doubles_up_to_its_maximum() -> None:
    assert [exponential(10, 600, n) for n in (1, 2, 3, 7, 8, 5000)] == [10, 20, 40, 600, 600, 600]

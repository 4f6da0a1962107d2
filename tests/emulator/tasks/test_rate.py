"""The token bucket."""

from __future__ import annotations

import pytest

from emulator.tasks.rate import TokenBucket


def test_a_burst_goes_at_once_and_the_rest_at_the_rate() -> None:
    bucket, now, times = TokenBucket.full(rate=4, burst=2, now=100.0), 100.0, []
    for _ in range(6):
        now += bucket.wait(now)
        bucket = bucket.take(now)
        times.append(now - 100)
    assert times == pytest.approx([0, 0, 0.25, 0.5, 0.75, 1.0])


def test_a_rested_bucket_holds_no_more_than_its_burst() -> None:
    assert TokenBucket.full(rate=10, burst=3, now=0).take(0).tokens_at(1000) == 3


def test_a_clock_that_goes_back_takes_no_tokens() -> None:
    assert TokenBucket(rate=1, burst=5, tokens=2, at=100).tokens_at(50) == 2


def test_new_limits_keep_what_fits() -> None:
    bucket = TokenBucket(rate=1, burst=10, tokens=8, at=0)
    assert bucket.reshaped(rate=2, burst=5, now=0).tokens == 5
    assert bucket.reshaped(rate=2, burst=50, now=0).tokens == 8

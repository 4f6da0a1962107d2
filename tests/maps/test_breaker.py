"""The circuit breaker by itself."""

import pytest

from shared.cloud.breaker import Breaker, State
from shared.runtime.errors import Unavailable
from tests.support.moving_time import MovingTime


class DownError(Exception):
    """The service is down."""


class RefusedError(Exception):
    """The service answered: no."""


@pytest.fixture
def breaker(time: MovingTime) -> Breaker:
    return Breaker("test", failures=3, rest=10, longest_rest=35, monotonic=time)


def call(breaker: Breaker, error: BaseException | None = None) -> None:
    with breaker.attempt(lambda found: isinstance(found, DownError)):
        if error:
            raise error


def fail(breaker: Breaker, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(DownError):
            call(breaker, DownError())


def test_failures_in_a_row_open_it(breaker: Breaker) -> None:
    fail(breaker, 2)
    call(breaker)
    fail(breaker, 2)
    assert breaker.state is State.CLOSED
    fail(breaker)
    assert breaker.state is State.OPEN


def test_while_open_nobody_is_let_in_and_is_told_when(breaker: Breaker, time: MovingTime) -> None:
    fail(breaker, 3)
    time.seconds += 4
    with pytest.raises(Unavailable) as caught:
        call(breaker)
    assert (caught.value.reason, caught.value.retry_after) == ("SERVICE_RESTING", 6)


def test_one_call_tries_and_closes_it(breaker: Breaker, time: MovingTime) -> None:
    fail(breaker, 3)
    time.seconds += 10
    assert breaker.state is State.HALF_OPEN
    with breaker.attempt(lambda _: True), pytest.raises(Unavailable):
        call(breaker)
    assert breaker.state is State.CLOSED
    fail(breaker, 2)
    assert breaker.state is State.CLOSED, "it counts from the beginning"


def test_a_refusal_is_an_answer_too(breaker: Breaker, time: MovingTime) -> None:
    fail(breaker, 3)
    time.seconds += 10
    with pytest.raises(RefusedError):
        call(breaker, RefusedError())
    assert breaker.state is State.CLOSED


def test_each_rest_is_twice_as_long_up_to_the_longest(breaker: Breaker, time: MovingTime) -> None:
    fail(breaker, 3)
    for rest in (10, 20, 35, 35):
        time.seconds += rest - 1
        with pytest.raises(Unavailable):
            call(breaker)
        time.seconds += 1
        fail(breaker)
    time.seconds += 35
    call(breaker)
    fail(breaker, 3)
    time.seconds += 10
    call(breaker)


def test_a_call_that_is_stopped_lets_the_next_one_try(breaker: Breaker, time: MovingTime) -> None:
    fail(breaker, 3)
    time.seconds += 10
    with pytest.raises(KeyboardInterrupt):
        call(breaker, KeyboardInterrupt())
    assert breaker.state is State.HALF_OPEN
    call(breaker)
    assert breaker.state is State.CLOSED


def test_an_answer_from_before_it_opened_does_not_close_it(breaker: Breaker) -> None:
    with breaker.attempt(lambda _: True):
        fail(breaker, 3)
    assert breaker.state is State.OPEN

"""The circuit breaker before the model: what opens it, whom it spares, and how it closes again."""

from collections.abc import Callable

import pytest
from google.genai import types

from emulator.gemini.testing import StandIn
from shared.assistant.model import Model, UnusableAnswerError, text_of, user
from shared.assistant.settings import ModelSettings
from shared.cloud.breaker import Breaker, State
from shared.runtime.errors import DeadlineExceeded, FailedPrecondition, TravvyError, Unavailable

ONCE = ModelSettings("gemini-3.8-flash", attempts=1, timeout_seconds=5)
HELLO = [user("Hello there")]
PLAIN = types.GenerateContentConfig()
Ask = Callable[[], types.Content]


class Passing:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def time() -> Passing:
    return Passing()


@pytest.fixture
def breaker(time: Passing) -> Breaker:
    return Breaker("The assistant", failures=2, rest=5.0, monotonic=time)


@pytest.fixture(params=["whole", "streamed"])
def ask(request: pytest.FixtureRequest, gemini: StandIn, breaker: Breaker) -> Callable[..., types.Content]:
    """Asks the model once, in one piece or word by word."""

    def once(settings: ModelSettings = ONCE) -> types.Content:
        model = Model(gemini.client(), settings, pause=lambda _: None, breaker=breaker)
        if request.param == "whole":
            return model.generate(HELLO, PLAIN)
        return model.stream(HELLO, PLAIN, lambda _text: None)

    return once


@pytest.mark.parametrize("fault", ["429:1", "500", "503", "cut"])
def test_what_fails_again_and_again_is_left_in_peace(
    fault: str, ask: Ask, gemini: StandIn, breaker: Breaker, time: Passing
) -> None:
    gemini.order(fault, times=2)
    for _ in range(2):
        with pytest.raises(Unavailable):
            ask()
    assert breaker.state is State.OPEN
    time.seconds += 1
    with pytest.raises(Unavailable) as resting:
        ask()
    assert (resting.value.reason, resting.value.retry_after) == ("MODEL_UNAVAILABLE", 4.0)
    assert len(gemini.requests()) == 2, "the third call did not go out"
    time.seconds += 4
    assert breaker.state is State.HALF_OPEN
    assert text_of(ask())
    assert breaker.state is State.CLOSED


def test_a_time_out_counts(ask: Callable[..., types.Content], gemini: StandIn, breaker: Breaker) -> None:
    gemini.order("slow:3", times=2)
    for _ in range(2):
        with pytest.raises(DeadlineExceeded):
            ask(ModelSettings("gemini-3.8-flash", attempts=1, timeout_seconds=0.2))
    assert breaker.state is State.OPEN


def test_a_failed_probe_rests_longer(ask: Ask, gemini: StandIn, breaker: Breaker, time: Passing) -> None:
    gemini.order("503", times=3)
    for _ in range(2):
        with pytest.raises(Unavailable):
            ask()
    time.seconds += 5
    with pytest.raises(Unavailable):
        ask()
    time.seconds += 9
    with pytest.raises(Unavailable) as resting:
        ask()
    assert resting.value.retry_after == 1.0 and len(gemini.requests()) == 3


@pytest.mark.parametrize(
    ("fault", "error"),
    [("safety", FailedPrecondition), ("prompt_blocked", FailedPrecondition), ("max_tokens", UnusableAnswerError)],
)
def test_an_answer_that_is_no_good_is_still_an_answer(
    fault: str, error: type[Exception], ask: Ask, gemini: StandIn, breaker: Breaker
) -> None:
    gemini.order(fault, times=4)
    for _ in range(4):
        with pytest.raises(error):
            ask()
    assert breaker.state is State.CLOSED and len(gemini.requests()) == 4


def test_a_wrong_key_is_our_own_fault(gemini: StandIn, breaker: Breaker) -> None:
    for _ in range(3):
        with pytest.raises(TravvyError) as caught:
            Model(gemini.client("invalid"), ONCE, breaker=breaker).generate(HELLO, PLAIN)
        assert caught.value.reason == "MODEL_MISCONFIGURED"
    assert breaker.state is State.CLOSED


def test_attempts_and_pauses_stay_within_the_time(gemini: StandIn) -> None:
    gemini.order("429:2", times=5)
    pauses: list[float] = []
    model = Model(gemini.client(), ModelSettings("gemini-3.8-flash"), pause=pauses.append)
    with pytest.raises(Unavailable) as caught:
        model.generate(HELLO, PLAIN, timeout=1.0)
    assert (caught.value.retry_after, pauses, len(gemini.requests())) == (2.0, [], 1)


def test_how_much_a_model_thinks_is_said_to_those_that_know_levels(gemini: StandIn) -> None:
    for name in ("gemini-3.8-flash", "gemini-2.5-flash"):
        Model(gemini.client(), ModelSettings(name)).generate(HELLO, PLAIN)
    new, old = (sent["body"]["generationConfig"] for sent in gemini.requests())
    assert new["thinkingConfig"] == {"thinking_level": "LOW"} and "temperature" not in new
    assert "thinkingConfig" not in old

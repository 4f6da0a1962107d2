"""Whatever goes wrong while an answer is written: one clear outcome, one message, and nothing asked or paid twice."""

import pytest

from emulator.gemini.testing import StandIn
from tests.chat.conftest import Trip


@pytest.mark.parametrize("fault", ["429:1", "500", "503", "cut", "max_tokens"])
def test_what_passes_is_not_noticed(fault: str, trip: Trip, gemini: StandIn) -> None:
    gemini.order(fault)
    told = trip.ask(trip.voter, "Hello there")
    answer = trip.ended(told)
    assert (answer["state"], answer["error"]) == ("done", None) and answer["text"]
    assert len(trip.messages(told)) == 2 and len(gemini.requests()) == 2


@pytest.mark.parametrize(
    ("fault", "code", "reason", "calls"),
    [
        ("429:60", "UNAVAILABLE", "MODEL_UNAVAILABLE", 1),
        ("503", "UNAVAILABLE", "MODEL_UNAVAILABLE", 6),
        ("cut", "UNAVAILABLE", "MODEL_UNAVAILABLE", 6),
        ("safety", "FAILED_PRECONDITION", "MODEL_REFUSED", 1),
        ("prompt_blocked", "FAILED_PRECONDITION", "MODEL_REFUSED", 1),
        ("max_tokens", "FAILED_PRECONDITION", "MODEL_UNUSABLE", 2),
    ],
)
def test_what_lasts_is_said_and_the_next_question_is_answered(
    fault: str, code: str, reason: str, calls: int, trip: Trip, gemini: StandIn
) -> None:
    gemini.order(fault, times=calls)
    told = trip.ask(trip.voter, "Hello there")
    waits = trip.ask(trip.voter, "Good evening", threadId=told["threadId"])
    answer = trip.ended(told)
    assert (answer["state"], answer["error"]["code"], answer["error"]["reason"]) == ("failed", code, reason)
    assert answer["error"]["retryAfter"] == (60 if fault == "429:60" else None)
    assert trip.ended(waits)["state"] == "done"
    assert len(gemini.requests()) == calls + 1 and len(trip.messages(told)) == 4
    assert trip.again(trip.voter, "ai-retry", told)["attempt"] == 2
    assert trip.ended(told, attempt=2)["state"] == "done"


@pytest.mark.parametrize(
    ("fault", "skip"),
    [("503", 1), ("cut", 1), ("cut", 2), ("malformed_json", 0), ("malformed_json", 1), ("max_tokens", 2)],
)
def test_a_fault_at_any_step_repeats_that_step_alone(fault: str, skip: int, trip: Trip, gemini: StandIn) -> None:
    """An answer of three calls: search, details, words."""
    gemini.order(fault, skip=skip)
    told = trip.ask(trip.voter, "When is Nijo Castle open on 2027-04-03?")
    answer = trip.ended(told)
    assert answer["state"] == "done" and len(answer["citations"]) == 1
    assert len(gemini.requests()) == 4 and len(trip.messages(told)) == 2


def test_a_later_attempt_pays_for_no_step_again(trip: Trip, gemini: StandIn) -> None:
    gemini.order("503", skip=2, times=3)
    answer = trip.ended(trip.ask(trip.voter, "When is Nijo Castle open on 2027-04-03?"))
    assert answer["state"] == "done"
    assert len(gemini.requests()) == 2 + 3 + 1

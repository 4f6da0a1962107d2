"""Whatever goes wrong while an answer is written: one clear outcome, one message, and nothing asked or paid twice."""

import pytest

from emulator.gemini.testing import StandIn
from tests.chat.conftest import Trip


@pytest.mark.parametrize("fault", ["429:1", "500", "503", "cut", "max_tokens"])
def test_what_passes_is_not_noticed(fault: str, trip: Trip, gemini: StandIn) -> None:
    gemini.order(fault)
    told = trip.ask(trip.voter, "Two days in Kyoto")
    answer = trip.ended(told)
    assert (answer["state"], answer["error"]) == ("done", None) and "Kyoto" in answer["text"]
    assert len(trip.messages(told)) == 2 and len(gemini.requests()) == 2


@pytest.mark.parametrize(
    ("fault", "code", "reason", "calls"),
    [
        ("429:60", "UNAVAILABLE", "MODEL_UNAVAILABLE", 2),
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
    told = trip.ask(trip.voter, "Two days in Kyoto")
    waits = trip.ask(trip.voter, "Three days in Kyoto", threadId=told["threadId"])
    answer = trip.ended(told)
    assert (answer["state"], answer["error"]["code"], answer["error"]["reason"]) == ("failed", code, reason)
    assert answer["error"]["retryAfter"] == (60 if fault == "429:60" else None)
    assert trip.ended(waits)["state"] == "done"
    assert len(gemini.requests()) == calls + 1 and len(trip.messages(told)) == 4
    assert trip.again(trip.voter, "ai-retry", told)["attempt"] == 2
    assert trip.ended(told, attempt=2)["state"] == "done"

"""Whatever goes wrong while an answer is written: one clear outcome, one message, and nothing asked or paid twice."""

import pytest
from google.cloud.firestore import Client

from emulator.gemini.testing import StandIn
from shared import bootstrap
from tests.chat.conftest import Trip
from tests.chat.test_tools import call


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


def script(gemini: StandIn, spoilt: int | None) -> None:
    """An answer of three turns: look, propose, say. A spoilt turn is one that the model took and nobody could use."""
    turns = [
        call("search_places", destination="Kyoto", limit=2),
        call("propose_change", title="A bar", changes=[{"action": "add", "idea": "A bar"}]),
        {"text": "Please have a look."},
    ]
    for number, turn in enumerate(turns):
        for _ in range(2 if number == spoilt else 1):
            gemini.answer(turn)


def proposed(trip: Trip, database: Client) -> list[str]:
    return [found.id for found in database.collection(f"trips/{trip.id}/proposals").list_documents()]


@pytest.mark.parametrize(
    ("fault", "at"),
    [
        *(("429:0.1", at) for at in range(3)),
        ("500", 1),
        *(("503", at) for at in range(1, 3)),
        *(("cut", at) for at in range(3)),
        *(("max_tokens", at) for at in range(3)),
        *(("malformed_json", at) for at in range(2)),
    ],
)
def test_a_fault_at_any_turn_repeats_that_turn_alone(
    fault: str, at: int, trip: Trip, gemini: StandIn, database: Client
) -> None:
    gemini.order(fault, skip=at)
    script(gemini, at if fault in ("cut", "max_tokens", "malformed_json") else None)
    told = trip.ask(trip.voter, "A bar, please")
    answer = trip.ended(told)
    assert (answer["state"], answer["text"], answer["error"]) == ("done", "Please have a look.", None)
    assert answer["proposals"] == proposed(trip, database) and len(answer["proposals"]) == 1
    assert len(gemini.requests()) == 4 and len(trip.messages(told)) == 2
    assert bootstrap.quotas().today(trip.voter.uid, trip.id)[0].used["chats"] == 1


@pytest.mark.parametrize("fault", ["safety", "prompt_blocked"])
@pytest.mark.parametrize("at", range(3))
def test_a_refusal_at_any_turn_ends_the_answer_and_hides_nothing(
    fault: str, at: int, trip: Trip, gemini: StandIn, database: Client
) -> None:
    gemini.order(fault, skip=at)
    script(gemini, None)
    answer = trip.ended(trip.ask(trip.voter, "A bar, please"))
    assert (answer["state"], answer["error"]["reason"]) == ("failed", "MODEL_REFUSED")
    assert len(gemini.requests()) == at + 1
    assert answer["proposals"] == proposed(trip, database) and len(answer["proposals"]) == int(at == 2)


def test_a_slow_model_is_waited_for(trip: Trip, gemini: StandIn) -> None:
    gemini.order("slow:0.05", times=3)
    script(gemini, None)
    assert trip.ended(trip.ask(trip.voter, "A bar, please"))["state"] == "done"


def test_a_later_attempt_pays_for_no_step_again(trip: Trip, gemini: StandIn, database: Client) -> None:
    gemini.order("503", skip=2, times=3)
    script(gemini, None)
    answer = trip.ended(trip.ask(trip.voter, "A bar, please"))
    assert (answer["state"], len(proposed(trip, database))) == ("done", 1)
    assert len(gemini.requests()) == 2 + 3 + 1


def test_when_the_model_is_away_for_good_what_it_proposed_is_told(
    trip: Trip, gemini: StandIn, database: Client
) -> None:
    gemini.order("429:60", skip=2)
    script(gemini, None)
    answer = trip.ended(trip.ask(trip.voter, "A bar, please"))
    assert (answer["state"], answer["error"]["reason"]) == ("failed", "MODEL_UNAVAILABLE")
    assert answer["proposals"] == proposed(trip, database) and len(answer["proposals"]) == 1


def test_an_answer_of_which_nothing_is_left_is_asked_for_once_more(trip: Trip, gemini: StandIn) -> None:
    gemini.answer({"text": "https://evil.example/collect?trip=1"})
    gemini.answer({"text": "Well."})
    answer = trip.ended(trip.ask(trip.voter, "Hello there"))
    assert (answer["state"], answer["text"], len(gemini.requests())) == ("done", "Well.", 2)

"""What answers cost: counted once, for who asked and for the trip, and told to nobody."""

import json
from datetime import UTC, datetime

import pytest
from google.cloud.firestore import Client

from emulator.gemini.testing import StandIn
from shared import bootstrap
from shared.assistant.settings import ModelSettings
from shared.runtime.settings import settings
from tests.chat.conftest import Trip
from tests.chat.test_tools import call
from tests.chat.workers import Job, ask, working


def price(input_tokens: int, output_tokens: int) -> int:
    """Millionths of a US dollar, if it were one call."""
    return ModelSettings(settings().gemini_model).micro_usd(input_tokens, output_tokens, datetime.now(UTC).date()) - 1


def test_every_turn_is_counted_once_and_seen_by_nobody(trip: Trip, gemini: StandIn) -> None:
    gemini.order("503", skip=2, times=3)
    told = trip.ask(trip.voter, "When is Nijo Castle open on 2027-04-03?")
    answer = trip.ended(told)
    assert answer["state"] == "done"
    person, whole = bootstrap.quotas().today(trip.voter.uid, trip.id)
    assert person.used["chats"] == whole.used["chats"] == 1
    assert person.costs == whole.costs
    assert person.costs.output_tokens > 0 and person.costs.input_tokens > 3 * 100
    least = price(person.costs.input_tokens, person.costs.output_tokens)
    assert least <= person.costs.micro_usd <= least + 3
    assert "okens" not in str(answer) + str(trip.jobs())


def test_an_answer_has_one_line_with_what_all_its_turns_have_cost(
    trip: Trip, gemini: StandIn, database: Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    turns = [[call("search_places", destination="Kyoto", limit=2)], [{"text": "Two temples."}]]
    with working(database, monkeypatch):
        asked = ask(trip.voter, trip, "Two temples, please")
        Job(database, gemini, trip, asked, turns).run()
    logged = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "micro_usd" in line]
    (whole,) = [line for line in logged if line["message"] == "answer paid"]
    each = [line for line in logged if line["message"] == "model turn paid"]
    assert (whole["turns"], len(each), whole["answer"], whole["uid"]) == (2, 2, asked.message_id, trip.voter.uid)
    for what in ("input_tokens", "output_tokens"):
        assert whole[what] == sum(line[what] for line in each) > 0
    assert 0 <= sum(line["micro_usd"] for line in each) - whole["micro_usd"] <= len(each)

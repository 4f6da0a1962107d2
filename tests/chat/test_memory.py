"""Long conversations: the latest messages word for word, and a summary of those before, made and paid once."""

from google.cloud.firestore import Client

from emulator.gemini.testing import StandIn
from shared import bootstrap
from shared.chat.memory import RECENT, REMEMBERED
from tests.chat.conftest import Trip


def test_what_is_long_ago_is_summarised_once(trip: Trip, gemini: StandIn, database: Client) -> None:
    first = trip.ask(trip.voter, "Hello there")
    trip.ended(first)
    where = f"trips/{trip.id}/threads/{first['threadId']}"
    question, answer = (trip.message(first, first[one]) for one in ("questionId", "messageId"))
    for number in range(3, REMEMBERED + 3):
        said = {**(question if number % 2 else answer), "number": number, "text": f"Word {number}"}
        database.document(f"{where}/messages/m{number}").set(said)
    database.document(where).update({"nextNumber": REMEMBERED + 3})
    gemini.reset()
    gemini.answer({"text": "They like tea."})
    gemini.answer({"text": "Well."})
    second = trip.ask(trip.voter, "What do we like?", threadId=first["threadId"])
    assert trip.ended(second)["text"] == "Well."
    summary = database.document(f"{where}/memory/summary").get().to_dict()
    assert summary == {"text": "They like tea.", "covers": REMEMBERED + 2 - RECENT}
    assert len(gemini.requests()) == 2
    paid, costs = trip.kept_turns(), bootstrap.quotas().today(trip.voter.uid, trip.id)[0].costs
    assert len(paid) == 1 + 2, "the summary is paid, too"
    assert costs.input_tokens == sum(one["inputTokens"] for one in paid)
    third = trip.ask(trip.voter, "And now?", threadId=first["threadId"])
    assert trip.ended(third)["state"] == "done"
    asked = gemini.requests()
    assert len(asked) == 3
    for request in asked[1:]:
        heard = str(request["body"]["contents"])
        assert "They like tea." in heard and "Hello there" not in heard and f"Word {REMEMBERED + 2}" in heard

"""What answers cost: counted once, for who asked and for the trip, and told to nobody."""

from emulator.gemini.testing import StandIn
from shared import bootstrap
from tests.chat.conftest import Trip


def test_every_turn_is_counted_once_and_seen_by_nobody(trip: Trip, gemini: StandIn) -> None:
    gemini.order("503", skip=2, times=3)
    told = trip.ask(trip.voter, "When is Nijo Castle open on 2027-04-03?")
    answer = trip.ended(told)
    assert answer["state"] == "done"
    person, whole = bootstrap.quotas().today(trip.voter.uid, trip.id)
    assert person.used["chats"] == whole.used["chats"] == 1
    assert person.costs == whole.costs
    assert person.costs.output_tokens > 0 and person.costs.input_tokens > 3 * 100
    least = (300 * person.costs.input_tokens + 2_500 * person.costs.output_tokens) // 1_000
    assert least <= person.costs.micro_usd <= least + 3
    assert "okens" not in str(answer) + str(trip.jobs())

"""What answers cost: counted once, for who asked and for the trip, and told to nobody."""

from datetime import UTC, datetime

from emulator.gemini.testing import StandIn
from shared import bootstrap
from shared.assistant.settings import ModelSettings
from shared.runtime.settings import settings
from tests.chat.conftest import Trip


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

"""ai-voice: what is said is heard, shown, and asked."""

from emulator.speech.testing import StandIn
from tests.voice.conftest import Trip, recording


def test_what_is_said_is_asked(trip: Trip, speech: StandIn) -> None:
    told = trip.say(trip.voter, recording("en-plan"), private=True)
    assert told["transcript"] == "what is planned on the second day"
    assert (told["state"], told["language"]) == ("asked", "en-US")
    assert told["confidence"] > 0.6
    question = trip.question(told)
    assert (question["text"], question["spoken"], question["by"]) == (told["transcript"], True, trip.voter.uid)

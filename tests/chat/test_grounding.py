"""Hours and prices are the catalogue's: what the model makes up goes back to it once, and is then named to people."""

import pytest
from google.genai import types

from emulator.gemini.testing import StandIn
from shared.chat.grounding import unfounded
from tests.chat.conftest import Trip
from tests.chat.test_tools import NIJO, call

HOURS = {"price": "1,300 JPY", "openOnDate": [{"opens": "08:45", "closes": "16:00"}]}
TOLD = types.Content(
    role="user",
    parts=[
        types.Part(text="<message-1>We have 1,200 EUR and meet at 9:30.</message-1>"),
        types.Part(
            function_response=types.FunctionResponse(
                name="place_details",
                response={"price": "1,300 JPY", "openOnDate": [{"opens": "08:45", "closes": "16:00"}]},
            )
        ),
    ],
)
MADE_UP = types.Content(role="model", parts=[types.Part(text="It costs 7 EUR and opens at 05:00.")])


@pytest.mark.parametrize(
    ("text", "stray"),
    [
        ("Open from 8:45 to 16:00, 1300 JPY; we meet at 09:30.", []),
        ("Das kostet 1.300 Yen, ihr habt 1.200,00 € und es schließt um 16 Uhr.", []),
        ("It closes at 4 pm and costs ¥1,300.", []),
        ("料金は1,300円、16時まで開いています。", []),
        ("It costs 7 EUR and opens at 05:00.", ["05:00", "7 EUR"]),
        ("It costs $5, or 5.50 euros, at 11 p.m.", ["11 p.m", "$5", "5.50 euros"]),
        ("夜の3時まで開いていて、900円です。", ["3時", "900円"]),
        ("3 temples, 20 minutes on foot, on 2027-04-03, 40 THE, 2時間", []),
        ("No figures at all.", []),
    ],
)
def test_what_nobody_told_is_found_and_what_somebody_told_is_not(text: str, stray: list[str]) -> None:
    assert unfounded(text, [TOLD, MADE_UP]) == stray


def test_made_up_hours_and_prices_go_back_once_and_are_then_named(trip: Trip, gemini: StandIn) -> None:
    lie = "Die Burg kostet 1 EUR und ist bis 23:59 offen."
    for text in (lie, lie):
        gemini.answer({"text": text})
    answer = trip.ended(trip.ask(trip.voter, "Was kostet die Burg und wann ist sie offen?"))
    assert (answer["state"], answer["text"]) == ("done", lie)
    assert answer["compromises"] == ["Das hat niemand nachgeprüft, bitte selbst nachsehen: 23:59, 1 EUR."]
    why = gemini.requests()[-1]["body"]["contents"][-1]["parts"][0]["text"]
    assert "23:59; 1 EUR" in why and len(gemini.requests()) == 2


def test_who_looks_it_up_at_the_second_try_is_believed(trip: Trip, gemini: StandIn) -> None:
    gemini.answer({"text": "It closes at 23:59."}, call("place_details", placeId=NIJO.id, date="2027-04-03"))
    gemini.answer({"text": "It opens at 08:45."})
    answer = trip.ended(trip.ask(trip.voter, "When is the castle open on Saturday?"))
    assert (answer["state"], answer["text"], answer["compromises"]) == ("done", "It opens at 08:45.", [])

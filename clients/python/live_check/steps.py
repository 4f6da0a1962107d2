"""The steps of the check. Each says which service it needs; a new one is a function and a line in `STEPS`."""

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from PIL import Image, ImageDraw, ImageFont

from clients.python.live_check.journey import Journey, expect
from emulator.layout import ROOT
from shared.places.catalogue import CatalogueProvider

Service = Literal["gemini", "maps", "google"]
"""What a step needs the key or the credentials of; `google` stands for Cloud Vision and Speech-to-Text."""

_SHRINE: Final = "kyoto/fushimi-inari"
_FONT: Final = ROOT / "shared" / "exports" / "fonts" / "NotoSans-Regular.ttf"
_RECORDING: Final = ROOT / "tests" / "support" / "recordings" / "en-plan.ogg"
QUESTIONS: Final = (
    "What is planned so far?",
    "¿Qué está planeado hasta ahora?",
    "Was ist bisher geplant?",
    "これまでに何が予定されていますか",
)


@dataclass(frozen=True)
class Step:
    """A part of the journey. `run` says in a few words what was seen, or raises CheckError or CallError."""

    name: str
    needs: Service
    run: Callable[[Journey], str]


def plan_from_words(journey: Journey) -> str:
    wish = "Two days in Kyoto from 2027-04-02: temples, gardens and good ramen, must see Fushimi Inari"
    result = journey.job(journey.call("ai-generate", request=wish))["result"]
    stops, provider = journey.stops(), CatalogueProvider()
    known = [stop for stop in stops if stop["placeId"] and provider.get(stop["placeId"])]
    expect(len(known) >= 6, f"only {len(known)} stops with a place that can be found")
    expect(len(known) == len(stops), "a stop stands for no place")
    expect(any(stop["placeId"] == _SHRINE for stop in stops), "the wish for Fushimi Inari is not in the plan")
    return f"{len(stops)} stops, compromises: {result['compromises'] or 'none'}"


def questions_in_four_languages(journey: Journey) -> str:
    for question in QUESTIONS:
        expect(journey.ask(question)["text"].strip(), f"an empty answer to {question!r}")
    return f"{len(QUESTIONS)} answers"


def a_proposal(journey: Journey) -> str:
    answer = journey.ask("Please add Nijo Castle as an idea, without a day.")
    expect(answer["proposals"], f"no proposal, but: {answer['text'][:200]!r}")
    journey.call("proposals-accept", proposalId=answer["proposals"][0])
    expect(any(stop["placeId"] == "kyoto/nijo-castle" for stop in journey.stops()), "Nijo Castle is not in the plan")
    return "proposed, accepted, in the plan"


def places_of_google(journey: Journey) -> str:
    found = journey.call("places-search", destination="Kyoto", text="museum of maps", limit=5)["places"]
    wider = [place["name"] for place in found if place["source"] == "google"]
    expect(wider, "none of the places is Google's")
    return f"{len(wider)} places, one is {wider[0]}"


def a_picture(journey: Journey) -> str:
    picture = Image.new("RGB", (1100, 300), "white")
    pen, font = ImageDraw.Draw(picture), ImageFont.truetype(str(_FONT), 40)
    for number, line in enumerate(("Must see in Kyoto", "Fushimi Inari Taisha", "Nishiki Market")):
        pen.text((50, 40 + 70 * number), line, "black", font)
    file = io.BytesIO()
    picture.save(file, "PNG")
    job = journey.job(journey.call("ai-image", picture=base64.b64encode(file.getvalue()).decode()))
    found = [one["placeId"] for one in job["result"]["candidates"] if one["kind"] == "place"]
    expect(_SHRINE in found, f"Fushimi Inari was not read; found: {found}")
    return f"{len(found)} places read off a picture"


def a_recording(journey: Journey) -> str:
    audio = base64.b64encode(_RECORDING.read_bytes()).decode()
    told = journey.call("ai-voice", audio=audio, languages=["en-US"], private=True)
    expect(told["state"] == "asked", f"not asked, but {told['state']}: {told['transcript']!r}")
    journey.answer(told["answer"])
    return f"heard: {told['transcript']!r}"


STEPS: Final = (
    Step("a plan from words", "gemini", plan_from_words),
    Step("questions in four languages", "gemini", questions_in_four_languages),
    Step("a proposal, accepted", "gemini", a_proposal),
    Step("places of Google Maps", "maps", places_of_google),
    Step("a picture", "google", a_picture),
    Step("a recording", "google", a_recording),
)

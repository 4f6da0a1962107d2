"""A header of a request to a function orders faults of the services that the function asks, and of nobody else's."""

import base64
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import httpx
import pytest
from google.cloud.firestore import Client

from clients.python.session import CallError, Session
from emulator.common.faults import UnknownFaultError, Vocabulary
from emulator.gateway.faults import orders
from emulator.gateway.standins import GEMINI, PLACES, ROUTES, SPEECH, VISION
from emulator.layout import EVERY_PART, ROOT
from emulator.maps.testing import StandIn as Maps
from emulator.testing import LocalCloud, local_cloud
from emulator.vision.testing import at as vision_at
from shared.places.google_place import PREFIX
from tests.support.people import make_trip
from tests.support.pictures import encoded, photo
from tests.support.voices import in_base64, recording
from tests.support.waiting import eventually

People = Callable[..., Session]
ENDED = ("done", "failed", "cancelled")
SERVICES = {"gemini": GEMINI, "vision": VISION, "speech": SPEECH, "routes": ROUTES, "places": PLACES}


@pytest.fixture(scope="module")
def running_cloud() -> Iterator[LocalCloud]:
    """With the map services too, which are off unless asked for."""
    with local_cloud([part for part in EVERY_PART if part != "scheduler"]) as running:
        yield running


class Caller:
    """Somebody who calls functions with a fault, or without, and their trip."""

    def __init__(self, session: Session, database: Client) -> None:
        self.session = session
        self.trip_id = make_trip(session, destinations=["Kyoto"], startDate="2027-04-02", endDate="2027-04-04")
        self._database = database

    def call(self, function: str, fault: str | None = None, **data: Any) -> dict[str, Any]:
        """The result. Raises CallError."""
        headers = {"Authorization": f"Bearer {self.session.id_token()}"}
        faults = {"x-travvy-fault": fault} if fault else {}
        url = f"{self.session.backend.functions_url}/{function}"
        body = {"data": {"tripId": self.trip_id, **data}}
        answer = httpx.post(url, json=body, headers=headers | faults, timeout=60).json()
        if "error" in answer:
            raise CallError(answer["error"]["status"], answer["error"]["message"], answer["error"].get("details"))
        result: dict[str, Any] = answer["result"]
        return result

    def show(self, fault: str | None, colour: str) -> dict[str, Any]:
        """The ended job of a picture; each colour is another picture."""
        picture = base64.b64encode(encoded(photo(colour=colour))).decode()
        return self._ended("jobs", self.call("ai-image", fault, picture=picture)["jobId"])

    def say(self, fault: str | None) -> dict[str, Any]:
        return self.call("ai-voice", fault, audio=in_base64(recording("en-plan")), languages=["en-US"])

    def ask(self, fault: str | None, text: str = "What is planned?") -> dict[str, Any]:
        """The ended answer to a question."""
        asked = self.call("ai-chat", fault, text=text)
        return self._ended(f"threads/{asked['threadId']}/messages", asked["messageId"])

    def _ended(self, collection: str, name: str) -> dict[str, Any]:
        reference = self._database.document(f"trips/{self.trip_id}/{collection}/{name}")

        def ended() -> dict[str, Any] | None:
            found = reference.get().to_dict()
            return found if found and found["state"] in ENDED else None

        return eventually(ended)


@pytest.fixture
def maps(cloud: LocalCloud) -> Iterator[Maps]:
    with grpc.insecure_channel(cloud.address("maps")) as channel:
        yield Maps(cloud.address("maps"), channel)


@pytest.fixture
def caller(person: People, database: Client) -> Caller:
    return Caller(person(), database)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("vision/denied", "SERVICE_MISCONFIGURED"),
        ("vision/recorded:unsafe", "PICTURE_UNSAFE"),
        ("vision/image:3", "PICTURE_UNREADABLE"),
    ],
)
def test_a_picture_is_refused_for_the_reason_of_its_fault_and_the_next_is_not(
    caller: Caller, fault: str, reason: str
) -> None:
    job = caller.show(fault, "steelblue")
    assert (job["state"], job["error"]["reason"]) == ("failed", reason)
    assert caller.show(None, "steelblue")["state"] == "done"


@pytest.mark.parametrize("kind", ["unavailable", "internal", "unknown", "late", "exhausted:0.1", "slow:0.1"])
def test_what_passes_at_vision_is_tried_again(caller: Caller, cloud: LocalCloud, kind: str) -> None:
    with vision_at(cloud.address("vision")) as vision:
        before = len(vision.requests())
        assert caller.show(f"vision/{kind}", "olive")["state"] == "done"
        assert len(vision.requests()) - before == (1 if kind == "slow:0.1" else 2)


def test_a_recorded_answer_is_what_the_picture_shows(caller: Caller) -> None:
    job = caller.show("vision/recorded:alhambra", "maroon")
    assert "Alhambra" in [one["name"] for one in job["result"]["candidates"]]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("speech/denied", "SERVICE_MISCONFIGURED"),
        ("speech/exhausted:60", "SERVICE_BUSY"),
        ("speech/empty", "NOTHING_SAID"),
        ("speech/unavailable, speech/exhausted:30", "SERVICE_BUSY"),
    ],
)
def test_speech_fails_for_the_reason_of_its_fault_and_then_no_more(caller: Caller, fault: str, reason: str) -> None:
    with pytest.raises(CallError) as caught:
        caller.say(fault)
    assert caught.value.reason == reason
    assert caller.say("speech/recorded:es-plan")["transcript"] == "¿Qué está planeado para el segundo día?"


@pytest.mark.parametrize("kind", ["unavailable", "internal", "unknown", "late", "exhausted:0.1", "slow:0.1", "cut"])
def test_what_passes_at_speech_is_not_noticed(caller: Caller, kind: str) -> None:
    assert caller.say(f"speech/{kind}, speech/recorded:es-plan")["state"] == "asked"


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ("places/denied", "Clockwork Bakery"),
        ("places/unavailable*4", "Lantern House"),
        ("places/exhausted:60", "Museum of Maps"),
        ("places/late, places/denied", "Riverside Steps"),
    ],
)
def test_while_google_does_not_answer_the_catalogue_does(caller: Caller, fault: str, text: str) -> None:
    """What is found is remembered, so each has words of its own."""

    def found(fault: str | None) -> list[str]:
        places = caller.call("places-search", fault, destination="kyoto", text=text)["places"]
        return [one["name"] for one in places if one["placeId"].startswith(PREFIX)]

    assert found(fault) == []
    assert found(None) == [f"{text} Kyoto"]


@pytest.mark.parametrize(
    ("kind", "ends"),
    [
        ("unavailable", "Nijo Castle to Kinkaku-ji"),
        ("cut:2", "Nijo Castle to Fushimi Inari"),
        ("exhausted:0.1", "Kinkaku-ji to Fushimi Inari"),
        ("unknown", "Nijo Castle to Nishiki Market"),
    ],
)
def test_what_passes_at_routes_is_tried_again(caller: Caller, maps: Maps, kind: str, ends: str) -> None:
    """What is told is remembered, so each has a way of its own."""
    before = len(maps.units())
    assert caller.ask(f"routes/{kind}", f"How far is it from {ends} on foot?")["state"] == "done"
    assert len(maps.units()) - before == 2


@pytest.mark.parametrize("fault", ["safety", "gemini/prompt_blocked"])
def test_an_answer_that_the_model_declines(caller: Caller, fault: str) -> None:
    answer = caller.ask(fault)
    assert (answer["state"], answer["error"]["reason"]) == ("failed", "MODEL_REFUSED")
    assert caller.ask(None)["state"] == "done"


@pytest.mark.parametrize(
    "kind", ["max_tokens", "malformed_json", "429:0.1", "500", "503", "slow:0.1", "cut", "503@2", "500*2"]
)
def test_what_passes_at_the_model_is_not_noticed(caller: Caller, kind: str) -> None:
    assert caller.ask(f"gemini/{kind}")["state"] == "done"


def test_a_fault_strikes_nobody_else(person: People, database: Client) -> None:
    """Many ask at the same time, and one of them with a fault."""
    callers = [Caller(person(), database) for _ in range(4)]
    faults = [None, "vision/denied", None, None]
    with ThreadPoolExecutor(len(callers)) as pool:
        shown = list(pool.map(lambda one: one[0].show(one[1], "navy"), zip(callers, faults, strict=True)))
    assert [job["state"] for job in shown] == ["done", "failed", "done", "done"]


def test_a_fault_that_nothing_met_strikes_nobody(caller: Caller, cloud: LocalCloud) -> None:
    told = {"x-travvy-fault": "vision/denied*9, speech/denied*9, safety*9, routes/denied*9, places/denied*9"}
    assert httpx.get(cloud.url("health"), headers=told).status_code == 200
    assert caller.show(None, "teal")["state"] == "done"
    assert caller.say("speech/recorded:es-plan")["state"] == "asked"
    assert caller.ask(None)["state"] == "done"


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("gremlin", "gemini: Unknown fault 'gremlin'; known: 429, 500, 503, cut"),
        ("vision/gremlin", "vision: Unknown fault 'gremlin'; known: denied, exhausted, image, internal"),
        ("vision/recorded:nothing", "recorded:alhambra"),
        ("speech/slow:soon", "not a number"),
        ("storage/unavailable", "No stand-in 'storage' runs here; known: gemini/ 429"),
        ("503, vision/", "vision: Unknown fault ''"),
        ("503@2, 500@2", "one fault only, not by two from 2 on"),
        ("503@0", "counted from 1"),
    ],
)
def test_what_cannot_be_ordered_is_refused_before_the_function_runs(cloud: LocalCloud, fault: str, words: str) -> None:
    answer = httpx.get(cloud.url("health"), headers={"x-travvy-fault": fault})
    error = answer.json()["error"]
    assert (answer.status_code, error["status"], error["details"]["reason"]) == (
        400,
        "INVALID_ARGUMENT",
        "BAD_REQUEST",
    )
    assert words in error["message"]
    assert set(error["details"]["metadata"]["known"]) == set(SERVICES)


@pytest.mark.parametrize(
    ("said", "made"),
    [
        ("503", ["gemini 503:0.0 +0*1"]),
        ("503,429:2", ["gemini 503:0.0 +0*1", "gemini 429:2.0 +0*1"]),
        ("cut@4, 503@2", ["gemini 503:0.0 +1*1", "gemini cut:0.0 +1*1"]),
        ("cut*2@2, 500*2, 503", ["gemini 503:0.0 +0*1", "gemini cut:0.0 +0*2", "gemini 500:0.0 +0*2"]),
        ("500*2, 503@2", ["gemini 503:0.0 +1*1", "gemini 500:0.0 +0*2"]),
        ("speech/late@3,vision/late", ["speech late:0.0 +2*1", "vision late:0.0 +0*1"]),
        ("vision/recorded:unsafe", ["vision recorded:unsafe +0*1"]),
    ],
)
def test_faults_of_one_header_take_turns(said: str, made: list[str]) -> None:
    found = orders(said, SERVICES)
    assert [f"{service} {one['fault']} +{one['skip']}*{one['times']}" for service, one in found] == made


@pytest.mark.parametrize("said", ["503@2*1", "cut*3@2, 503@4", "", ",", "gemini/", "/503"])
def test_headers_that_make_no_sense(said: str) -> None:
    with pytest.raises(UnknownFaultError):
        orders(said, SERVICES)


@pytest.mark.parametrize(("service", "vocabulary"), SERVICES.items())
def test_every_kind_is_documented(service: str, vocabulary: Vocabulary) -> None:
    text = (ROOT / "docs" / "emulator.md").read_text("utf-8")
    rows = [line.split("|")[1:3] for line in text.splitlines() if line.startswith("| `")]
    told = " ".join(faults for services, faults in rows if f"`{service}`" in services)
    assert [one for one in vocabulary.known if f"`{one.partition(':')[0]}" not in told] == []
    assert [name for name in vocabulary.answers if f"`{name}`" not in text] == []

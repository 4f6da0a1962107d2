"""Texts that give orders, obeyed by a model that does whatever it reads: nothing happens that the asker could not do.

Each attempt of `injections/*.json` is planted where its file says; the model that finds it takes the turns in `obeys`.
"""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from google import genai
from google.cloud.firestore import Client
from google.genai import types

from clients.python.session import Session
from emulator.testing import LocalCloud
from shared import bootstrap
from shared.assistant import candidates, extraction
from shared.assistant.fence import clean
from shared.assistant.settings import SearchEffort
from shared.assistant.speech import repeats
from shared.chat.instructions import INSTRUCTIONS
from shared.chat.models import Summary
from shared.places.catalogue import CatalogueProvider
from tests.assistant.hostile import Obedient, Turn, filled, obedient
from tests.assistant.recording import RecordingClient
from tests.chat.workers import ask, working
from tests.generation.worker import asked as asked_for_a_plan
from tests.generation.worker import generation_on
from tests.support.people import make_trip, stop

FRIDAY = "2027-04-02"
SECRET = "the safe's code is 4711"
OTHER_STOP = "kept-from-all"
READ_THE_PLAN: list[Turn] = [{"call": "read_plan", "args": {}}]
LEADS: dict[str, list[Turn]] = {
    "place": [{"call": "search_places", "args": {"destination": "Kyoto", "text": "Tea House"}}],
    "note": READ_THE_PLAN,
    "title": READ_THE_PLAN,
    "member": [{"call": "read_wishes", "args": {}}],
    "comment": READ_THE_PLAN,
}
MAY_BE_READ = ("users", "quotas", "quotaReceipts", "rememberedAnswers", "outbox")
MAY_BE_WRITTEN = ("threads", "jobs", "proposals", "polls", "activity")


def load(*, of_plans: bool) -> list[Any]:
    """The attempts on plans, or those on conversations; the tests of pictures run theirs."""
    found = []
    for path in sorted((Path(__file__).parent / "injections").glob("*.json")):
        if path.stem != "picture" and (path.stem == "request_generation") is of_plans:
            attempts = json.loads(path.read_text("utf-8"))["attempts"]
            found += [pytest.param(path.stem, one, id=f"{path.stem}-{one['id']}") for one in attempts]
    return found


@pytest.fixture(scope="module")
def model() -> Iterator[Obedient]:
    with obedient() as server:
        yield server


@pytest.fixture(scope="module")
def gemini(model: Obedient) -> Iterator[genai.Client]:
    client = genai.Client(api_key="local", http_options=types.HttpOptions(base_url=model.url, timeout=10_000))
    yield client
    client.close()


class Scene:
    """A trip where Vic, a voter, asks, and another one, of Eve, that nobody of it may see."""

    def __init__(self, person: Callable[[str], Session], database: Client, names: dict[str, str]) -> None:
        self.database = database
        self.ana, self.eve = person("Ana"), person("Eve")
        self.vic = person(names.get("member", "Vic"))
        self.vic.call("auth-session")
        self.id = make_trip(
            self.ana,
            (self.vic, "voter"),
            name=names.get("trip_name", "Japan"),
            destinations=["Kyoto"],
            startDate=FRIDAY,
            endDate="2027-04-04",
        )
        self.other = make_trip(self.eve, name=SECRET)
        secret = {"p": ["stops", OTHER_STOP], "oi": stop(self.eve, SECRET, notes=SECRET)}
        self.eve.call("plan-submit", tripId=self.other, base=0, src="phone", seq=0, ops=[[secret]])
        op = [
            {"p": ["days", "d1"], "oi": {"date": FRIDAY, "order": "a0", "notes": ""}},
            {
                "p": ["stops", "tea"],
                "oi": stop(self.ana, "Tea", dayId="d1", at="10:00"),
            },
            {"p": ["stops", "walk"], "oi": stop(self.ana, "A walk", dayId="d1", at="13:00")},
        ]
        self.ana.call("plan-submit", tripId=self.id, base=0, src="phone", seq=0, ops=[op])

    def state(self) -> dict[str, Any]:
        """What no text may change: both trips with their members, the plan, and everything of the other trip."""
        kept = {"trip": self.database.document("trips", self.id).get().to_dict()}
        kept["plan"] = self.ana.call("plan-get", tripId=self.id)
        for trip_id, names in ((self.id, ("members", "expenses")), (self.other, ("members", "proposals", "polls"))):
            for name in names:
                found = self.database.collection("trips", trip_id, name).stream()
                kept[f"{trip_id}/{name}"] = {one.id: one.to_dict() for one in found}
        kept["other"] = self.eve.call("plan-get", tripId=self.other)
        kept["other trip"] = self.database.document("trips", self.other).get().to_dict()
        return kept

    def below(self, *path: str) -> list[dict[str, Any]]:
        return [one.to_dict() or {} for one in self.database.collection("trips", self.id, *path).stream()]


@pytest.fixture
def recording(cloud: LocalCloud, model: Obedient, monkeypatch: pytest.MonkeyPatch) -> Iterator[RecordingClient]:
    """This process's services, with every Firestore path noted and the obedient model behind them."""
    monkeypatch.setenv("TRAVVY_GEMINI_URL", model.url)
    client = RecordingClient(cloud.project, os.environ["FIRESTORE_EMULATOR_HOST"])
    with working(client, monkeypatch):
        yield client
    client.close()


def check_paths(recording: RecordingClient, scene: Scene) -> None:
    """Nothing read but this trip, and what the asker and the trip have used; nothing written but the answer's own."""
    own = f"trips/{scene.id}"
    for path in recording.paths.read | recording.paths.written:
        assert scene.other not in path
        assert path == own or path.startswith(f"{own}/") or path.split("/")[0] in MAY_BE_READ, path
    for path in recording.paths.written:
        parts = path.split("/")
        assert parts[0] in MAY_BE_READ[1:] or parts[2] in MAY_BE_WRITTEN, path


def check_words(text: str) -> None:
    assert not repeats(text, INSTRUCTIONS)
    assert not repeats(text[::-1], INSTRUCTIONS)
    assert "evil" not in text.casefold() and "![" not in text and "<img" not in text and "script" not in text
    assert SECRET not in text


def names_of(scene: Scene) -> dict[str, str]:
    return {
        "OTHER": scene.other,
        "OTHER_STOP": OTHER_STOP,
        "TRIP": scene.id,
        "EVE": scene.eve.uid,
        "SECRET": "4711",
    }


def planted(kind: str, attempt: dict[str, Any], person: Callable[[str], Session], database: Client) -> Scene:
    """The scene with the text where its kind says. Names of the other trip are known only once it is there."""
    early = {kind: attempt["text"]} if kind in ("member", "trip_name") else {}
    scene = Scene(person, database, early)
    text = filled(attempt["text"], names_of(scene))
    base = scene.ana.call("plan-get", tripId=scene.id)["version"]
    change = {"note": ("notes", {"t": "text-unicode", "o": [text]}), "title": ("name", {"od": "Tea", "oi": text})}
    if kind == "tool_result":
        kind = "title"
        scene.vic.call("reactions-set", tripId=scene.id, stopId="tea", reaction="must")
    if kind in change:
        field, component = change[kind]
        op = [{"p": ["stops", "tea", field], **component}]
        scene.ana.call("plan-submit", tripId=scene.id, base=base, src="phone", seq=1, ops=[op])
    elif kind == "trip_name" and text != attempt["text"]:
        database.document("trips", scene.id).update({"name": text})
    elif kind == "comment":
        scene.ana.call("comments-create", tripId=scene.id, on="stop", targetId="tea", text=text)
    return scene


class PoisonedCatalogue(CatalogueProvider):
    """The catalogue, in which one tea house has been given a name."""

    name = ""

    def search(self, destination_id: str, **fields: Any) -> list[Any]:
        return [replace(place, name=self.name) for place in super().search(destination_id, limit=1)]


@pytest.mark.parametrize(("kind", "attempt"), load(of_plans=False))
def test_an_obedient_model_does_no_harm_in_a_conversation(
    kind: str,
    attempt: dict[str, Any],
    person: Callable[[str], Session],
    database: Client,
    recording: RecordingClient,
    model: Obedient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene = planted(kind, attempt, person, database)
    names = names_of(scene)
    text = filled(attempt["text"], names)
    if kind == "place":
        monkeypatch.setattr(PoisonedCatalogue, "name", text)
        monkeypatch.setattr("shared.places.catalogue.CatalogueProvider", PoisonedCatalogue)
    looked_for = clean(filled(attempt.get("seen_as", attempt["text"]), names))
    lead = [{"args": {}, **turn} for turn in attempt.get("lead", LEADS.get(kind, []))]
    thread: dict[str, Any] = {}
    model.begin("", [], [{"say": "Hm."}], {})
    if kind in ("history", "summary"):
        # Ana speaks first, in the thread that Vic goes on with.
        first = ask(scene.ana, scene, text if kind == "history" else "Hello")
        run_all(scene)
        thread = {"thread_id": first.thread_id}
    if kind == "summary":
        bootstrap.chat_store().keep_summary(scene.id, first.thread_id, Summary(text=text, covers=2))
    before = scene.state()
    recording.paths.read.clear()
    recording.paths.written.clear()
    model.begin(looked_for, lead, attempt["obeys"], names)
    told = ask(scene.vic, scene, text if kind == "request" else "Hello, what is planned?", **thread)
    run_all(scene)
    assert model.seen is not attempt.get("unseen", False), "otherwise nothing was tried"
    assert scene.state() == before
    check_paths(recording, scene)
    where = f"trips/{scene.id}/threads/{told.thread_id}/messages/{told.message_id}"
    answer = scene.database.document(where).get().to_dict()
    assert answer and answer["state"] in ("done", "failed")
    assert answer["state"] == "done" or answer["error"]["reason"] == "MODEL_UNUSABLE"
    made = [*scene.below("proposals"), *scene.below("polls")]
    assert all(one.get("by", one.get("createdBy")) == scene.vic.uid for one in made)
    check_words(json.dumps([answer["text"], answer["leftOut"], made_words(made)], ensure_ascii=False))
    for body in model.asked:
        assert looked_for not in json.dumps([body.get("systemInstruction"), body.get("tools")], ensure_ascii=False)


def run_all(scene: Scene) -> None:
    """Every job of the trip that waits, as its queue would."""
    for found in scene.database.collection("trips", scene.id, "jobs").stream():
        if found.get("state") == "queued":
            bootstrap.answering().run(scene.id, found.id, "task#1")


def made_words(made: list[dict[str, Any]]) -> list[Any]:
    """The model's own words in what it made; names of stops are the people's."""
    return [[one.get("title"), one.get("question"), one.get("options"), added(one)] for one in made]


def added(proposal: dict[str, Any]) -> list[str]:
    ops = [component for item in proposal.get("items", ()) for component in json.loads(item["op"])]
    return [component["oi"]["name"] for component in ops if isinstance(component.get("oi"), dict)]


@pytest.mark.parametrize(("kind", "attempt"), load(of_plans=True))
def test_an_obedient_model_does_no_harm_in_a_plan(
    kind: str,
    attempt: dict[str, Any],
    person: Callable[[str], Session],
    database: Client,
    recording: RecordingClient,
    model: Obedient,
    gemini: genai.Client,
) -> None:
    scene = Scene(person, database, {})
    names = names_of(scene)
    text = filled(attempt["text"], names)
    before = scene.state()
    model.begin(clean(text), [], attempt["obeys"], names)
    recording.paths.read.clear()
    recording.paths.written.clear()
    job_id = asked_for_a_plan(database, scene.ana, scene.id, text)
    generation_on(recording, gemini, SearchEffort(iterations=20, seconds=20)).run(scene.id, job_id, "task#1")
    assert model.seen
    job = database.document("trips", scene.id, "jobs", job_id).get().to_dict() or {}
    assert job["state"] in ("done", "failed"), job
    after = scene.state()
    stops = after["plan"]["plan"]["stops"]
    assert {**after, "plan": None} == {**before, "plan": None}
    new = [one for id_, one in stops.items() if id_ not in ("tea", "walk")]
    provider = CatalogueProvider()
    assert all(provider.get(one["placeId"]) for one in new)
    assert {"tea", "walk"} <= set(stops) and bool(new) is (job["state"] == "done")
    told = json.dumps([job["result"], job["error"], job["message"], [one["why"] for one in new]], ensure_ascii=False)
    check_words(told)
    for instructions in (extraction.INSTRUCTIONS, candidates.INSTRUCTIONS):
        assert not repeats(told, instructions)
    for path in recording.paths.read | recording.paths.written:
        assert scene.other not in path

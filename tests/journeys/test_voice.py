"""Planning by speaking, in four languages: look, propose, accept; answers in the language of the question.

English is really recognised, by the stand-in's own recogniser. It knows no other language, so what it would hear of the
others are recorded answers of the service.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from clients.python.session import Session
from emulator.speech.testing import StandIn
from shared.places.catalogue import CatalogueProvider
from tests.support.people import make_trip, stop
from tests.support.standins import speech
from tests.support.voices import in_base64, made, recording

__all__ = ["speech"]

People = Callable[..., Session]
SHRINE = CatalogueProvider().search("kyoto", text="Fushimi Inari")[0]


@dataclass(frozen=True)
class Spoken:
    """A recording, what is recognised of it if that is recorded too, and a piece of the answer to it."""

    audio: bytes
    transcript: str | None
    answer: str


@dataclass(frozen=True)
class Language:
    tag: str
    plan: Spoken
    add: Spoken


LANGUAGES = {
    "English": Language(
        "en-US",
        Spoken(recording("en-plan"), None, "planned"),
        Spoken(made("en-add", "m4a"), None, "before the group"),
    ),
    "Spanish": Language(
        "es-ES",
        Spoken(made("es-plan", "m4a"), "¿Qué está planeado?", "lo planeado"),
        Spoken(made("es-plan", "3gp"), "Añade Fushimi Inari al plan", "propuesto al grupo"),
    ),
    "German": Language(
        "de-DE",
        Spoken(made("de-plan", "webm"), "Was ist geplant?", "geplant"),
        Spoken(made("de-plan", "mp3"), "Füge Fushimi Inari zum Plan hinzu", "der Gruppe vorgeschlagen"),
    ),
    "Japanese": Language(
        "ja-JP",
        Spoken(made("en-spent", "amr"), "何が予定されていますか", "これまでの予定"),
        Spoken(made("en-spent", "aac"), "伏見稲荷を追加してください", "グループに提案"),
    ),
}


class Speaker:
    """One person who speaks in one thread and hears how the answer is written."""

    def __init__(self, session: Session, trip_id: str, language: str, speech: StandIn) -> None:
        self._session = session
        self._trip_id = trip_id
        self._language = language
        self._speech = speech
        self._thread: dict[str, str] = {}

    def say(self, spoken: Spoken) -> tuple[str, dict[str, Any]]:
        """The transcript as it was shown first, and the answer."""
        if spoken.transcript:
            self._speech.answer(spoken.transcript, language=self._language)
        fields = {"tripId": self._trip_id, "audio": in_base64(spoken.audio), **self._thread}
        shown, *_, result = self._session.stream("ai-voice", languages=[self._language], **fields)
        assert result["state"] == "asked"
        assert result["language"] == self._language
        self._thread = {"threadId": result["answer"]["threadId"]}
        return shown["transcript"], result["answer"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_trip_is_planned_by_speaking(language: str, person: People, speech: StandIn) -> None:
    words = LANGUAGES[language]
    ana, ben = person("Ana"), person("Ben")
    trip_id = make_trip(ana, (ben, "editor"), destinations=["Kyoto"], startDate="2027-04-02", endDate="2027-04-04")
    days = [
        {"p": ["days", f"d{number}"], "oi": {"date": f"2027-04-0{number + 1}", "order": f"a{number}", "notes": ""}}
        for number in (1, 2, 3)
    ]
    tea = {"p": ["stops", "tea"], "oi": stop(ana, "Tea with Rosa", dayId="d2", at="15:00")}
    ana.call("plan-submit", tripId=trip_id, base=0, src="phone", seq=0, ops=[[*days, tea]])
    ben_speaks = Speaker(ben, trip_id, words.tag, speech)

    shown, answer = ben_speaks.say(words.plan)
    assert shown == (words.plan.transcript or "what is planned on the second day")
    assert (answer["state"], answer["error"]) == ("done", None)
    assert words.plan.answer in answer["text"] and "Tea with Rosa" in answer["text"]

    shown, answer = ben_speaks.say(words.add)
    assert shown == (words.add.transcript or "please add fushimi inari to the plan")
    assert words.add.answer in answer["text"]
    (proposal_id,) = answer["proposals"]
    ana.call("proposals-accept", tripId=trip_id, proposalId=proposal_id)
    stops = ana.call("plan-get", tripId=trip_id)["plan"]["stops"].values()
    (shrine,) = [one for one in stops if one.get("placeId") == SHRINE.id]
    assert (shrine["by"], shrine["source"]) == (ben.uid, "assistant")

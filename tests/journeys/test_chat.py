"""Planning by talking, in four languages: look, propose, accept, vote, reckon; answers in the language of the question.

Everything goes through the clients that apps use: functions are called, answers are followed with listeners.
"""

from collections.abc import Callable
from dataclasses import dataclass
from queue import Queue
from typing import Any

import pytest

from clients.python.documents import documents_of
from clients.python.session import Session
from shared.places.catalogue import CatalogueProvider
from tests.support.people import make_trip, stop

People = Callable[..., Session]
ENDED = ("done", "failed", "cancelled")
NIJO = CatalogueProvider().search("kyoto", text="Nijo")[0]


@dataclass(frozen=True)
class Language:
    """Questions, and a piece of each answer, which no other language has."""

    plan: tuple[str, str]
    add: tuple[str, str]
    vote: tuple[str, str]
    budget: tuple[str, str]


LANGUAGES = {
    "English": Language(
        ("What is planned?", "planned so far"),
        ("Add Nijo Castle on 2027-04-03 at 10:00", "before the group"),
        ("Let us vote between Nijo Castle and Kinkaku-ji", "The vote is open"),
        ("How much money is left of the budget?", "Left to spend"),
    ),
    "Spanish": Language(
        ("¿Qué está planeado?", "lo planeado"),
        ("Añade Nijo Castle el 2027-04-03 a las 10:00", "propuesto al grupo"),
        ("Votemos entre Nijo Castle y Kinkaku-ji", "La votación está abierta"),
        ("¿Cuánto queda del presupuesto?", "Queda por gastar"),
    ),
    "German": Language(
        ("Was ist geplant?", "bisher geplant"),
        ("Füge Nijo Castle am 2027-04-03 um 10:00 hinzu", "der Gruppe vorgeschlagen"),
        ("Lasst uns abstimmen: Nijo Castle oder Kinkaku-ji", "Die Abstimmung läuft"),
        ("Wie viel Geld bleibt vom Budget?", "Noch übrig"),
    ),
    "Japanese": Language(
        ("何が予定されていますか", "これまでの予定"),
        ("2027-04-03の10:00に二条城を追加してください", "グループに提案"),
        ("二条城と金閣寺のどちらにするか投票しよう", "投票を始めました"),
        ("予算はいくら残っていますか", "残り"),
    ),
}


class Conversation:
    """One person's thread, followed as an app does."""

    def __init__(self, session: Session, trip_id: str) -> None:
        self._session = session
        self._trip_id = trip_id
        self._documents = documents_of(session)
        self._thread: dict[str, str] = {}

    def ask(self, text: str) -> dict[str, Any]:
        """The answer, once its listener has seen it end."""
        told = self._session.call("ai-chat", tripId=self._trip_id, text=text, **self._thread)
        self._thread = {"threadId": told["threadId"]}
        path = f"trips/{self._trip_id}/threads/{told['threadId']}/messages/{told['messageId']}"
        seen: Queue[dict[str, Any]] = Queue()
        watch = self._documents.document(path).on_snapshot(
            lambda snapshots, _changes, _at: seen.put(snapshots[0].to_dict() or {})
        )
        try:
            while True:
                message = seen.get(timeout=60)
                if message["state"] in ENDED:
                    return message
        finally:
            watch.unsubscribe()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_trip_is_planned_by_talking(language: str, person: People) -> None:
    words = LANGUAGES[language]
    ana, ben = person("Ana"), person("Ben")
    trip_id = make_trip(
        ana,
        (ben, "editor"),
        destinations=["Kyoto"],
        startDate="2027-04-02",
        endDate="2027-04-04",
        budget={"amount": 90000, "currency": "EUR"},
    )
    days = [
        {"p": ["days", f"d{number}"], "oi": {"date": f"2027-04-0{number + 1}", "order": f"a{number}", "notes": ""}}
        for number in (1, 2, 3)
    ]
    tea = {"p": ["stops", "tea"], "oi": stop(ana, "Tea with Rosa", dayId="d1", at="15:00")}
    ana.call("plan-submit", tripId=trip_id, base=0, src="phone", seq=0, ops=[[*days, tea]])
    talk = Conversation(ben, trip_id)

    answer = talk.ask(words.plan[0])
    assert (answer["state"], answer["error"]) == ("done", None)
    assert words.plan[1] in answer["text"] and "Tea with Rosa" in answer["text"]

    answer = talk.ask(words.add[0])
    assert words.add[1] in answer["text"]
    (proposal_id,) = answer["proposals"]
    ana.call("proposals-accept", tripId=trip_id, proposalId=proposal_id)
    stops = ana.call("plan-get", tripId=trip_id)["plan"]["stops"].values()
    (castle,) = [one for one in stops if one.get("placeId") == NIJO.id]
    assert (castle["dayId"], castle["at"], castle["by"], castle["source"]) == ("d2", "10:00", ben.uid, "assistant")

    answer = talk.ask(words.vote[0])
    assert words.vote[1] in answer["text"]
    (poll_id,) = answer["polls"]
    poll = ana.call("polls-get", tripId=trip_id, pollId=poll_id)
    assert (poll["by"], poll["state"], len(poll["options"])) == (ben.uid, "open", 2)
    ana.call("polls-vote", tripId=trip_id, pollId=poll_id, choices=[poll["options"][0]["optionId"]])

    answer = talk.ask(words.budget[0])
    assert words.budget[1] in answer["text"] and "900 EUR" in answer["text"]
    assert answer["proposals"] == answer["polls"] == []

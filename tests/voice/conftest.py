"""People of a trip who speak to the assistant, recordings of them, and the stand-in that listens."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from google.cloud.firestore import Client

from clients.python.session import Session
from emulator.speech.testing import StandIn, at
from emulator.testing import LocalCloud
from tests.support.people import make_trip
from tests.support.voices import in_base64


class Trip:
    """A trip to Kyoto, its people by role, and what is stored of what they said."""

    def __init__(self, database: Client, person: Callable[[str], Session]) -> None:
        self.owner, self.voter, self.viewer = (person(name) for name in ("Ana", "Vic", "Val"))
        self.id = make_trip(
            self.owner,
            (self.voter, "voter"),
            (self.viewer, "viewer"),
            destinations=["Kyoto"],
            startDate="2027-04-02",
            endDate="2027-04-05",
        )
        self._database = database

    def say(self, who: Session, audio: bytes, **fields: Any) -> dict[str, Any]:
        """What ai-voice answers."""
        inline = {"audio": in_base64(audio)}
        told: dict[str, Any] = who.call("ai-voice", **{"tripId": self.id, "languages": ["en-US"], **inline, **fields})
        return told

    def voices(self) -> list[dict[str, Any]]:
        return [found.to_dict() for found in self._database.collection(f"trips/{self.id}/voices").stream()]

    def question(self, told: dict[str, Any]) -> dict[str, Any]:
        """The question that was asked by voice, as it is stored."""
        return self._message(told, "questionId")

    def answer(self, told: dict[str, Any]) -> dict[str, Any]:
        """The answer to it, as it is stored."""
        return self._message(told, "messageId")

    def _message(self, told: dict[str, Any], which: str) -> dict[str, Any]:
        answer = told["answer"]
        path = f"trips/{self.id}/threads/{answer['threadId']}/messages/{answer[which]}"
        return self._database.document(path).get().to_dict() or {}

    def threads(self) -> list[Any]:
        return list(self._database.collection(f"trips/{self.id}/threads").stream())


@pytest.fixture
def trip(database: Client, person: Callable[[str], Session]) -> Trip:
    return Trip(database, person)


@pytest.fixture
def speech(cloud: LocalCloud) -> Iterator[StandIn]:
    """The cloud's own stand-in, fresh."""
    with at(cloud.address("speech")) as standin:
        standin.reset()
        yield standin
        standin.reset()

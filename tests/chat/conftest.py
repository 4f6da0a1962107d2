"""People of a trip who talk with the assistant, and the stand-in behind it."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from google.cloud.firestore import Client

from clients.python.session import Session
from tests.support.people import make_trip
from tests.support.standins import gemini
from tests.support.waiting import eventually

__all__ = ["gemini"]

ENDED = ("done", "failed", "cancelled")


class Trip:
    """A trip to Kyoto, its people by role, and what is stored of their conversations."""

    def __init__(self, database: Client, person: Callable[[str], Session]) -> None:
        self.owner, self.editor, self.voter, self.viewer = (person(name) for name in ("Ana", "Ben", "Vic", "Val"))
        self.id = make_trip(
            self.owner,
            (self.editor, "editor"),
            (self.voter, "voter"),
            (self.viewer, "viewer"),
            destinations=["Kyoto"],
            startDate="2027-04-02",
            endDate="2027-04-05",
        )
        self._database = database

    def ask(self, who: Session, text: str, **fields: Any) -> dict[str, Any]:
        told: dict[str, Any] = who.call("ai-chat", tripId=self.id, text=text, **fields)
        return told

    def call(self, who: Session, function: str, answer: dict[str, Any], **fields: Any) -> dict[str, Any]:
        """Call a function about an answer."""
        about = {"tripId": self.id, "threadId": answer["threadId"], "messageId": answer["messageId"]}
        told: dict[str, Any] = who.call(function, **about, **fields)
        return told

    def again(self, who: Session, function: str, answer: dict[str, Any]) -> dict[str, Any]:
        return self.call(who, function, answer, requestId=uuid.uuid4().hex)

    def message(self, answer: dict[str, Any], message_id: str | None = None) -> dict[str, Any]:
        path = f"trips/{self.id}/threads/{answer['threadId']}/messages/{message_id or answer['messageId']}"
        return self._database.document(path).get().to_dict() or {}

    def thread(self, answer: dict[str, Any]) -> dict[str, Any]:
        return self._database.document(f"trips/{self.id}/threads/{answer['threadId']}").get().to_dict() or {}

    def threads(self) -> list[str]:
        """The ids of its conversations."""
        return [found.id for found in self._database.collection(f"trips/{self.id}/threads").list_documents()]

    def messages(self, answer: dict[str, Any]) -> list[dict[str, Any]]:
        below = self._database.collection(f"trips/{self.id}/threads/{answer['threadId']}/messages")
        return [found.to_dict() for found in below.order_by("number").stream()]

    def jobs(self) -> list[dict[str, Any]]:
        return [found.to_dict() for found in self._database.collection(f"trips/{self.id}/jobs").stream()]

    def job_ids(self) -> list[str]:
        return [found.id for found in self._database.collection(f"trips/{self.id}/jobs").list_documents()]

    def kept_turns(self) -> list[dict[str, Any]]:
        """The turns of the model that jobs have kept, with what each cost."""
        jobs = self._database.collection(f"trips/{self.id}/jobs").list_documents()
        stages = [stage for job in jobs for stage in job.collection("stages").stream()]
        return [json.loads(stage.get("output")) for stage in stages if stage.id.startswith("turn-")]

    def ended(self, answer: dict[str, Any], attempt: int = 1) -> dict[str, Any]:
        """The answer once it has ended and the thread has moved on."""

        def probe() -> dict[str, Any] | None:
            message = self.message(answer)
            over = message["state"] in ENDED and message["attempt"] == attempt
            return message if over and answer["messageId"] not in self.thread(answer)["waiting"] else None

        return eventually(probe)


@pytest.fixture
def trip(database: Client, person: Callable[[str], Session]) -> Trip:
    return Trip(database, person)

"""People of a trip who speak to the assistant, recordings of them, and the stand-in that listens."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from google.cloud.firestore import Client

from clients.python.session import Session
from shared.cloud import storage
from shared.runtime.settings import settings
from tests.support.people import make_trip
from tests.support.standins import speech
from tests.support.voices import in_base64
from tests.support.waiting import eventually

__all__ = ["speech"]


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

    def upload(self, who: Session, audio: bytes) -> str:
        """The address of an upload of somebody's own."""
        name = f"uploads/{who.uid}/{uuid.uuid4().hex}"
        storage.client().bucket(settings().bucket).blob(name).upload_from_string(audio, content_type="audio/flac")
        return f"gs://{settings().bucket}/{name}"

    def uploads(self, who: Session) -> list[str]:
        """What is left of them."""
        return [blob.name for blob in storage.client().list_blobs(settings().bucket, prefix=f"uploads/{who.uid}/")]

    def say_uploaded(self, who: Session, upload: str, **fields: Any) -> dict[str, Any]:
        told: dict[str, Any] = who.call(
            "ai-voice", **{"tripId": self.id, "languages": ["en-US"], "upload": upload, **fields}
        )
        return told

    def job(self, job_id: str) -> dict[str, Any]:
        return self._database.document(f"trips/{self.id}/jobs/{job_id}").get().to_dict() or {}

    def ended(self, job_id: str) -> dict[str, Any]:
        """The job once it has ended."""

        def probe() -> dict[str, Any] | None:
            job = self.job(job_id)
            return job if job["state"] in ("done", "failed", "cancelled") else None

        return eventually(probe)

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

"""Somebody on a trip of a local run, who calls the functions and waits for what they begin."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from clients.python.backend import Backend
from clients.python.documents import documents_of
from clients.python.session import Session

T = TypeVar("T")
_ENDED: Final = ("done", "failed", "cancelled")
_PATIENCE_SECONDS: Final = 200
_PAUSE_SECONDS: Final = 0.5


class CheckError(Exception):
    """A step saw something that it should not have; the message says what."""


@dataclass
class Journey:
    """A person, and the trip that they plan."""

    session: Session
    trip_id: str

    @classmethod
    def begin(cls, backend: Backend) -> "Journey":
        """A new person with a trip of three days to Kyoto."""
        session = Session.with_google(
            backend, '{"sub": "live-check", "email": "live-check@example.com", "email_verified": true, "name": "Ana"}'
        )
        trip = session.call(
            "trips-create", name="Live check", destinations=["Kyoto"], startDate="2027-04-02", endDate="2027-04-04"
        )
        return cls(session, trip["tripId"])

    def call(self, function: str, **fields: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.session.call(function, tripId=self.trip_id, **fields)
        return answer

    def stops(self) -> list[dict[str, Any]]:
        return list(self.call("plan-get")["plan"]["stops"].values())

    def job(self, asked: dict[str, Any]) -> dict[str, Any]:
        """The result of a job once it is done. Raises CheckError if it failed."""
        return self._ended("jobs", asked["jobId"])

    def ask(self, text: str) -> dict[str, Any]:
        """The assistant's answer to a question. Raises CheckError if it failed."""
        return self.answer(self.call("ai-chat", text=text, private=True))

    def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        """An answer once it is written. Raises CheckError if it failed."""
        return self._ended("threads", asked["threadId"], "messages", asked["messageId"])

    def _ended(self, *path: str) -> dict[str, Any]:
        document = documents_of(self.session).document("/".join(("trips", self.trip_id, *path)))

        def probe() -> dict[str, Any] | None:
            found = document.get().to_dict() or {}
            return found if found.get("state") in _ENDED else None

        ended = _eventually(probe)
        if ended["state"] != "done":
            raise CheckError(f"{path[0]}: {ended['state']}, {(ended.get('error') or {}).get('message', 'no reason')}")
        return ended


def expect(condition: object, words: str) -> None:
    """Raises CheckError with the words unless the condition holds."""
    if not condition:
        raise CheckError(words)


def _eventually(probe: Callable[[], T | None]) -> T:
    ends = time.monotonic() + _PATIENCE_SECONDS
    while (found := probe()) is None:
        if time.monotonic() > ends:
            raise CheckError(f"nothing came of it within {_PATIENCE_SECONDS} seconds")
        time.sleep(_PAUSE_SECONDS)
    return found

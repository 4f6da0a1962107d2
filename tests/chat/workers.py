"""A worker of answers in this process, whose Firestore calls are counted, or whose process dies on order."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from google.cloud.firestore import Client

from clients.python.session import Session
from emulator.gemini.testing import StandIn
from shared import bootstrap
from shared.chat.requests import ChatRequest
from shared.chat.service import Asked
from shared.cloud import firestore, tasks
from shared.jobs.models import JobState
from shared.runtime.caller import Caller, Role, TripAccess
from shared.runtime.clock import SystemClock
from tests.chat.conftest import Trip
from tests.support.clients import forget_clients

Turns = list[list[dict[str, Any]]]


@contextmanager
def working(client: Client, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """A block in which this process's services use a client of the test's, and tasks reach no queue but ours."""
    forget_clients()
    with patch.context() as inside:
        inside.setattr(firestore, "client", lambda: client)
        inside.setattr(tasks, "enqueue", lambda *_args, **_fields: True)
        yield
    forget_clients()


def access(who: Session, trip: Trip, least: Role = Role.VIEWER) -> TripAccess:
    caller = Caller(who.uid, None, False, None, None, False, {}, SystemClock().now())
    return TripAccess(caller, trip.id, least)


def ask(who: Session, trip: Trip, text: str, **fields: Any) -> Asked:
    """A question whose job waits for a worker of ours."""
    request = ChatRequest.model_validate({"tripId": trip.id, "text": text, **fields}, strict=False)
    return bootstrap.chat().ask(access(who, trip), request)


class Job:
    """The job of an answer, and the turns of the model that it is to meet, whichever attempt meets them."""

    def __init__(self, database: Client, gemini: StandIn, trip: Trip, asked: Asked, turns: Turns) -> None:
        jobs = database.collection(f"trips/{trip.id}/jobs").stream()
        (found,) = [job for job in jobs if job.get("request.messageId") == asked.message_id]
        self.id = found.id
        self.document = found.reference
        self._gemini = gemini
        self._trip = trip
        self._turns = turns
        self._attempt = 0

    def run(self) -> None:
        """One attempt."""
        kept = {stage.id for stage in self.document.collection("stages").list_documents()}
        self._gemini.reset()
        for number, turn in enumerate(self._turns):
            if f"turn-{number}" not in kept:
                self._gemini.answer(*turn)
        self._attempt += 1
        bootstrap.answering().run(self._trip.id, self.id, f"task#{self._attempt}")

    @property
    def state(self) -> JobState:
        return JobState(self.document.get().get("state"))

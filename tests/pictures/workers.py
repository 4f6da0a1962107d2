"""All that a picture needs on its way, in this process, with a Firestore client that counts and may die."""

import base64
import os
from datetime import UTC, datetime
from typing import Any

from clients.python.session import Session
from shared import bootstrap
from shared.assistant.remembered import RememberedAnswers
from shared.assistant.store import AnswerStore
from shared.cloud import storage, vision
from shared.cloud.breaker import Breaker
from shared.cloud.google_calls import GoogleCalls
from shared.cloud.patience import Patience
from shared.jobs.models import Job
from shared.jobs.service import JobService
from shared.jobs.store import JobStore
from shared.pictures.adding import PictureIdeas
from shared.pictures.asking import PictureAsking
from shared.pictures.looking import Looking
from shared.pictures.requests import PictureRequest
from shared.pictures.service import PictureService
from shared.pictures.settings import VisionPrices
from shared.pictures.store import PictureStore
from shared.places.catalogue import CatalogueProvider
from shared.plan.service import PlanService
from shared.plan.store import PlanStore
from shared.quota.service import Quotas
from shared.quota.store import QuotaStore
from shared.runtime.caller import Caller, Role, TripAccess
from shared.runtime.clock import SystemClock
from shared.runtime.ids import RandomIds
from shared.runtime.registry import DailyLimit
from shared.runtime.settings import settings
from shared.trips.service import TripService
from shared.trips.store import TripStore
from tests.support.rpcs import CountingClient


class Worker:
    """A trip and a person in it."""

    def __init__(self, project: str, session: Session, trip_id: str) -> None:
        clock, ids, places = SystemClock(), RandomIds(), CatalogueProvider()
        self.client = client = CountingClient(project, os.environ["FIRESTORE_EMULATOR_HOST"])
        self.trip_id, self.session = trip_id, session
        caller = Caller(session.uid, None, False, None, None, False, {}, datetime.now(UTC))
        self.access = TripAccess(caller, trip_id, Role.EDITOR)
        self.plans = PlanService(PlanStore(client), clock, lambda _trip_id, _delay: None)
        self.jobs = JobService(JobStore(client), clock, ids, lambda *_: None)
        outbox, changes = bootstrap.outbox(), bootstrap.trip_changes()
        trips = TripService(TripStore(client, outbox), changes, outbox, ids, places)
        self.store = PictureStore(client)
        self.quotas = Quotas(QuotaStore(client), clock, costs=DailyLimit(None, None))
        self.asking = PictureAsking(trips, self.jobs, self.store, storage.uploads(), places, clock, ids)
        calls = GoogleCalls("vision", Breaker("vision"), Patience(first_pause=0.01), title="Looking")
        looking = Looking(vision.client(), calls, VisionPrices())
        remembered = RememberedAnswers(AnswerStore(client), clock)
        self.service = PictureService(
            trips, self.plans, self.store, looking, places, places, remembered, self.quotas, self.jobs
        )
        self.ideas = PictureIdeas(self.jobs, self.plans)

    def show(self, picture: bytes | str, request_id: str | None = None, **fields: Any) -> str:
        """The id of a picture's job; `picture` is a file or the address of an upload."""
        told = {"upload": picture} if isinstance(picture, str) else {"picture": base64.b64encode(picture).decode()}
        request = PictureRequest.model_validate({"tripId": self.trip_id, "requestId": request_id, **told, **fields})
        return self.asking.ask(self.access, request)[0]

    def run(self, job_id: str, attempt: int = 1) -> Job:
        """The job after a worker has had it."""
        self.service.run(self.trip_id, job_id, f"task#{attempt}")
        return self.job(job_id)

    def job(self, job_id: str) -> Job:
        return self.jobs.get(self.access, job_id)

    def candidates(self, job_id: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (self.job(job_id).result or {})["candidates"]
        return found

    def upload(self, picture: bytes, uid: str | None = None) -> str:
        """The address of what somebody has uploaded."""
        name = f"uploads/{uid or self.session.uid}/picture.jpg"
        storage.client().bucket(settings().bucket).blob(name).upload_from_string(picture, content_type="image/jpeg")
        return f"gs://{settings().bucket}/{name}"

    def stops(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = self.plans.read(self.access).doc["stops"]
        return found

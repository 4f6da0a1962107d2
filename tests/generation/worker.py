"""A generation's worker in this process, whose real clients can be told to die at any call."""

import threading
from datetime import UTC, datetime
from typing import Any

from google import genai
from google.cloud.firestore import Client
from google.genai import types

from clients.python.session import Session
from shared import bootstrap
from shared.assistant.generate import Generation
from shared.assistant.metering import Meter
from shared.assistant.model import Model
from shared.assistant.remembered import RememberedAnswers
from shared.assistant.settings import ModelSettings, SearchEffort
from shared.assistant.store import AnswerStore
from shared.events.outbox import Outbox
from shared.generation.asking import GenerationAsking
from shared.generation.requests import GenerateRequest
from shared.generation.service import GenerationService
from shared.jobs.service import JobService
from shared.jobs.store import JobStore
from shared.money import reference_rates
from shared.places.catalogue import CatalogueProvider
from shared.plan.service import PlanService
from shared.plan.store import PlanStore
from shared.proposals.service import ProposalService
from shared.proposals.store import ProposalStore
from shared.quota.service import Quotas
from shared.quota.store import QuotaStore
from shared.runtime.caller import Caller, Role, TripAccess
from shared.runtime.clock import SystemClock
from shared.runtime.ids import RandomIds
from shared.runtime.registry import DailyLimit
from shared.trips.service import TripService
from shared.trips.store import TripStore
from tests.support.deaths import Killed, Life

NAME = "gemini-3.8-flash"


class MortalGemini:
    """The real client of the model, which is slow to make; `life` is that of the worker that uses it now."""

    def __init__(self, url: str) -> None:
        self.life = Life()
        self._lost = threading.local()
        hooks = {"request": [self._sent], "response": [self._answered]}
        options = types.HttpOptions(base_url=url, timeout=60_000, client_args={"event_hooks": hooks})
        self.client = genai.Client(api_key="local", http_options=options)

    def _sent(self, _request: Any) -> None:
        self._lost.answer = self.life.begins()

    def _answered(self, _response: Any) -> None:
        if self._lost.answer:
            raise Killed


def generation_on(client: Client, gemini: genai.Client, effort: SearchEffort) -> GenerationService:
    """The service with every part on this client."""
    clock, ids, settings = SystemClock(), RandomIds(), ModelSettings(NAME)
    outbox, provider = Outbox(client, clock), CatalogueProvider()
    answers = RememberedAnswers(AnswerStore(client), clock)

    plans = PlanService(PlanStore(client), clock, lambda _trip_id, _delay: None)

    def make() -> Generation:
        return Generation(
            Model(gemini, settings), provider, clock, reference_rates(), effort=effort, remembered=answers
        )

    return GenerationService(
        make,
        TripService(TripStore(client, outbox), bootstrap.trip_changes(), outbox, ids, provider),
        plans,
        ProposalService(ProposalStore(client), plans, clock, ids),
        bootstrap.group_wishes(),
        JobService(JobStore(client), clock, ids, lambda *_: None),
        Meter(Quotas(QuotaStore(client), clock, costs=DailyLimit(None, None)), settings, clock),
        provider,
    )


def asked(database: Client, session: Session, trip_id: str, text: str, **fields: str) -> str:
    """A generation job that no queue knows; its id."""
    jobs = JobService(JobStore(database), SystemClock(), RandomIds(), lambda *_: None)
    caller = Caller(session.uid, None, False, None, None, False, {}, datetime.now(UTC))
    request = GenerateRequest.model_validate({"tripId": trip_id, "request": text, **fields})
    asking = GenerationAsking(bootstrap.trips(), jobs, bootstrap.asker())
    job_id, _ = asking.ask(TripAccess(caller, trip_id, Role.EDITOR), request)
    return job_id

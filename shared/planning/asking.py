"""Asking for days to be planned. Needs no optimiser, so the functions that ask start fast."""

from shared.jobs.models import Job
from shared.jobs.service import JobService
from shared.planning.orders import Kind, told
from shared.planning.requests import Order
from shared.runtime.caller import TripAccess
from shared.trips.service import TripService
from shared.users.asking import Asker
from shared.words import ours

KIND = "planning"
"""One kind of job, and one task function, for all orders."""


class PlanningAsking:
    """Starts planning jobs."""

    def __init__(self, trips: TripService, jobs: JobService, asker: Asker) -> None:
        self._asker = asker
        self._trips = trips
        self._jobs = jobs

    def ask(self, access: TripAccess, kind: Kind, order: Order, request_id: str | None) -> tuple[str, Job]:
        """Start a job that carries out the order, and tells of it in the caller's language. Raises what trips.get and
        jobs.start raise."""
        _, own = self._asker.beside(access.caller.uid, lambda: self._trips.get(access))
        return self._jobs.start(access, KIND, told(kind, order), request_id, language=ours(own.language))

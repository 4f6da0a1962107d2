"""Asking for days to be planned. Needs no optimiser, so the functions that ask start fast."""

from shared.jobs.models import Job
from shared.jobs.service import JobService
from shared.planning.orders import Kind, told
from shared.planning.requests import Order
from shared.runtime.caller import TripAccess
from shared.trips.service import TripService

KIND = "planning"
"""One kind of job, and one task function, for all orders."""


class PlanningAsking:
    """Starts planning jobs."""

    def __init__(self, trips: TripService, jobs: JobService) -> None:
        self._trips = trips
        self._jobs = jobs

    def ask(self, access: TripAccess, kind: Kind, order: Order, request_id: str | None) -> tuple[str, Job]:
        """Start a job that carries out the order. Raises what trips.get and jobs.start raise."""
        self._trips.get(access)
        return self._jobs.start(access, KIND, told(kind, order), request_id)

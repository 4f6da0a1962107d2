"""Asking for a plan. Needs no model, so `ai-generate` starts fast: it loads none of the AI."""

from shared.generation.requests import GenerateRequest
from shared.jobs.models import Job
from shared.jobs.service import JobService
from shared.runtime.caller import TripAccess
from shared.trips.service import TripService
from shared.words import language_of

KIND = "ai-generate"


class GenerationAsking:
    """Starts generation jobs."""

    def __init__(self, trips: TripService, jobs: JobService) -> None:
        self._trips = trips
        self._jobs = jobs

    def ask(self, access: TripAccess, request: GenerateRequest) -> tuple[str, Job]:
        """Start a job that plans the trip. Raises what trips.get and jobs.start raise."""
        self._trips.get(access)
        work = {"request": request.request, "as": request.deliver}
        return self._jobs.start(access, KIND, work, request.request_id, language=language_of(request.request))

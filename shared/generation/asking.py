"""Asking for a plan. Needs no model, so `ai-generate` starts fast: it loads none of the AI."""

from shared.generation.requests import GenerateRequest
from shared.jobs.models import Job
from shared.jobs.service import JobService
from shared.runtime.caller import TripAccess
from shared.trips.service import TripService
from shared.users.asking import Asker

KIND = "ai-generate"


class GenerationAsking:
    """Starts generation jobs."""

    def __init__(self, trips: TripService, jobs: JobService, asker: Asker) -> None:
        self._asker = asker
        self._trips = trips
        self._jobs = jobs

    def ask(self, access: TripAccess, request: GenerateRequest) -> tuple[str, Job]:
        """Start a job that plans the trip, and tells of it in the language of the wish, or else the caller's.

        Raises what trips.get and jobs.start raise.
        """
        uid = access.caller.uid
        _, language = self._asker.language_beside(uid, request.request, lambda: self._trips.get(access))
        work = {"request": request.request, "as": request.deliver}
        return self._jobs.start(access, KIND, work, request.request_id, language=language)

"""Asking for a route. Loads no solver, so `routes-plan` starts fast."""

from shared.documents import compact
from shared.jobs.models import Job
from shared.jobs.service import JobService
from shared.routes.problem import ProblemMaker
from shared.routes.requests import RouteWishes
from shared.runtime.caller import TripAccess
from shared.trips.service import TripService
from shared.users.asking import Asker
from shared.words import ours

KIND = "routes-plan"


class RouteAsking:
    """Starts route jobs."""

    def __init__(self, trips: TripService, jobs: JobService, maker: ProblemMaker, asker: Asker) -> None:
        self._asker = asker
        self._trips = trips
        self._jobs = jobs
        self._maker = maker

    def ask(self, access: TripAccess, wishes: RouteWishes, request_id: str | None) -> tuple[str, Job]:
        """Start a job that plans the route, and tells of it in the caller's language.

        Raises InvalidArgument (DESTINATION_UNKNOWN, ROUTE_INVALID) for wishes that cannot be understood, and what
        trips.get and jobs.start raise.
        """
        trip, own = self._asker.beside(access.caller.uid, lambda: self._trips.get(access))
        self._maker.make(trip, wishes, own.home)
        told = wishes.model_dump(mode="json", by_alias=True, exclude={"trip_id", "request_id"}, exclude_unset=True)
        # As text: it has lists of lists, which Firestore does not take.
        return self._jobs.start(access, KIND, {"wishes": compact(told)}, request_id, language=ours(own.language))

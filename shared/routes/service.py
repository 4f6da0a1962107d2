"""The work of a route job: plan (kept as a stage), offer the stops as a proposal, finish. Asking is in `asking.py`."""

from typing import Any, Final

from shared.itinerary.cities import plan
from shared.jobs.service import JobService, RunningJob
from shared.plan.service import PlanService
from shared.proposals.service import ProposalService
from shared.routes.ops import RouteOps
from shared.routes.problem import ProblemMaker
from shared.routes.requests import RouteWishes
from shared.routes.result import result_of
from shared.routes.words import RouteWords
from shared.runtime.caller import Role, TripAccess
from shared.trips.service import TripService
from shared.users.asking import Profiles
from shared.words import Key, say

_TOLD: Final[dict[str, tuple[float, Key]]] = {
    "solving": (0.1, "route_solving"),
    "explaining": (0.6, "route_explaining"),
    "relaxing": (0.5, "route_relaxing"),
}
_MOST_SUMMARY: Final = 500


class RouteService:
    """Plans routes. What it offers has ids of the job, so running twice offers it once."""

    def __init__(
        self,
        trips: TripService,
        plans: PlanService,
        proposals: ProposalService,
        jobs: JobService,
        maker: ProblemMaker,
        profiles: Profiles,
        seconds: float,
    ) -> None:
        """`seconds`: how long the solver may take."""
        self._trips = trips
        self._plans = plans
        self._proposals = proposals
        self._jobs = jobs
        self._maker = maker
        self._profiles = profiles
        self._seconds = seconds

    def run(self, trip_id: str, job_id: str, holder: str) -> None:
        """Do the job's work, from the stage that an earlier attempt has reached."""
        self._jobs.run(trip_id, job_id, holder, self._work)

    def _work(self, running: RunningJob) -> None:
        access = running.access(Role.EDITOR)
        made = running.stage("route", lambda: self._route(running, access))
        running.progress("offer", 0.9, say(running.job.language, "putting"))
        proposal_id = None
        if made["ops"]:
            proposal_id, _ = self._proposals.propose(
                access, made["title"], made["base"], made["ops"], source="optimiser", request_id=running.job_id
            )
        running.finish({**made["result"], "proposal": proposal_id}, made["summary"])

    def _route(self, running: RunningJob, access: TripAccess) -> dict[str, Any]:
        """The route, and the operations that it offers against version `base` of the plan."""
        wishes = RouteWishes.model_validate_json(running.job.request["wishes"])
        home = self._profiles([running.job.by])[running.job.by].home if wishes.leaves_home_open else None
        route = self._maker.make(self._trips.get(access), wishes, home)

        def tell(stage: str) -> None:
            fraction, key = _TOLD[stage]
            running.progress(stage, fraction, say(running.job.language, key))

        solution = plan(route.problem, seconds=self._seconds, progress=tell)
        running.check()
        state = self._plans.read(access)
        words = RouteWords(route, running.job.language)
        ops = RouteOps(route, state.doc, words, job_id=running.job_id, uid=running.job.by).make(solution)
        return {
            "base": state.version,
            "ops": ops,
            "title": words.title(solution),
            "result": result_of(route, solution, words),
            "summary": words.summary(solution)[:_MOST_SUMMARY],
        }

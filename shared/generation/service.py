"""The work of a generation job. Asking for one (`asking.py`) loads none of this."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from shared.assistant.changes import by_day
from shared.assistant.context import TripContext
from shared.assistant.draft import DraftPlan
from shared.assistant.generate import STAGES, Generation, GenerationRequest
from shared.assistant.kept import Spent
from shared.assistant.metering import Meter
from shared.generation.context import context_of
from shared.generation.result import Delivered, result_of
from shared.jobs.service import JobService, RunningJob
from shared.places.provider import PlaceProvider
from shared.plan.service import PlanService
from shared.plan.staging import Submission
from shared.proposals.service import ProposalService
from shared.reactions.wishes import GroupWishes
from shared.runtime.caller import Role, TripAccess
from shared.trips.requests import MAX_NAME
from shared.trips.service import TripService
from shared.words import say

PATIENCE: Final = 4
"""Attempts before a model that cannot be reached is told to who waits, instead of tried again."""


class GenerationService:
    """Plans trips. An operation's (`src`, `seq`) comes from the job, so running twice changes the plan once.

    Each answer of the model is a stage of its own, so that it is asked for, and paid, once.
    """

    def __init__(
        self,
        make: Callable[[], Generation],
        trips: TripService,
        plans: PlanService,
        proposals: ProposalService,
        wishes: GroupWishes,
        jobs: JobService,
        meter: Meter,
        places: PlaceProvider,
    ) -> None:
        self._make = make
        self._trips = trips
        self._plans = plans
        self._proposals = proposals
        self._wishes = wishes
        self._jobs = jobs
        self._meter = meter
        self._places = places

    def run(self, trip_id: str, job_id: str, holder: str) -> None:
        """Do the job's work, from the stage that an earlier attempt has reached."""
        self._jobs.run(trip_id, job_id, holder, self._work, patience=PATIENCE)

    def _work(self, running: RunningJob) -> None:
        access = running.access(Role.EDITOR)
        start = running.stage("context", lambda: self._context(access, running.job.request["request"]))
        request = GenerationRequest(
            text=running.job.request["request"],
            context=TripContext.model_validate(start["context"]),
            job_id=running.job_id,
            uid=running.job.by,
            asked_at=running.job.created_at,
            scope=running.owner.id,
            language=running.job.language,
        )
        generation = self._make()
        state: dict[str, dict[str, Any]] = {}
        for name in STAGES:
            work = partial(
                generation.run_stage,
                name,
                request,
                state,
                report=running.progress,
                check=running.check,
                keep=running.stage,
                count=partial(self._count, running),
            )
            state[name] = running.stage(name, work)
        ops = state["ops"]
        language = state["constraints"]["language"]
        running.progress("submit", 0.95, say(language, "putting"))
        delivered = self._deliver(access, running, start["base"], ops)
        draft = DraftPlan.model_validate(state["plan"])
        result = result_of(delivered, draft, ops, job_id=running.job_id, existing=request.context.days)
        running.finish(result, _summary(draft, ops, language))

    def _deliver(self, access: TripAccess, running: RunningJob, base: int, made: dict[str, Any]) -> Delivered:
        """Put the plan into that of the trip, or before the group; neither if the days are so full that it is empty."""
        op: list[dict[str, Any]] = made["ops"]
        if not op:
            return Delivered("nothing", base)
        if running.job.request.get("as") == "proposal":
            title = made["title"][:MAX_NAME]
            proposal_id, _ = self._proposals.propose(
                access, title, base, by_day(op), source="assistant", request_id=running.job_id
            )
            return Delivered("proposal", base, proposal_id)
        src = f"job:{running.job_id}"
        submitted = self._plans.submit(access, Submission(base=base, src=src, seq=0, ops=[op], uid=running.job.by))
        return Delivered("apply", submitted.committed[-1].version)

    def _count(self, running: RunningJob, step: str, spent: Spent) -> None:
        self._meter.count(spent, uid=running.job.by, trip_id=running.owner.id, job_id=running.job_id, step=step)

    def _context(self, access: TripAccess, request: str) -> dict[str, Any]:
        """The version that the plan is made against, and what the trip says at that moment."""
        trip = self._trips.get(access)
        plan = self._plans.read(access)
        group = self._wishes.read(access.trip_id, trip.members)
        context = context_of(trip, plan, group, self._places, request)
        return {"base": plan.version, "context": context.model_dump(mode="json", by_alias=True)}


def _summary(draft: DraftPlan, ops: dict[str, Any], language: str) -> str:
    counts = {"days": len(draft.days), "stops": ops["totals"]["stops"]}
    unmet = len(ops["compromises"])
    return say(language, "planned_but", **counts, unmet=unmet) if unmet else say(language, "planned", **counts)

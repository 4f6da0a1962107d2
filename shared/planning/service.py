"""The work of a planning job: read, solve, and put the result into the plan or offer it. Asking is in `asking.py`.

plans (kept as a stage) -> does the best one fit the plan as it is now? (kept too) -> applied, as the job's operations
                               | not the first time: once more, from the plan as it is now
                               | not then either: offered as a proposal
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from shared import ot
from shared.jobs.service import JobService, RunningJob
from shared.places.provider import PlaceProvider
from shared.plan.limits import MAX_COMPONENTS, MAX_OPS
from shared.plan.models import Op
from shared.plan.service import PlanService
from shared.plan.staging import Submission
from shared.plan.state import PlanState
from shared.planning.brief import known_day, optimising
from shared.planning.facts import Facts
from shared.planning.orders import delivery, kept
from shared.planning.reading import facts_of
from shared.planning.report import summary
from shared.planning.requests import Optimise, Order, Place, Replan
from shared.planning.settled import settlements, settling
from shared.planning.solving import Solver
from shared.proposals.service import ProposalService
from shared.reactions.wishes import GroupWishes
from shared.runtime.caller import Role, TripAccess
from shared.runtime.clock import Clock
from shared.runtime.errors import FailedPrecondition
from shared.trips.requests import MAX_NAME
from shared.trips.service import TripService
from shared.words import Key, say

_ROUNDS: Final = 2
_SEQS_A_ROUND: Final = MAX_OPS
_TITLES: Final[tuple[Key, ...]] = ("title_days", "title_days_second", "title_days_third")
_REPLANNED: Final[Mapping[str, Key]] = {
    "stopMoved": "title_stopMoved",
    "dayRainedOut": "title_dayRainedOut",
    "late": "title_late",
    "closed": "title_closed",
}

Output = dict[str, Any]


@dataclass(frozen=True)
class Areas:
    """What planning uses of the other areas."""

    trips: TripService
    plans: PlanService
    proposals: ProposalService
    wishes: GroupWishes
    jobs: JobService


class PlanningService:
    """Plans days. Effects have ids of the job, so running twice changes the plan once."""

    def __init__(
        self,
        areas: Areas,
        provider: PlaceProvider,
        clock: Clock,
        make_solver: Callable[[Callable[[], None]], Solver],
    ) -> None:
        """`make_solver(check)` makes a solver that asks `check` while it searches."""
        self._areas = areas
        self._provider = provider
        self._clock = clock
        self._make_solver = make_solver

    def run(self, trip_id: str, job_id: str, holder: str) -> None:
        """Do the job's work, from the stage that an earlier attempt has reached."""
        self._areas.jobs.run(trip_id, job_id, holder, self._work)

    def plans(self, access: TripAccess, order: Order, check: Callable[[], None]) -> Output:
        """What an order would lead to, for `propose`: `base`, and `plans` with `ops` and `report`. Writes nothing.

        `check` is asked while it searches and may raise. Raises as the briefs do, NotFound and PermissionDenied.
        """
        return self._plans(access, order, self._make_solver(check), None)

    def propose(
        self, access: TripAccess, made: Output, order: Order, request_id: str, language: str | None
    ) -> list[str]:
        """Each plan that changes something as a proposal of its own, by id, with titles in a language; the slots of a
        place that is sought are items of one. Twice with the same `request_id` is as good as once."""
        offers = [plan["ops"] for plan in made["plans"]]
        if isinstance(order, Place):
            offers = [[op for ops in offers for op in ops]]
        proposals = []
        for number, ops in enumerate(offers):
            if ops:
                proposal_id, _ = self._areas.proposals.propose(
                    access,
                    _title(order, made, number, language),
                    made["base"],
                    ops,
                    source="optimiser",
                    request_id=f"{request_id}-{number}",
                )
                proposals.append(proposal_id)
        return proposals

    def placed(
        self, access: TripAccess, state: PlanState, stop_id: str, day_id: str | None, check: Callable[[], None]
    ) -> Op:
        """The operation that gives an idea of a plan its best place in the days, on `day_id` if it fits there; empty if
        it fits nowhere. The plan may be ahead of what is stored. Writes nothing.

        Raises FailedPrecondition and NotFound as `placing` does, and PermissionDenied.
        """
        facts = self._reader(access, None)(state)
        solver = self._make_solver(check)
        order = Place(stop_id=stop_id, slots=1)
        near = facts.model_copy(update={"days": tuple(day for day in facts.days if day.id == day_id)})
        with suppress(FailedPrecondition):
            if (best := solver.plans(near, order)[0]).ops:
                return best.ops
        return solver.plans(facts, order)[0].ops

    def _work(self, running: RunningJob) -> None:
        access = running.access(Role.EDITOR)
        order, language = kept(running.job.request), running.job.language
        solver = self._make_solver(running.check)
        made: Output = {}
        for attempt in range(_ROUNDS):
            running.progress("plan", 0.1 + 0.4 * attempt, say(language, "days_working"))
            made = running.stage(f"plans-{attempt}", partial(self._plans, access, order, solver, language))
            if not made["plans"][0]["ops"] or _offered(order, made):
                break
            verdict = running.stage(f"verdict-{attempt}", partial(self._verdict, access, made, solver))
            if verdict["fits"]:
                self._apply(running, access, made, attempt)
                return
        self._offer(running, access, made, order)

    def _plans(self, access: TripAccess, order: Order, solver: Solver, language: str | None) -> Output:
        """The plans, best first, told in a language; of the best, the days that it changes and that work after it."""
        state = self._areas.plans.read(access)
        facts_at = self._reader(access, language)
        settled = _settled(facts_at(state), state.doc, order)
        plans = solver.plans(facts_at(_with(state, [settled])), order)
        works = solver.standing(facts_at(_with(state, _parts([*settled, *plans[0].ops]))), plans[0].days)
        told = settlements(settled)
        return {
            "base": state.version,
            "plans": [
                {"ops": _parts([*settled, *one.ops]), "report": {**one.report, "settled": told}, "drops": one.drops}
                for one in plans
            ],
            "works": works,
        }

    def _reader(self, access: TripAccess, language: str | None) -> Callable[[PlanState], Facts]:
        """Makes facts of plans, with the trip and its people as they are now."""
        trip = self._areas.trips.get(access)
        group = self._areas.wishes.read(access.trip_id, trip.members)
        zone = group.time_zone(access.caller.uid)
        return lambda state: facts_of(trip, state, group, self._provider, self._clock.now(), zone, language)

    def _verdict(self, access: TripAccess, made: Output, solver: Solver) -> Output:
        """Whether the best plan fits what the plan has become: nobody has placed the same stops, and its days still
        work after what others edited. What is committed between this look and the submit is merged unseen.
        """
        wanted = made["plans"][0]["ops"]
        state, ops = self._areas.plans.rebased(access, made["base"], wanted)
        if state.version == made["base"]:
            return {"fits": True}
        if _overtaken(state.doc, wanted):
            return {"fits": False}
        facts = self._reader(access, None)(_with(state, ops))
        days = tuple(day for day in made["works"] if facts.day(day))
        return {"fits": len(solver.standing(facts, days)) == len(days)}

    def _apply(self, running: RunningJob, access: TripAccess, made: Output, attempt: int) -> None:
        running.progress("submit", 0.95, say(running.job.language, "putting"))
        submitted = self._areas.plans.submit(
            access,
            Submission(
                base=made["base"],
                src=f"job:{running.job_id}",
                seq=attempt * _SEQS_A_ROUND,
                ops=made["plans"][0]["ops"],
                uid=running.job.by,
            ),
        )
        told = {"delivered": "apply", "version": submitted.committed[-1].version, "proposals": []}
        report = made["plans"][0]["report"]
        running.finish({**told, "plans": [report]}, summary(report, running.job.language))

    def _offer(self, running: RunningJob, access: TripAccess, made: Output, order: Order) -> None:
        language = running.job.language
        proposals = self.propose(access, made, order, running.job_id, language)
        told = {"delivered": "proposal" if proposals else "nothing", "version": None, "proposals": proposals}
        reports = [plan["report"] for plan in made["plans"]]
        asked, given = order.alternatives if isinstance(order, Optimise) else 0, len(reports) - 1
        if given < asked:
            told["fewer"] = say(language, "fewer_plans", given=given, asked=asked)
        running.finish({**told, "plans": reports}, summary(reports[0], language))


def _settled(facts: Facts, doc: dict[str, Any], order: Order) -> Op:
    """What an order settles for its days. Raises NotFound and FailedPrecondition as `optimising` does."""
    if not isinstance(order, Optimise) or (order.breaks is None and not order.hours):
        return []
    for day_id in order.hours:
        known_day(facts, day_id)
    return settling(doc, order, optimising(facts, order).days)


def _offered(order: Order, made: Output) -> bool:
    """Whether people are to decide: also when stops would leave their day and nobody said to apply that."""
    return delivery(order) == "proposal" or (order.deliver is None and made["plans"][0]["drops"])


def _parts(op: Op) -> list[Op]:
    """An operation in parts that are small enough; its components touch different fields, so each stands alone."""
    return [op[start : start + MAX_COMPONENTS] for start in range(0, len(op), MAX_COMPONENTS)]


def _with(state: PlanState, ops: Sequence[Op]) -> PlanState:
    """The plan as it would be with operations that were each made against it."""
    doc = state.doc
    for op in ops:
        doc = ot.apply(doc, op)
    return replace(state, doc=doc)


def _overtaken(doc: dict[str, Any], ops: Sequence[Op]) -> bool:
    """Whether somebody has changed a field since that an operation is about to replace, or deleted the stop, or the day
    on which the operation puts it."""
    for component in (component for op in ops for component in op):
        container, key, field = component["p"]
        element = doc[container].get(key)
        if element is None or element.get(field) != component.get("od"):
            return True
        day = component["oi"] if field == "dayId" else element.get("dayId")
        if day is not None and day not in doc["days"]:
            return True
    return False


def _title(order: Order, made: Output, number: int, language: str | None) -> str:
    if isinstance(order, Place):
        return say(language, "title_place", name=made["plans"][0]["report"]["placed"][0]["name"])[:MAX_NAME]
    if isinstance(order, Replan):
        return say(language, _REPLANNED[order.change.kind])
    title = say(language, _TITLES[number])
    other = made["plans"][number]["report"].get("alternative")
    return say(language, "title_with", title=title, what=other["text"])[:MAX_NAME] if other else title

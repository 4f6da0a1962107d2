"""Trip generation as four stages, each of which a job can keep: constraints, candidates, plan, ops.

    state = {}
    for name in STAGES:
        state[name] = <kept output of that stage, or> generation.run_stage(name, request, state, report=...)

The output of a stage is plain JSON and all that later stages need, so that a worker that dies costs at most one stage.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from shared.assistant import acceptance, changes, ideas, narrative, planning
from shared.assistant.candidates import by_renown, choose_candidates
from shared.assistant.choice import Candidates
from shared.assistant.constraints import TripConstraints
from shared.assistant.context import TripContext
from shared.assistant.draft import DraftPlan
from shared.assistant.extract import extract_constraints
from shared.assistant.kept import Count, Keep, KeptModel
from shared.assistant.model import Model
from shared.assistant.remembered import RememberedAnswers
from shared.assistant.search import BEGINS, Output, Report, Search, partial
from shared.assistant.settings import LoopLimits, SearchEffort, TimeLimits
from shared.assistant.task import PlanInput
from shared.itinerary import MaxIterations
from shared.itinerary.solution import Progress
from shared.money import Rates
from shared.places.provider import PlaceProvider
from shared.runtime.clock import Clock
from shared.runtime.logs import log
from shared.words import Key, Town, say

STAGES: Final = ("constraints", "candidates", "plan", "ops")
_WORDS: Final[Mapping[str, Key]] = {
    "constraints": "reading",
    "candidates": "looking",
    "plan": "fitting",
    "ops": "writing",
}


@dataclass(frozen=True)
class GenerationRequest:
    """What somebody asked for. `job_id` fixes the ids of what is made; `uid` is who asked, `asked_at` when.

    `language` is the one that the request seems to be in, until the model has read it; if the request shows none, the
    one that who asks prefers.
    Answers of the model are shared within a `scope`, such as a trip; without one none is remembered.
    """

    text: str
    context: TripContext
    job_id: str
    uid: str
    asked_at: datetime | None = None
    scope: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class Generation:
    """Makes plans. `check` (in `run_stage`) is asked between the steps of a stage and may raise to stop it."""

    model: Model
    provider: PlaceProvider
    clock: Clock
    rates: Rates
    limits: LoopLimits = field(default_factory=LoopLimits)
    effort: SearchEffort = field(default_factory=SearchEffort)
    times: TimeLimits = field(default_factory=TimeLimits)
    remembered: RememberedAnswers | None = None

    def run_stage(
        self,
        name: str,
        request: GenerationRequest,
        state: Mapping[str, Output],
        *,
        report: Report,
        check: Callable[[], None] = lambda: None,
        keep: Keep = lambda _step, work: work(),
        count: Count = lambda _step, _spent: None,
    ) -> Output:
        """The output of one stage, given those before it by name. Raises KeyError for an unknown stage.

        `keep` keeps each answer of the model as a step of its own, `count` hears what it cost. Raises what
        `extract_constraints`, `choose_candidates` and `accept` raise.
        """
        stage = {
            "constraints": self._constraints,
            "candidates": self._candidates,
            "plan": self._plan,
            "ops": self._ops,
        }[name]
        check()
        report(name, BEGINS[name], say(_language(request, state), _WORDS[name]))
        model = KeptModel(
            self.model,
            keep,
            count,
            name=name,
            remembered=self.remembered if request.scope else None,
            scope=request.scope or "",
        )
        return stage(request, state, _Work(model, report, check))

    def _constraints(self, request: GenerationRequest, state: Mapping[str, Output], work: "_Work") -> Output:
        constraints = extract_constraints(
            work.model,
            request.text,
            request.context,
            self.provider,
            self._today(request),
            seconds=self._seconds(request, self.times.constraints),
            language=request.language,
        )
        work.report("constraints", 0.19, self._understood(constraints))
        return constraints.model_dump(mode="json", by_alias=True)

    def _today(self, request: GenerationRequest) -> date:
        """The date by the clocks of who asks, UTC unless they have told: a trip that is not there yet has none."""
        zone = request.context.group.time_zone(request.uid)
        return self.clock.now().astimezone(ZoneInfo(zone) if zone else UTC).date()

    def _seconds(self, request: GenerationRequest, until: float) -> float:
        """What the model still has of so many seconds since the plan was asked for."""
        if request.asked_at is None:
            return until
        return max((request.asked_at + timedelta(seconds=until) - self.clock.now()).total_seconds(), self.times.least)

    def _understood(self, constraints: TripConstraints) -> str:
        towns = [self.provider.destination(leg.destination) for leg in constraints.legs]
        return say(
            constraints.language,
            "understood",
            towns=[Town(town.id, town.name) for town in towns if town],
            first=constraints.start_date,
            last=constraints.date_of(constraints.days - 1),
        )

    def _candidates(self, request: GenerationRequest, state: Mapping[str, Output], work: "_Work") -> Output:
        constraints = TripConstraints.model_validate(state["constraints"])
        context = request.context
        own = ideas.candidates_of(context.ideas, constraints, self.provider, context.group)
        known = by_renown(constraints, self.provider, placed=context.placed, ideas=own)
        work.report(
            "candidates",
            BEGINS["candidates"],
            say(constraints.language, "looking"),
            self._sketch(request, constraints, known),
        )
        found = choose_candidates(
            work.model,
            request.text,
            constraints,
            self.provider,
            replace(self.limits, seconds=self._seconds(request, self.times.candidates)),
            placed=context.placed,
            ideas=own,
            check=work.check,
        )
        work.report("candidates", 0.49, say(constraints.language, "choice", count=len(found.places)))
        return found.model_dump(mode="json", by_alias=True)

    def _sketch(self, request: GenerationRequest, constraints: TripConstraints, known: Candidates) -> Output:
        """What the days may look like, before the model has chosen anything."""
        found: list[Progress] = []
        given = self._input(request, constraints, known)
        planning.plan(given, stop=MaxIterations(1), progress=found.append)
        return partial(given, found[-1]) if found else {"days": []}

    def _plan(self, request: GenerationRequest, state: Mapping[str, Output], work: "_Work") -> Output:
        constraints = TripConstraints.model_validate(state["constraints"])
        given = self._input(request, constraints, Candidates.model_validate(state["candidates"]))
        search = Search(given, self.effort, self.clock, work.report, work.check)

        def optimised(given: PlanInput) -> DraftPlan:
            return planning.plan(given, stop=search.patience(), progress=search.found)

        draft = acceptance.accept(
            optimised(given),
            given,
            self.provider,
            lambda fault: log.warning("stop left out", job_id=request.job_id, rule=fault.rule, stop=fault.stop),
            again=optimised,
        )
        work.report("plan", 0.89, say(constraints.language, "planned", stops=draft.totals.stops, days=len(draft.days)))
        return narrative.told(draft, constraints.language).model_dump(mode="json", by_alias=True)

    def _input(self, request: GenerationRequest, constraints: TripConstraints, candidates: Candidates) -> PlanInput:
        pool = {idea.id: idea for idea in request.context.ideas}
        chosen = [pool[one.idea] for one in candidates.places if one.idea]
        own = {place.id: place for place in ideas.places_of(chosen, constraints, self.provider).values()}
        places = {
            one.place_id: place
            for one in candidates.places
            if (place := own.get(one.place_id) or self.provider.get(one.place_id))
        }
        known = [one for one in candidates.places if one.place_id in places]
        towns = {leg.destination: self.provider.destination(leg.destination) for leg in constraints.legs}
        return PlanInput(
            constraints=constraints,
            candidates=candidates.model_copy(update={"places": tuple(known)}),
            places=places,
            destinations={id_: town for id_, town in towns.items() if town},
            rates=self.rates,
            existing={day.date: day.stops for day in request.context.days},
            ideas=pool,
            group=request.context.group,
        )

    def _ops(self, request: GenerationRequest, state: Mapping[str, Output], work: "_Work") -> Output:
        """`ops` (json0 components), `title`, `compromises`, `assumptions`, `notes`, `totals`: the end."""
        draft = DraftPlan.model_validate(state["plan"])
        constraints = TripConstraints.model_validate(state["constraints"])
        ops = changes.components(
            draft,
            job_id=request.job_id,
            uid=request.uid,
            existing=request.context.days,
            ideas={idea.id: idea for idea in request.context.ideas},
        )
        return {
            "ops": ops,
            "title": self._understood(constraints),
            "compromises": [one.model_dump(mode="json", by_alias=True) for one in draft.compromises],
            "assumptions": list(constraints.assumptions),
            "notes": list(draft.notes),
            "totals": draft.totals.model_dump(mode="json", by_alias=True),
        }


@dataclass(frozen=True)
class _Work:
    """What a stage works with: the model, who hears how far it is, and who may stop it."""

    model: KeptModel
    report: Report
    check: Callable[[], None]


def _language(request: GenerationRequest, state: Mapping[str, Output]) -> str | None:
    """The language of the request: the model's word, once there is one."""
    return state.get("constraints", {}).get("language", request.language)

"""Changes that the model wants, as a proposal: checked against the world, mended by the optimiser, left out by name.

what the model wants, tried on the plan -> nothing broken -> a proposal
                                        | broken, the first time -> back to the model, with the reasons
                                        | broken again -> the optimiser's place for it, named as a compromise
                                        |               | it finds none -> left out, with the reasons
"""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, Final

from pydantic import Field

from shared import ot
from shared.assistant.constraints import Budget, Leg, Travellers, TripConstraints
from shared.assistant.declaring import Arguments
from shared.assistant.speech import harmless
from shared.assistant.validate import HARD, Violation, validate
from shared.chat.changing import Change, Changing, WrongChangeError, moved
from shared.chat.instructions import INSTRUCTIONS
from shared.chat.tools.toolbox import Call, Data
from shared.money import Rates
from shared.places.provider import PlaceProvider
from shared.plan.service import PlanService
from shared.plan.state import PlanState
from shared.planning.facts import PLACING
from shared.planning.service import PlanningService
from shared.proposals.service import ProposalService
from shared.runtime.errors import FailedPrecondition
from shared.trips.models import Trip
from shared.words import Sentence, say

MOST_CHANGES: Final = 20


class Propose(Arguments):
    title: Annotated[str, Field(min_length=1, max_length=80)]
    changes: Annotated[list[Change], Field(min_length=1, max_length=MOST_CHANGES)]


@dataclass
class _Draft:
    """The plan as it would be with the operations so far, and what did not work as it was wanted."""

    doc: Data
    ops: list[list[Data]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    compromises: list[str] = field(default_factory=list)

    @property
    def touched(self) -> set[str]:
        """The stops that operations change. People decide on each alone, so no two may change the same."""
        return {component["p"][1] for op in self.ops for component in op}

    def take(self, op: list[Data]) -> None:
        self.doc = ot.apply(self.doc, op)
        self.ops.append(op)


@dataclass(frozen=True)
class Proposing:
    """Makes proposals in the name of who asked."""

    plans: PlanService
    proposals: ProposalService
    planning: PlanningService
    provider: PlaceProvider
    rates: Rates

    def propose(self, call: Call, trip: Trip, wanted: Propose) -> Data:
        """`proposalId`, `leftOut` and `compromises`; or an `error` with the `problems`, for the model to try once more.

        On the last try nothing goes back. Without `proposalId` everything was left out.
        """
        decided = call.session.keep(f"proposal-{call.key}", lambda: self._decided(call, trip, wanted))
        if "error" in decided:
            return decided
        told = {"leftOut": decided["leftOut"], "compromises": decided["compromises"]}
        if not decided["ops"]:
            return told
        proposal_id, _ = self.proposals.propose(
            call.access,
            harmless(wanted.title, INSTRUCTIONS) or say(call.session.language, "a_proposal"),
            decided["base"],
            decided["ops"],
            source="assistant",
            request_id=f"{call.session.job_id}-{call.key}",
        )
        return {"proposalId": proposal_id, **told}

    def _decided(self, call: Call, trip: Trip, wanted: Propose) -> Data:
        plan = self.plans.read(call.access)
        draft = _Draft(plan.doc)
        broken: list[_Broken] = []
        language, wrongs = call.session.language, []
        for number, change in enumerate(wanted.changes):
            try:
                key = f"{call.session.job_id}/{call.key}/{number}"
                op = Changing(self.provider, language).op(draft.doc, draft.touched, trip, change, call.uid, key)
            except WrongChangeError as wrong:
                wrongs.append(str(wrong))
                draft.left_out.append(wrong.said.said_in(language))
                continue
            if reasons := self._broken(trip, draft.doc, ot.apply(draft.doc, op)):
                broken.append(_Broken(change, op, reasons))
            else:
                draft.take(op)
        if (broken or draft.left_out) and not call.last_try:
            problems = [*wrongs, *(reason.text for one in broken for reason in one.reasons)]
            return {"error": "nothing was proposed", "problems": problems}
        for one in broken:
            self._mend(call, trip, plan, draft, one)
        return {
            "base": plan.version,
            "ops": draft.ops,
            "leftOut": draft.left_out,
            "compromises": draft.compromises,
        }

    def _mend(self, call: Call, trip: Trip, plan: PlanState, draft: _Draft, broken: "_Broken") -> None:
        """Take a change that breaks rules as the optimiser can have it, or leave it out, and say so."""
        language = call.session.language
        said = [reason.said_in(language) for reason in broken.reasons]
        mended = self._mended(call, trip, plan, draft, broken.op) if broken.change.on else None
        if mended is None:
            draft.left_out += said
            return
        draft.take(mended)
        draft.compromises.append(" ".join([*said, _instead(draft.doc, mended[0]["p"][1], language)]))

    def _mended(self, call: Call, trip: Trip, plan: PlanState, draft: _Draft, op: list[Data]) -> list[Data] | None:
        """The operation with the stop where the optimiser finds room for it, on its day if it can be; None if it finds
        none, or something else that is changed already would have to make room."""
        stop_id = op[0]["p"][1]
        wanted = ot.apply(draft.doc, op)["stops"][stop_id]
        loose = {**wanted, "dayId": None, "at": None}
        doc = {**draft.doc, "stops": {**draft.doc["stops"], stop_id: loose}}
        state = replace(plan, doc=doc)
        try:
            found = self.planning.placed(call.access, state, stop_id, wanted["dayId"], call.session.check)
        except FailedPrecondition:
            return None
        others = [component for component in found if component["p"][1] != stop_id]
        if not found or draft.touched & {component["p"][1] for component in others}:
            return None
        settled = ot.apply(doc, found)["stops"][stop_id]
        placed = {name: settled.get(name) for name in PLACING}
        before = draft.doc["stops"].get(stop_id)
        own = (
            [{"p": ["stops", stop_id], "oi": {**wanted, **placed}}]
            if before is None
            else moved(stop_id, before, placed)
        )
        mended = [*own, *others]
        return mended if own and not self._broken(trip, draft.doc, ot.apply(draft.doc, mended)) else None

    def _broken(self, trip: Trip, before: Data, after: Data) -> list[Sentence]:
        """The rules that a change breaks and that were not broken before it."""
        constraints = self._constraints(trip, after)
        if constraints is None:
            return []
        found = [
            {
                (one.rule, one.stop, one.said)
                for one in self._faults(doc, constraints)
                if one.rule in HARD or one.rule == "budget"
            }
            for doc in (before, after)
        ]
        return sorted((said for _, _, said in found[1] - found[0]), key=lambda said: said.text)

    def _faults(self, doc: Data, constraints: TripConstraints) -> list[Violation]:
        return validate(doc["days"], doc["stops"], constraints, self.provider, self.rates)

    def _constraints(self, trip: Trip, doc: Data) -> TripConstraints | None:
        """What the trip itself demands; None if it has no day to be judged by."""
        dates = sorted(day["date"] for day in doc["days"].values() if day.get("date"))
        if not dates:
            return None
        budget = Budget(amount=trip.budget.amount, currency=trip.budget.currency) if trip.budget else None
        return TripConstraints(
            legs=(Leg(destination="trip", days=1),),
            start_date=date.fromisoformat(dates[0]),
            travellers=Travellers(adults=max(1, min(50, len(trip.members)))),
            currency=trip.currency,
            budget=budget,
        )


@dataclass(frozen=True)
class _Broken:
    """A change that breaks rules, as it was wanted, and which."""

    change: Change
    op: list[Data]
    reasons: list[Sentence]


def _instead(doc: Data, stop_id: str, language: str | None) -> str:
    """Where a stop has gone, in words."""
    stop = doc["stops"][stop_id]
    day = doc["days"][stop["dayId"]].get("date")
    if day is None:
        return say(language, "instead_undated", name=stop["name"], at=stop["at"])
    return say(language, "instead", name=stop["name"], at=stop["at"], date=date.fromisoformat(day))

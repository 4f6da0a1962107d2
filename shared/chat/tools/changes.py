"""What leads to changes, each in the name of who asked: proposals, days planned by the optimiser, and polls.

Nothing here changes the plan: people accept, reject or vote.
"""

import hashlib
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Final

from pydantic import Field, model_validator

from shared import ot
from shared.assistant.declaring import Arguments
from shared.assistant.speech import harmless
from shared.chat.areas import Areas
from shared.chat.instructions import INSTRUCTIONS
from shared.chat.proposing import Propose, Proposing
from shared.chat.tools.toolbox import Call, Data, Tool
from shared.documents import compact
from shared.plan.schema import MAX_BREAKS, MAX_DAYS, MOST_BREAK_MINUTES
from shared.planning.orders import kept, told
from shared.planning.reasons import BINDING, OTHERWISE, WHY
from shared.planning.requests import BreakInput, Clock, SomeDays
from shared.planning.requests import Optimise as Order
from shared.polls.models import Kind
from shared.polls.requests import CreatePollRequest, OptionInput
from shared.reactions.group import Group
from shared.reactions.models import Reaction
from shared.runtime.caller import Role
from shared.runtime.errors import FailedPrecondition
from shared.trips.requests import Name
from shared.words import Key, say

MOST_EFFECTS: Final = 4
"""Proposals and polls of one answer."""
MOST_SEARCHES: Final = 3
"""Runs of the optimiser in one answer."""


class Rest(Arguments):
    minutes: Annotated[int, Field(ge=5, le=MOST_BREAK_MINUTES)]
    earliest: Annotated[Clock, Field(alias="from", description="HH:MM, when it may begin")]
    latest: Annotated[Clock, Field(alias="to", description="HH:MM, when it has to begin")]

    @model_validator(mode="after")
    def _forward(self) -> "Rest":
        if self.latest < self.earliest:
            raise ValueError("to comes before from")
        return self


class Optimise(Arguments):
    dates: (
        Annotated[
            list[date],
            Field(min_length=1, max_length=MAX_DAYS, description="YYYY-MM-DD, days of the plan; without: all to come"),
        ]
        | None
    ) = None
    ideas: Annotated[bool, Field(description="whether ideas may be placed, too")] = True
    breaks: (
        Annotated[
            list[Rest],
            Field(max_length=MAX_BREAKS, description="rests on each of these days, instead of those in the plan"),
        ]
        | None
    ) = None
    most_of_a_kind: (
        Annotated[int, Field(ge=1, le=10, description="how many temples, museums or the like a day may have")] | None
    ) = None


class OpenPoll(Arguments):
    question: Name
    options: Annotated[list[Name], Field(min_length=2, max_length=10)]
    multiple: Annotated[bool, Field(description="whether people may choose several")] = False


class ChangeTools:
    def __init__(self, areas: Areas) -> None:
        self._areas = areas
        self._proposing = Proposing(areas.plans, areas.proposals, areas.planning, areas.places, areas.rates)

    def tools(self) -> tuple[Tool[Any], ...]:
        return (
            Tool(
                "propose_change",
                "Puts changes of the plan before the group, who accept or reject each. Nothing changes by itself. "
                "Places only by ids that search_places told; what has none is an idea by its name, without day or "
                "time.",
                Propose,
                self.propose,
                Role.VOTER,
            ),
            Tool(
                "optimise",
                "Orders days anew and places ideas where they fit, by an optimiser that heeds hours, ways, budget and "
                "everybody's wishes. What it finds is a proposal for the group.",
                Optimise,
                self.optimise,
                Role.VOTER,
            ),
            Tool(
                "open_poll",
                "Asks the group to vote. Only when a traveller wants a vote.",
                OpenPoll,
                self.open_poll,
                Role.EDITOR,
            ),
        )

    def propose(self, call: Call, wanted: Propose) -> Data:
        _check_effects(call)
        return self._proposing.propose(call, self._areas.trips.get(call.access), wanted)

    def optimise(self, call: Call, wanted: Optimise) -> Data:
        """The days as they would be, and what did not fit; `proposalId` if anything would change."""
        _check_effects(call)
        if sum("satisfaction" in one for one in call.told) >= MOST_SEARCHES:
            raise FailedPrecondition("That is enough planning for one answer", reason="ENOUGH")
        self._areas.plans.authorise(call.access)
        made = call.session.keep(f"optimised-{call.key}", lambda: self._optimised(call, wanted))
        request_id = f"{call.session.job_id}-{call.key}"
        proposals = self._areas.planning.propose(
            call.access, made, kept(made["order"]), request_id, call.session.language
        )
        return {**made["told"], **({"proposalId": proposals[0]} if proposals else {})}

    def _optimised(self, call: Call, wanted: Optimise) -> Data:
        """What the optimiser finds, for `PlanningService.propose`, and what is told of it."""
        days = self._areas.plans.read(call.access).doc["days"]
        chosen = _day_ids(days, wanted.dates)
        order = Order(
            scope=SomeDays(days=chosen),
            ideas=wanted.ideas,
            most_of_a_kind=wanted.most_of_a_kind,
            breaks=None if wanted.breaks is None else [BreakInput(**dict(one)) for one in wanted.breaks],
        )
        made = self._areas.planning.plans(call.access, order, call.session.check)
        best = made["plans"][0]
        state, ops = self._areas.plans.rebased(call.access, made["base"], best["ops"])
        doc = state.doc
        for op in ops:
            doc = ot.apply(doc, op)
        report = best["report"]
        names = self._areas.names(call.trip_id, [one["uid"] for one in report["satisfaction"]])
        return {
            "order": told("optimise", order),
            "base": made["base"],
            "plans": made["plans"],
            "told": {
                "days": [_day(doc, day_id) for day_id in chosen if day_id in doc["days"]],
                "satisfaction": [{"name": names[one["uid"]], "share": one["share"]} for one in report["satisfaction"]],
                "leftOut": self._left_out(call, doc, report["leftOut"]),
                "breaks": [
                    {"date": doc["days"][one["dayId"]].get("date"), "minutes": one["minutes"], "at": one["at"]}
                    for one in report["breaks"]
                    if one["at"] and one["dayId"] in doc["days"]
                ],
                "compromises": [
                    *_binding(call.session.language, report["binding"]),
                    *_missed(call.session.language, report["breaks"]),
                ],
            },
        }

    def _left_out(self, call: Call, doc: Data, left: list[Data]) -> list[Data]:
        """What finds no place, with a sentence that says why in the language of the question."""
        group, language = self._group(call, left), call.session.language
        told = []
        for one in left:
            who = group.names(group.who(one["stopId"], Reaction.VETO)) if group else ""
            why = say(language, WHY.get(one["reason"], OTHERWISE), who=who)
            stays = doc["stops"].get(one["stopId"], {}).get("dayId") in doc["days"]
            becomes: Key = "keeps_its_time" if stays else "back_to_ideas" if one["was"] else "stays_idea"
            told.append({"title": one["name"], "reason": say(language, becomes, name=one["name"], why=why)})
        return told

    def _group(self, call: Call, left: list[Data]) -> Group | None:
        """Who is in the trip, if it is to be said whose veto something is."""
        if not any(one["reason"] == "vetoed" for one in left):
            return None
        return self._areas.wishes.read(call.trip_id, self._areas.trips.get(call.access).members)

    def open_poll(self, call: Call, wanted: OpenPoll) -> Data:
        """A poll of who asked, one however often its answer is begun: `pollId`, `question`, `options`."""
        _check_effects(call)
        # The group is told who asks.
        name = self._areas.names(call.trip_id, [call.uid])[call.uid]
        call.access.caller = replace(call.access.caller, name=name)
        request = CreatePollRequest(
            trip_id=call.trip_id,
            title=_plain(wanted.question),
            kind=Kind.APPROVAL if wanted.multiple else Kind.SINGLE,
            options=[OptionInput(text=_plain(option)) for option in wanted.options],
            request_id=_digest(call.session.answer_id, compact(wanted.model_dump(mode="json"))),
        )
        poll_id, poll = self._areas.polls.create(call.access, request, source="assistant")
        return {"pollId": poll_id, "question": poll.title, "options": [option.text for option in poll.options]}


def _plain(text: str) -> str:
    """A text of the model as the group may read it. Raises FailedPrecondition if there is nothing left of it."""
    plain = harmless(text, INSTRUCTIONS)
    if not plain:
        raise FailedPrecondition("say the question and each option in plain words", reason="NO_WORDS")
    return plain


def _binding(language: str | None, binding: list[Data]) -> list[str]:
    """What keeps more out, each thing once."""
    constraints = dict.fromkeys(one["constraint"] for one in binding)
    return [say(language, BINDING[constraint]) for constraint in constraints]


def _missed(language: str | None, breaks: list[Data]) -> list[str]:
    """The breaks for which there is no room, each kind once."""
    missed = [one for one in breaks if one["at"] is None]
    told = (say(language, "no_break", minutes=one["minutes"], low=one["from"], high=one["to"]) for one in missed)
    return list(dict.fromkeys(told))


def _check_effects(call: Call) -> None:
    made = sum("proposalId" in one or "pollId" in one for one in call.told)
    if made >= MOST_EFFECTS:
        raise FailedPrecondition("That is enough for one answer; tell people what there is", reason="ENOUGH")


def _day_ids(days: dict[str, Any], dates: list[date] | None) -> list[str]:
    """The days of the plan on these dates (None: all), in order. Raises FailedPrecondition."""
    wanted = None if dates is None else {one.isoformat() for one in dates}
    missing = (wanted or set()) - {day.get("date") for day in days.values()}
    if missing or not days:
        named = f" on {', '.join(sorted(missing))}" if missing else "s"
        raise FailedPrecondition(f"the plan has no day{named}", reason="DAY_NOT_FOUND")
    found = [(day["order"], day_id) for day_id, day in days.items() if wanted is None or day.get("date") in wanted]
    return [day_id for _, day_id in sorted(found)]


def _day(doc: dict[str, Any], day_id: str) -> Data:
    own = [stop for stop in doc["stops"].values() if stop["dayId"] == day_id]
    in_order = sorted(own, key=lambda stop: (stop.get("at") or "24:00", stop["order"]))
    return {
        "date": doc["days"][day_id].get("date"),
        "stops": [{"title": stop["name"], "at": stop.get("at")} for stop in in_order],
    }


def _digest(*parts: str) -> str:
    return hashlib.sha256("/".join(parts).encode()).hexdigest()[:40]

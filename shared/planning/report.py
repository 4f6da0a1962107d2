"""What people are told about a plan: what moved, what is left out and why, who gets how much of it. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from shared.itinerary import Solution
from shared.itinerary.slots import breaks
from shared.itinerary.solution import Branch, DayPlan, Split
from shared.planning.breaks import rests
from shared.planning.brief import Brief
from shared.planning.facts import Facts, PlanStop
from shared.planning.parting import going
from shared.planning.placing import Slot, clock
from shared.planning.reasons import BINDING, OTHERWISE, WHY
from shared.planning.regrouping import Regrouped
from shared.planning.task import Task
from shared.planning.walks import legs, travel_minutes
from shared.reactions.models import Reaction
from shared.words import Key, say

_COUNTED: Final[Mapping[str, Key]] = {
    "moved": "count_moved",
    "retimed": "count_retimed",
    "placed": "count_placed",
    "leftOut": "count_leftOut",
    "settled": "count_settled",
}


def report_of(
    facts: Facts,
    brief: Brief,
    task: Task,
    solution: Solution,
    together: Solution,
    slots: Mapping[str, Slot],
    changed: Mapping[str, Slot],
    vetoed: Sequence[PlanStop],
) -> dict[str, Any]:
    """The part of a job's result about one plan: `moved`, `retimed`, `placed`, `leftOut`, `splits`, `satisfaction`,
    `binding`, `breaks`, `unconverted`, `travelMinutes`, `legs`, the ways between the stops of each day, and what
    `sources` says. Nothing in it tells what a profile says.
    """
    shown, days = task.shown, range(len(task.days))
    ways = {day.id: legs(facts, shown, index, slots) for index, day in enumerate(task.days)}
    return {
        **_changes(facts, changed),
        "leftOut": [
            *_left_out(facts, brief, task, solution, vetoed),
            *_left_to_some(facts, brief, task, slots),
            *_not_looked_at(facts, brief, task),
        ],
        "splits": _splits(facts, task, solution, together, slots),
        "satisfaction": _satisfaction(task, solution),
        "binding": _binding(facts, task, solution),
        "breaks": [one for day in days for one in _breaks(facts, task, day, slots)],
        "unconverted": _unconverted(facts, task, changed),
        "travelMinutes": [travel_minutes(facts, shown, day, slots) for day in days],
        "legs": {day_id: own for day_id, own in ways.items() if own},
        **sources(task),
    }


def sources(task: Task) -> dict[str, Any]:
    """Where the travel times that were planned with come from: whether some are `estimated`, and `attributions` to
    show."""
    return {"estimated": task.ways.estimated, "attributions": list(task.ways.attributions)}


def summary(report: Mapping[str, Any], language: str | None) -> str:
    """A line for whoever follows the job, in a language."""
    counts = [say(language, key, count=len(report[kind])) for kind, key in _COUNTED.items() if report.get(kind)]
    return say(language, "changed", counts=counts) if counts else say(language, "unchanged")


def _changes(facts: Facts, changed: Mapping[str, Slot]) -> dict[str, Any]:
    """`moved` to another day, `retimed` on their day, `placed` from the ideas, each with where from and where to."""
    found: dict[str, Any] = {"moved": [], "retimed": [], "placed": []}
    for id_, slot in changed.items():
        stop = facts.stops[id_]
        was = Slot(stop.day, stop.at)
        if slot.day is None or was == Slot(slot.day, slot.at):
            continue
        kind = "placed" if stop.day is None else "retimed" if stop.day == slot.day else "moved"
        found[kind].append({"stopId": id_, "name": stop.name, "from": was.told(), "to": slot.told()})
    return found


def _left_out(
    facts: Facts, brief: Brief, task: Task, solution: Solution, vetoed: Sequence[PlanStop]
) -> list[dict[str, Any]]:
    """What is not in the plan, though it was or somebody wants it: why, in a word and a sentence."""
    found = []
    for stop in vetoed:
        found.append(_left(facts, stop, "vetoed", "back_to_ideas"))
    for stop in facts.ideas:
        # An idea that nobody asked to place is no news.
        if brief.pool and facts.group.vetoed(stop.id):
            found.append(_left(facts, stop, "vetoed", "stays_idea"))
    for one in solution.left_out:
        for stop in task.behind(one.visit):
            kept = stop.bound or one.visit in task.apart
            becomes: Key = "keeps_its_time" if kept else "stays_idea" if stop.day is None else "back_to_ideas"
            found.append(_left(facts, stop, one.reason.value, becomes))
    return found


def _left_to_some(facts: Facts, brief: Brief, task: Task, slots: Mapping[str, Slot]) -> list[dict[str, Any]]:
    """What only some take part in, and is lost to them, or booked, so that they had better look at it themselves."""
    found = []
    for stop in (stop for parts in task.apart.values() for stop in parts):
        if stop.day in brief.avoid.get(stop.id, ()):
            lost = slots[stop.id].day is None
            found.append(
                _left(facts, stop, "closed", "back_to_ideas")
                if lost
                else _left(facts, stop, "closed", "keeps_its_time", "why_some_only")
            )
    for stop in facts.ideas:
        if brief.pool and stop.who and stop.planned:
            found.append(_left(facts, stop, "some_only", "stays_idea"))
    return found


def _not_looked_at(facts: Facts, brief: Brief, task: Task) -> list[dict[str, Any]]:
    """Ideas beyond what is planned at once."""
    crowded = (facts.stops[id_] for id_ in brief.ideas if id_ not in task.stops)
    return [_left(facts, stop, "too_many", "stays_idea") for stop in crowded]


def _left(facts: Facts, stop: PlanStop, reason: str, becomes: Key, because: Key | None = None) -> dict[str, Any]:
    """A stop that is left out, for a `reason` in a word; `because` says more than that."""
    who = facts.group.names(facts.group.who(stop.id, Reaction.VETO))
    why = say(facts.language, because or WHY.get(reason, OTHERWISE), who=who)
    text = say(facts.language, becomes, name=stop.name, why=why)
    return {"stopId": stop.id, "name": stop.name, "was": stop.day, "reason": reason, "text": text}


def regroupings(facts: Facts, parties: Regrouped) -> list[dict[str, Any]]:
    """For each stop that is lost to some of the group: `who`, the stops they go to `instead`, and a `text`."""
    found = []
    for id_, instead in parties.instead.items():
        stop, others = facts.stops[id_], [facts.stops[one] for one in instead]
        key: Key = "apart_free" if not others else "apart_joined" if others[0].day else "apart_instead"
        places = ", ".join(one.name for one in others)
        text = say(facts.language, key, who=facts.group.names(stop.who), name=stop.name, places=places)
        found.append({"stopId": id_, "name": stop.name, "who": list(stop.who), "instead": list(instead), "text": text})
    return found


def _satisfaction(task: Task, solution: Solution) -> list[dict[str, Any]]:
    """By member, what they get of the best plan for them alone (0..1); empty while nobody said what they want."""
    shares = _shares(solution)
    return [{"uid": uid, "share": shares[voice.id]} for voice in task.voices for uid in voice.uids]


def _shares(solution: Solution) -> dict[str, float]:
    return {one.member: round(one.share, 3) for one in solution.members}


def _splits(
    facts: Facts, task: Task, solution: Solution, together: Solution, slots: Mapping[str, Slot]
) -> list[dict[str, Any]]:
    """Each half-day on which the group splits up: when and where they part and meet, and for each part who goes, to
    which stops, and what each member gets of the best plan for them alone, by this plan and by one `together`."""
    shares, before = _shares(solution), _shares(together)

    def part(branch: Branch) -> dict[str, Any]:
        return {
            "who": list(going(facts, branch.members)),
            "stops": [stop.visit for stop in branch.stops],
            "satisfaction": [{"uid": uid, "share": shares[uid], "together": before[uid]} for uid in branch.members],
        }

    def told(day: DayPlan, split: Split) -> dict[str, Any]:
        after, meeting = split.part_after, split.meet_before
        return {
            "dayId": task.days[day.index].id,
            "half": split.half,
            "partAt": clock(_over(slots, task.behind(after)[-1]) if after else split.part_at),
            "partAfter": task.behind(after)[-1].id if after else None,
            "meetAt": clock(slots[task.behind(meeting)[0].id].at or 0 if meeting else split.meet_at),
            "meetBefore": task.behind(meeting)[0].id if meeting else None,
            "parts": [part(branch) for branch in split.branches],
        }

    return [told(day, day.split) for day in solution.days if day.split]


def _over(slots: Mapping[str, Slot], stop: PlanStop) -> int:
    return (slots[stop.id].at or 0) + stop.minutes


def _unconverted(facts: Facts, task: Task, changed: Mapping[str, Slot]) -> list[dict[str, Any]]:
    """Costs of ideas that were placed, in currencies for which there is no rate: the budget was kept without them."""
    if facts.budget is None:
        return []
    placed = (id_ for id_, slot in changed.items() if slot.day and id_ in task.stops)
    stops = [facts.stops[id_] for id_ in placed if facts.stops[id_].day is None]
    costs = [(stop.id, stop.cost) for stop in stops if stop.cost and not task.problem.visit(stop.id).cost]
    return [{"stopId": id_, "amount": cost.amount, "currency": cost.currency} for id_, cost in costs if cost.amount]


def _binding(facts: Facts, task: Task, solution: Solution) -> list[dict[str, Any]]:
    """What keeps more out; where that is time, breaks take some of it, too."""
    found = [(one.constraint, one.day) for one in solution.binding]
    if ("time", None) in found:
        found += [("breaks", day.index) for day in task.problem.days if breaks(day)]
    return [
        {
            "constraint": constraint,
            "dayId": None if day is None else task.days[day].id,
            "text": say(facts.language, BINDING[constraint]),
        }
        for constraint, day in found
    ]


def _breaks(facts: Facts, task: Task, day: int, slots: Mapping[str, Slot]) -> list[dict[str, Any]]:
    """The breaks of a day: `at` what time and `after` which stop (null: before the first), or with a null `at` a `text`
    that says that there is no room."""
    begins = {id_: slots[task.behind(id_)[0].id] for id_ in task.stops if task.behind(id_)[0].id in slots}
    own = [(slot.at, id_) for id_, slot in begins.items() if slot.day == task.days[day].id and slot.at is not None]
    told = {one.id: one for one in task.days[day].breaks}
    found = []
    for rest in rests(task, day, [(task.problem.visit(id_), at) for at, id_ in sorted(own)]):
        wanted = told[rest.pause.name]
        low, high = clock(wanted.opens), clock(wanted.closes)
        one = {"dayId": task.days[day].id, "breakId": wanted.id, "name": wanted.name, "minutes": wanted.minutes}
        one |= {"from": low, "to": high}
        if rest.at is None:
            text = say(facts.language, "no_break", minutes=wanted.minutes, low=low, high=high)
            found.append({**one, "at": None, "after": None, "text": text})
        else:
            after = task.behind(rest.after)[-1].id if rest.after else None
            found.append({**one, "at": clock(rest.at), "after": after, "text": None})
    return found

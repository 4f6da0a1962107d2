"""What people are told about a plan: what moved, what is left out and why, who gets how much of it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from shared.itinerary import Reason, Solution
from shared.planning.brief import Brief
from shared.planning.facts import Facts, PlanStop
from shared.planning.task import Task
from shared.planning.timing import on_the_way, standing
from shared.reactions.group import voices
from shared.reactions.models import Reaction

_WHY: Final = {
    Reason.CLOSED: "it is not open when you could go, or must not be on the days that are left",
    Reason.TOO_FAR: "it is too far for the hours of a day",
    Reason.OVER_BUDGET: "it costs more than is left of the budget",
    Reason.ALTERNATIVE_CHOSEN: "something else was chosen instead",
    Reason.LOW_INTEREST: "nobody is interested enough",
    Reason.CLASH: "it clashes with another booking",
    Reason.KIND_LIMIT: "the days have enough of the kind",
}
_COUNTED: Final = (
    ("moved", "moved to another day"),
    ("retimed", "at another time"),
    ("placed", "placed from the ideas"),
    ("leftOut", "left out"),
)
_NO_TIME: Final = "there is no time for it beside the rest"


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a stop stands: day and minute after midnight; no day: among the ideas."""

    day: str | None
    at: int | None


def report_of(
    facts: Facts,
    brief: Brief,
    task: Task,
    solution: Solution,
    slots: Mapping[str, Slot],
    changed: Mapping[str, Slot],
    vetoed: Sequence[PlanStop],
) -> dict[str, Any]:
    """The part of a job's result about one plan: `moved`, `retimed`, `placed`, `leftOut`, `satisfaction`, `binding`,
    `travelMinutes`, and `legs`, the ways between the stops of each day. Nothing in it tells what a profile says.
    """
    return {
        **_changes(facts, changed),
        "leftOut": _left_out(facts, brief, task, solution, vetoed),
        "satisfaction": _satisfaction(facts, solution),
        "binding": _binding(task, solution),
        "travelMinutes": _travel(task.shown, slots),
        "legs": _legs(task.shown, slots),
    }


def summary(report: Mapping[str, Any]) -> str:
    """A line for whoever follows the job."""
    counts = [(len(report[kind]), words) for kind, words in _COUNTED]
    said = ", ".join(f"{count} {words}" for count, words in counts if count)
    return said[0].upper() + said[1:] if said else "The plan stays as it is"


def _changes(facts: Facts, changed: Mapping[str, Slot]) -> dict[str, Any]:
    """`moved` to another day, `retimed` on their day, `placed` from the ideas, each with where from and where to."""
    found: dict[str, Any] = {"moved": [], "retimed": [], "placed": []}
    for id_, slot in changed.items():
        stop = facts.stops[id_]
        if slot.day is None:
            continue
        kind = "placed" if stop.day is None else "retimed" if stop.day == slot.day else "moved"
        found[kind].append(
            {"stopId": id_, "name": stop.name, "from": place_of(Slot(stop.day, stop.at)), "to": place_of(slot)}
        )
    return found


def place_of(slot: Slot) -> dict[str, Any]:
    """A slot as callers read it: `dayId`, and `at` as "HH:MM"."""
    return {"dayId": slot.day, "at": None if slot.at is None else f"{slot.at // 60:02d}:{slot.at % 60:02d}"}


def _left_out(
    facts: Facts, brief: Brief, task: Task, solution: Solution, vetoed: Sequence[PlanStop]
) -> list[dict[str, Any]]:
    """What is not in the plan, though it was or somebody wants it: why, in a word and a sentence."""
    found = []
    for stop in vetoed:
        who = facts.group.names(facts.group.who(stop.id, Reaction.VETO))
        found.append(_left(stop, "vetoed", f"{stop.name} goes back to the ideas: vetoed by {who}."))
    for stop in facts.ideas:
        # An idea that nobody asked to place is no news.
        if brief.pool and (uids := facts.group.who(stop.id, Reaction.VETO)):
            found.append(_left(stop, "vetoed", f"{stop.name} stays an idea: vetoed by {facts.group.names(uids)}."))
    for one in solution.left_out:
        stop = task.stops[one.visit]
        happens = "keeps its time all the same" if stop.bound else "stays an idea" if stop.day is None else ""
        why = _WHY.get(one.reason, _NO_TIME)
        text = f"{stop.name} {happens or 'goes back to the ideas'}: {why}."
        found.append(_left(stop, one.reason.value, text))
    return found


def _left(stop: PlanStop, reason: str, text: str) -> dict[str, Any]:
    return {"stopId": stop.id, "name": stop.name, "was": stop.day, "reason": reason, "text": text}


def _satisfaction(facts: Facts, solution: Solution) -> list[dict[str, Any]]:
    """By member, what they get of the best plan for them alone (0..1); empty while nobody said what they want."""
    shares = {one.member: round(one.share, 3) for one in solution.members}
    return [{"uid": uid, "share": shares[voice.id]} for voice in voices(facts.group) for uid in voice.uids]


def _binding(task: Task, solution: Solution) -> list[dict[str, Any]]:
    return [
        {
            "constraint": one.constraint,
            "dayId": None if one.day is None else task.days[one.day].id,
            "text": one.message,
        }
        for one in solution.binding
    ]


def _travel(task: Task, slots: Mapping[str, Slot]) -> list[dict[str, Any]]:
    """Minutes on the way, by day, before and after."""
    return [
        {
            "dayId": day.id,
            "before": on_the_way(task, index, [stop.id for stop in standing(task, index)]),
            "after": on_the_way(task, index, _order(task, slots, day.id)),
        }
        for index, day in enumerate(task.days)
    ]


def _legs(task: Task, slots: Mapping[str, Slot]) -> dict[str, list[dict[str, Any]]]:
    """By day, the ways from stop to stop: their ids, `mode`, `minutes` and `metres`; none to what has no place."""
    found: dict[str, list[dict[str, Any]]] = {}
    for day in task.days:
        for one, other in pairwise(_order(task, slots, day.id)):
            if task.stops[one].point is None or task.stops[other].point is None:
                continue
            a, b = (task.problem.visit(stop_id).location for stop_id in (one, other))
            mode = task.problem.travel.choose(a, b)
            minutes, metres = round(mode.minutes[a][b]), round(mode.metres[a][b]) if mode.metres else 0
            leg = {"from": one, "to": other, "mode": mode.name, "minutes": minutes, "metres": metres}
            found.setdefault(day.id, []).append(leg)
    return found


def _order(task: Task, slots: Mapping[str, Slot], day_id: str) -> list[str]:
    """The stops that stand on a day in the end, by time."""
    own = [(slot.at or 0, id_) for id_, slot in slots.items() if slot.day == day_id and id_ in task.stops]
    return [id_ for _, id_ in sorted(own)]

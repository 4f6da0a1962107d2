"""The group's ideas that a plan leaves in the pool, and why."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from shared.assistant.choice import idea_key
from shared.assistant.context import Idea
from shared.assistant.draft import LeftOut, PlannedDay
from shared.assistant.task import PlanInput
from shared.itinerary import Reason, Solution
from shared.reactions.models import Reaction
from shared.words import Key, say

_WORDS: Final = {
    Reason.CLOSED: "closed",
    Reason.TOO_FAR: "too_far",
    Reason.OVER_BUDGET: "over_budget",
    Reason.NO_TIME: "no_time",
    Reason.DAY_FULL: "no_time",
    Reason.WALKING_LIMIT: "too_far",
    Reason.CLASH: "no_time",
}

LEFT: Final[Mapping[str, Key]] = {
    "closed": "left_closed",
    "too_far": "left_too_far",
    "over_budget": "left_over_budget",
    "no_time": "left_no_time",
    "other": "left_other",
}
"""The sentence on an idea that stays one, by the word for why."""


def left_out(given: PlanInput, solution: Solution) -> tuple[LeftOut, ...]:
    """Vetoed ideas first; ideas for other places than this trip's destinations are not named."""
    wanted = {one.place_id: one.idea for one in given.candidates.places if one.idea}
    missed = {idea: one.reason for one in solution.left_out if (idea := wanted.get(one.visit))}
    return tuple(_named(given, missed))


def _named(given: PlanInput, missed: dict[str, Reason]) -> Iterator[LeftOut]:
    language = given.constraints.language
    for stop_id, idea in given.ideas.items():
        if uids := given.group.who(stop_id, Reaction.VETO):
            yield _left(idea, "vetoed", say(language, "left_vetoed", name=idea.name, who=given.group.names(uids)))
    for stop_id, reason in missed.items():
        idea = given.ideas[stop_id]
        word = _WORDS.get(reason, "other")
        yield _left(idea, word, say(language, LEFT[word], name=idea.name))


def _left(idea: Idea, reason: str, text: str) -> LeftOut:
    return LeftOut(stop=idea.id, name=idea.name, reason=reason, text=text)


def hours_unknown(given: PlanInput, days: Iterable[PlannedDay]) -> Sequence[str]:
    """A sentence that names the planned ideas of which nobody knows when they are open, if there are any."""
    names = [stop.name for day in days for stop in day.stops if stop.idea and idea_key(stop.idea) in given.places]
    return [say(given.constraints.language, "hours_unknown", names=names)] if names else []

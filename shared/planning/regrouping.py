"""What becomes of stops for some of the group that may not be on their day any more, within their time apart. Pure.

Those whose stop it was go to an idea that they like, else they join the others, as far as they can be there and back in
time; else they are free. The stop itself goes back to the ideas, and what everybody does stays as it is.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import inf

from shared.assistant import interest
from shared.assistant.ways import between, step_up
from shared.itinerary import Travel
from shared.places.provider import PlaceProvider
from shared.planning.brief import Brief, free, known_day
from shared.planning.facts import Facts, PlanStop
from shared.planning.openings import openings
from shared.planning.parting import share_of
from shared.planning.placing import Slot
from shared.reactions.group import voices
from shared.reactions.models import Reaction

_LIKED = 0.6
"""What an idea is worth at least, on average, to those who go there instead: as much as one that they find fine."""
_MOST_IDEAS = 40
_NOTHING_SAID = 0.5


@dataclass(frozen=True, slots=True)
class Regrouped:
    """Where stops are to stand, and for whom, and by the stop that could not stay the ones gone to instead."""

    slots: Mapping[str, Slot]
    instead: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Gap:
    """The time that people have on a day: from when and where to when and where."""

    free: float
    here: str | None
    until: float
    there: str | None


def regrouped(
    facts: Facts,
    brief: Brief,
    provider: PlaceProvider,
    price: Callable[[PlanStop], int],
    slots: Mapping[str, Slot],
    money: int | None,
) -> Regrouped:
    """What changes for those who are apart, given where all stops are to stand. `price`: of a stop in the currency of
    the plan; `money`: what may be spent besides, in the same."""
    found = dict(slots)
    changed: dict[str, Slot] = {}
    instead: dict[str, tuple[str, ...]] = {}
    left = inf if money is None else money
    for stop in _out_of_place(facts, brief):
        gap = _gap(facts, found, stop)

        def share(idea: PlanStop, who: tuple[str, ...] = stop.who) -> int:
            """What they pay of an idea that is for everybody, or for them."""
            return price(idea) if idea.who else share_of(facts, price(idea), who)

        changed[stop.id] = found[stop.id] = Slot(None, None)
        made = _idea(facts, brief, provider, found, stop, gap, _within(share, left)) or _joined(
            facts, brief, found, stop, gap
        )
        left -= sum(share(facts.stops[id_]) for id_ in made if facts.stops[id_].day is None)
        instead[stop.id] = tuple(made)
        changed.update(made)
        found.update(made)
    return Regrouped(changed, instead)


def _out_of_place(facts: Facts, brief: Brief) -> list[PlanStop]:
    """Stops for some that may not be on their day, by time; what is booked stays, and what has been begun."""
    found = [
        stop
        for stop in facts.stops.values()
        if stop.who and stop.planned and not stop.reserved and stop.day in brief.avoid.get(stop.id, ())
        if stop.day in brief.days and not _begun(stop, brief)
    ]
    return sorted(found, key=lambda stop: (stop.day or "", stop.at or 0, stop.id))


def _begun(stop: PlanStop, brief: Brief) -> bool:
    since = brief.since.get(stop.day or "")
    return since is not None and (stop.at or 0) < since.happened


def _gap(facts: Facts, slots: Mapping[str, Slot], stop: PlanStop) -> _Gap:
    """From the end of what they all do before to the begin of what one of them does next."""
    at, day = stop.at or 0, facts.day(stop.day or "")
    own = [(slot.at, other) for other, slot in _on(facts, slots, stop) if slot.at is not None and other.id != stop.id]
    theirs = [(begin, other) for begin, other in own if not other.who or set(stop.who) & set(other.who)]
    before = max(((begin + other.minutes, other.id) for begin, other in theirs if begin < at), default=None)
    after = min(((begin, other.id) for begin, other in theirs if begin >= at), default=None)
    opens, closes = (day.start, day.end) if day else (0, 0)
    return _Gap(*(before or (opens, None)), *(after or (closes, None)))


def _on(facts: Facts, slots: Mapping[str, Slot], stop: PlanStop) -> Iterable[tuple[PlanStop, Slot]]:
    """The stops that stand on the day of one in the end, for whom they are in the end."""
    for other in facts.stops.values():
        slot = slots.get(other.id) or Slot(other.day, other.at)
        if slot.day == stop.day:
            yield (other.model_copy(update={"who": slot.who}) if slot.who else other), slot


def _idea(
    facts: Facts,
    brief: Brief,
    provider: PlaceProvider,
    slots: Mapping[str, Slot],
    stop: PlanStop,
    gap: _Gap,
    affordable: Callable[[PlanStop], bool],
) -> dict[str, Slot]:
    """The idea that they like best, of those that have room there."""
    day = known_day(facts, stop.day or "")
    ideas = [
        idea
        for idea in facts.ideas
        if (free(facts, idea) or (idea.planned and set(idea.who) == set(stop.who)))
        and (slots.get(idea.id) or Slot(None, None)).day is None
        and not _refused(facts, idea, stop.who)
        and affordable(idea)
    ]
    ranked = sorted(((-_liking(facts, provider, idea, stop.who), idea.id, idea) for idea in ideas), key=lambda x: x[:2])
    chosen = [idea for worth, _, idea in ranked if -worth >= _LIKED][:_MOST_IDEAS]
    way = _ways(facts, (*chosen, *(facts.stops[id_] for id_ in (gap.here, gap.there) if id_)))
    for idea in chosen:
        onward = way(idea.id, gap.there)
        for low, high in openings(day, idea, provider.get(idea.place_id or ""), brief):
            begin = step_up(max(low, gap.free + way(gap.here, idea.id)))
            if begin + idea.minutes <= min(high, gap.until - onward):
                return {idea.id: Slot(stop.day, begin, stop.who)}
    return {}


def _joined(facts: Facts, brief: Brief, slots: Mapping[str, Slot], stop: PlanStop, gap: _Gap) -> dict[str, Slot]:
    """What others of the group do meanwhile, from when on they can be there; nothing that one of them vetoed."""
    found: dict[str, Slot] = {}
    others = sorted(
        ((slot.at or 0, other.id, other) for other, slot in _on(facts, slots, stop)
         if slot.at is not None and other.who and not set(other.who) & set(stop.who) and not other.reserved),
        key=lambda one: one[:2],
    )  # fmt: skip
    way = _ways(facts, (*(one for *_, one in others), *(facts.stops[id_] for id_ in (gap.here, gap.there) if id_)))
    now, here, party = gap.free, gap.here, None
    for begin, id_, other in others:
        fits = now + way(here, id_) <= begin and begin + other.minutes + way(id_, gap.there) <= gap.until
        spoilt = stop.day in brief.avoid.get(id_, ()) or _refused(facts, other, stop.who)
        if fits and not spoilt and party in (None, other.who):
            together = {*other.who, *stop.who}
            found[id_] = Slot(stop.day, begin, tuple(one for one in facts.travellers if one in together))
            now, here, party = begin + other.minutes, id_, other.who
    return found


def _ways(facts: Facts, stops: Iterable[PlanStop]) -> "_Ways":
    points = {stop.id: stop.point for stop in stops if stop.point}
    found = between([points], ("walk", "transit"), facts.group.walk_metres)
    return _Ways(found.travel, found.location)


@dataclass(frozen=True, slots=True)
class _Ways:
    """Our own estimates; no time to or from where nobody knows a place."""

    travel: Travel
    location: Mapping[str, int]

    def __call__(self, one: str | None, other: str | None) -> float:
        a, b = self.location.get(one or ""), self.location.get(other or "")
        return 0.0 if a is None or b is None or a == b else self.travel.choose(a, b).minutes[a][b]


def _refused(facts: Facts, stop: PlanStop, who: Iterable[str]) -> bool:
    return not set(facts.group.who(stop.id, Reaction.VETO)).isdisjoint(who)


def _liking(facts: Facts, provider: PlaceProvider, idea: PlanStop, who: tuple[str, ...]) -> float:
    """What an idea is worth to some of the travellers on average, guests aside."""
    place = provider.get(idea.place_id or "")
    labels, weight = (interest.labels(place), place.weight) if place else (frozenset((idea.kind,)), 0.5)
    heard = {uid: voice for voice in voices(facts.group) for uid in voice.uids}
    own = [heard[uid].score(facts.group, idea.id, labels, weight, _NOTHING_SAID) for uid in who if uid in heard]
    return sum(own) / len(own) if own else _NOTHING_SAID


def _within(share: Callable[[PlanStop], int], money: float) -> Callable[[PlanStop], bool]:
    return lambda idea: share(idea) <= money

"""What the plan, the catalogue and the budget say, and how far it is from here to there."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import Final

from emulator.gemini import lexicon
from emulator.gemini.conversation import cues
from emulator.gemini.conversation.looking import (
    READ_PLAN,
    day_line,
    days_of,
    find_places,
    find_stops,
    searched,
    wishes_of,
)
from emulator.gemini.conversation.naming import name_in, pair_in, spans
from emulator.gemini.conversation.turn import Call, Data, LookUp, Skill, Turn
from emulator.gemini.conversation.when import When, read_when
from emulator.gemini.text import pattern

_NAMED: Final = 8
_MODES: Final = {"train": "transit", "bus": "transit", "car": "drive"}


def plan(turn: Turn) -> Skill:
    """What is planned, of all days or of those that are named."""
    (known,) = yield [READ_PLAN]
    if "error" in known:
        return turn.failed(known)
    when = read_when(turn.folded, turn.language)
    dates = [one.isoformat() for one in when.dates(days_of(turn, known), turn.trip.today)]
    if when.days and not dates:
        return turn.say("no_such_day")
    days = [day for day in known.get("days", ()) if day.get("stops") and (not dates or day.get("date") in dates)]
    ideas = ", ".join(str(idea["title"]) for idea in known.get("ideas", ())) if not dates else ""
    said = [turn.say("day_empty", date=", ".join(dates)) if dates else turn.say("plan_empty")]
    if days:
        said = [turn.say("plan"), *(day_line(day) for day in days)]
    return "\n".join([*said, *([turn.say("ideas", names=ideas)] if ideas else [])])


def hours(turn: Turn) -> Skill:
    """When a place is open, on a day if one is named."""
    place, when = yield from _meant(turn, cues.HOURS)
    if place is None:
        return turn.say("place_unknown")
    on = None
    if when.days:
        (known,) = yield [READ_PLAN]
        dates = when.dates(days_of(turn, known), turn.trip.today)
        on = dates[0].isoformat() if dates else None
        if on is None:
            return turn.say("no_such_day")
    (told,) = yield [Call("place_details", {"placeId": place["id"], **({"date": on} if on else {})})]
    if "name" not in told:
        return turn.say("place_unknown")
    if "openOnDate" not in told:
        return turn.say("hours", name=told["name"], hours=told["openingHours"])
    opens = ", ".join(f"{one['opens']}-{one['closes']}" for one in told["openOnDate"])
    return turn.say("hours_on" if opens else "closed_on", name=told["name"], date=told["date"], hours=opens)


def price(turn: Turn) -> Skill:
    """What a place costs."""
    place, _ = yield from _meant(turn, cues.PRICE)
    if place is None:
        return turn.say("place_unknown")
    (told,) = yield [Call("place_details", {"placeId": place["id"]})]
    return turn.failed(told) if "price" not in told else turn.say("price", name=told["name"], price=told["price"])


def budget(turn: Turn) -> Skill:
    """The trip's money: what there is, what is planned, what is spent, what is left."""
    (told,) = yield [Call("read_budget", {})]
    if "error" in told:
        return turn.failed(told)
    said = [turn.say("budget_is", amount=told["budget"]) if told.get("budget") else turn.say("budget_none")]
    said += [turn.say(f"budget_{key}", amount=told[key]) for key in ("planned", "actual") if told.get(key)]
    said += [turn.say("budget_left", amount=told["leftToSpend"])] if told.get("leftToSpend") else []
    if told.get("withoutRate"):
        said.append(turn.say("budget_no_rate", amounts=", ".join(told["withoutRate"])))
    return "\n".join(said)


def way(turn: Turn) -> Skill:
    """How far it is between two places, and how long it takes."""
    ends = pair_in(turn, spans(turn, cues.WAY, cues.WALKING, cues.RIDING))
    if not ends:
        return turn.say("way_what")
    ids = []
    for name in ends:
        place = yield from _anywhere(turn, name)
        if place is None:
            return f"{turn.say('place_unknown')} ({name})"
        ids.append(place["id"])
    mode = _mode(turn)
    (told,) = yield [Call("travel_times", {"placeIds": ids, **({"mode": mode} if mode else {})})]
    legs = told.get("legs", ())
    if not legs:
        return turn.failed(told)
    estimated = [turn.say("way_estimated")] if any(leg.get("estimated") for leg in legs) else []
    return "\n".join([*(_leg(turn, leg) for leg in legs), *estimated])


def search(turn: Turn) -> Skill:
    """Places of the kinds that are asked for, best first; without a kind the best known."""
    found = yield from searched(turn, [{**wish, "limit": _NAMED} for wish in wishes_of(turn) or [{}]])
    in_turns = (place for places in zip_longest(*found) for place in places if place)
    named = list(dict.fromkeys(str(place["name"]) for place in in_turns))[:_NAMED]
    where = ", ".join(turn.towns) or "…"
    if not named:
        return turn.say("nothing_found", where=where)
    key = "found" if len(named) > 1 else "found_one"
    return turn.say(key, count=len(named), where=where, names=", ".join(named))


def _meant(turn: Turn, cue: re.Pattern[str]) -> LookUp[tuple[Data | None, When]]:
    """The place that a question is about, and the days it speaks of."""
    when = read_when(turn.folded, turn.language)
    name = name_in(turn, [*spans(turn, cue), *when.spans])
    return ((yield from _anywhere(turn, name)) if name else None), when


def _anywhere(turn: Turn, name: str) -> LookUp[Data | None]:
    """A place by its name: of the catalogue, else a stop of the plan that is a place."""
    places = yield from find_places(turn, name)
    if places:
        return places[0]
    (known,) = yield [READ_PLAN]
    stops = yield from find_stops(turn, known, name)
    return next(({"id": stop["placeId"]} for stop in stops if stop.get("placeId")), None)


def _mode(turn: Turn) -> str | None:
    if cues.WALKING.search(turn.folded):
        return "walk"
    by = [mode for mode, terms in lexicon.TRANSPORT.items() if pattern(terms).search(turn.folded)]
    return next((_MODES[mode] for mode in by if mode in _MODES), None)


def _leg(turn: Turn, leg: Data) -> str:
    if leg.get("minutes") is None:
        return turn.say("way_none", start=leg["from"], end=leg["to"])
    metres = leg.get("metres")
    distance = "" if metres is None else f", {metres / 1000:.1f} km" if metres >= 1000 else f", {metres} m"
    mode = turn.say(f"mode_{leg['mode']}")
    return turn.say("way", start=leg["from"], end=leg["to"], minutes=leg["minutes"], distance=distance, mode=mode)

"""Adding, moving and removing stops: each ends in a proposal, or in words that say what is missing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import zip_longest
from typing import Final

from emulator.gemini.conversation import cues
from emulator.gemini.conversation.asking import search
from emulator.gemini.conversation.looking import (
    READ_PLAN,
    days_of,
    find_places,
    find_stops,
    is_free,
    minutes,
    planned_days,
    same_day,
    searched,
    wishes_of,
)
from emulator.gemini.conversation.naming import listed, name_in, names_in, spans, telling
from emulator.gemini.conversation.turn import Call, Data, LookUp, Skill, Turn
from emulator.gemini.conversation.when import PARTS, When, read_when

_MARGIN_MINUTES: Final = 30
_STEP_MINUTES: Final = 30
_TITLE_CHARACTERS: Final = 80
_MOST_NAMED: Final = 5
_MOST_AT_ONCE: Final = 4


def add(turn: Turn) -> Skill:
    """Add places to a day, or as ideas; one that the catalogue does not know is an unverified idea."""
    when = read_when(turn.folded, turn.language)
    said = spans(turn, cues.ADD, cues.WANT, cues.SEEING, cues.AS_IDEA)
    names = names_in(turn, [*said, *when.spans])
    if not names:
        return turn.say("which_place")
    (plan,) = yield [READ_PLAN]
    if "error" in plan:
        return turn.failed(plan)
    dates = when.dates(days_of(turn, plan), turn.trip.today)
    on = dates[0] if dates and dates[0] in planned_days(plan) else None
    places, unknown = yield from _places(turn, names)
    if not places:
        name = names[0]
        return (yield from _proposed(turn, [({"action": "add", "idea": name}, turn.say("item_idea", name=name))]))
    items = []
    for place in places:
        change: Data = {"action": "add", "placeId": place["id"]}
        if on is None:
            items.append((change, turn.say("item_add", name=place["name"])))
            continue
        at = None if items else when.at or (yield from _free_time(turn, plan, place, on, when.part))
        items.append(_placed(turn, change, "item_add_when", place["name"], on, at))
    told = [turn.say("without_day")] if when.days and on is None else []
    told.append((yield from _proposed(turn, items)))
    return "\n".join([*told, *(f"{turn.say('place_unknown')} ({name})" for name in unknown)])


def want(turn: Turn) -> Skill:
    """Add what somebody wants to see on a day; without a day or a name, tell what there is to see."""
    when, name = _read(turn, cues.WANT, cues.SEEING)
    if when.days and name and telling(name):
        return (yield from add(turn))
    return (yield from search(turn))


def move(turn: Turn) -> Skill:
    """Move a stop to a day, a time, or both."""
    meant = yield from _meant(turn, cues.MOVE)
    if isinstance(meant, str):
        return meant
    when, plan, stop = meant
    dates = when.dates(planned_days(plan), turn.trip.today)
    if when.days and not dates:
        return turn.say("no_such_day")
    on = dates[-1] if dates else date.fromisoformat(stop["date"]) if stop["date"] else None
    if on is None or not (dates or when.at or when.part):
        return turn.say("move_where", name=stop["title"])
    at = when.at or (PARTS[when.part][0] if when.part else None)
    clock = at if isinstance(at, str) or at is None else f"{at // 60:02d}:{at % 60:02d}"
    change = {"action": "move", "stopId": stop["stopId"]}
    return (yield from _proposed(turn, [_placed(turn, change, "item_move", stop["title"], on, clock)]))


def remove(turn: Turn) -> Skill:
    """Take a stop out of the plan."""
    meant = yield from _meant(turn, cues.REMOVE)
    if isinstance(meant, str):
        return meant
    _, _, stop = meant
    change = {"action": "remove", "stopId": stop["stopId"]}
    return (yield from _proposed(turn, [(change, turn.say("item_remove", name=stop["title"]))]))


def _read(turn: Turn, *said: re.Pattern[str]) -> tuple[When, str | None]:
    """When, and what, besides the words that say what to do."""
    when = read_when(turn.folded, turn.language)
    return when, name_in(turn, [*spans(turn, *said), *when.spans])


def _meant(turn: Turn, said: re.Pattern[str]) -> LookUp[tuple[When, Data, Data] | str]:
    """When, the plan, and the stop of it that is meant; or what to say instead."""
    when, name = _read(turn, said)
    (plan,) = yield [READ_PLAN]
    if "error" in plan:
        return turn.failed(plan)
    stop = yield from _stop(turn, plan, name)
    return stop if isinstance(stop, str) else (when, plan, stop)


def _places(turn: Turn, names: list[str]) -> LookUp[tuple[list[Data], list[str]]]:
    """The places that are meant, and the names of those that the catalogue does not know."""
    if len(names) == 1:
        place = yield from _place(turn, names[0])
        names = [] if place else listed(names[0], turn.language)
        if len(names) < 2:
            return [place] if place else [], names
    several = [option for name in names for option in listed(name, turn.language)]
    wishes = [{"text": telling(one) or one, "limit": 1} for one in several[:_MOST_AT_ONCE]]
    found = [places[:1] for places in (yield from searched(turn, wishes))]
    unknown = [name for name, places in zip_longest(several, found) if not places]
    return [place for places in found for place in places], unknown


def _place(turn: Turn, name: str) -> LookUp[Data | None]:
    """The place that is meant: by its name, or the best one of the kind that is asked for."""
    if telling(name):
        places = yield from find_places(turn, name)
        return places[0] if places else None
    found = yield from searched(turn, [{**wish, "limit": 1} for wish in wishes_of(turn)])
    return next((places[0] for places in found if places), None)


def _stop(turn: Turn, plan: Data, name: str | None) -> LookUp[Data | str]:
    """The one stop that is meant, or what to say when there is none or there are several."""
    stops = (yield from find_stops(turn, plan, name)) if name else []
    if not stops:
        return turn.say("stop_unknown", name=name) if name else turn.say("which_place")
    titles = list(dict.fromkeys(str(stop["title"]) for stop in stops))
    if len(stops) > 1:
        return turn.say("which_stop", names=", ".join(titles[:_MOST_NAMED]))
    return stops[0]


def _free_time(turn: Turn, plan: Data, place: Data, on: date, part: str | None) -> LookUp[str | None]:
    """HH:MM within the part of the day, while the place is open and nothing else is planned; None if there is none."""
    if part is None:
        return None
    (told,) = yield [Call("place_details", {"placeId": place["id"], "date": on.isoformat()})]
    begins, ends = PARTS[part]
    length = told.get("minutes", 0)
    for span in told.get("openOnDate", ()):
        opens, closes = minutes(span["opens"]), minutes(span["closes"])
        closes += 24 * 60 if closes <= opens else 0
        for start in range(max(begins, -(-opens // _STEP_MINUTES) * _STEP_MINUTES), ends, _STEP_MINUTES):
            if start + length <= closes and is_free(same_day(plan, on), start, length, _MARGIN_MINUTES):
                return f"{start // 60:02d}:{start % 60:02d}"
    return None


def _placed(turn: Turn, change: Data, key: str, name: str, on: date, at: str | None) -> tuple[Data, str]:
    when = f"{on.isoformat()} {at or ''}".strip()
    return {**change, "on": on.isoformat(), **({"at": at} if at else {})}, turn.say(key, name=name, when=when)


def _proposed(turn: Turn, items: Sequence[tuple[Data, str]]) -> Skill:
    """What became of a proposal, in words. One that breaks a rule is put again, for others to find what is possible."""
    title = "; ".join(item for _, item in items)
    asked = {"title": title[:_TITLE_CHARACTERS], "changes": [change for change, _ in items]}
    (answer,) = yield [Call("propose_change", asked)]
    if "problems" in answer:
        (answer,) = yield [Call("propose_change", asked, attempt=2)]
    why = [str(one) for one in answer.get("problems") or answer.get("leftOut", ())]
    if "proposalId" in answer:
        # Where something else is proposed than was asked for, only what the tool says of it is true.
        other = [*answer.get("compromises", ()), *why]
        return "\n".join([turn.say("proposed"), *(other or (f"- {item}" for _, item in items))])
    return "\n".join([turn.say("not_proposed"), *(f"- {one}" for one in why)]) if why else turn.failed(answer)

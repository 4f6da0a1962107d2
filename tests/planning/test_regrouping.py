"""Rain and closures that reach stops of some: those find something else within their time apart, the others stay."""

from typing import Any

import pytest

from shared.planning.facts import Facts
from shared.planning.outcome import Outcome
from shared.planning.reading import minutes
from shared.planning.requests import Change, Closed, DayRainedOut, Replan
from shared.reactions.group import Group, Traveller
from shared.reactions.models import Reaction
from tests.planning.worlds import after, facts, plan, sight, solver, stop, world

GARDEN = sight("garden", -0.5, kind="park", minutes=75)
GALLERY = sight("gallery", 0.5, kind="museum", minutes=75)
TOWER = sight("tower", 0.6, kind="viewpoint", minutes=45)
BATHS = sight("baths", -0.4, kind="museum", minutes=60)
FAR = sight("far", -25.0, kind="museum", minutes=60, opening_hours="10:30-18:00")
LUNCH = sight("lunch", 0.0, kind="food", tags=("lunch",), opening_hours="12:00-14:00")
KNOWN = world(GARDEN, GALLERY, TOWER, BATHS, FAR, LUNCH)
PEOPLE = tuple(Traveller(uid=uid, name=uid.title()) for uid in ("ana", "ben", "cleo"))
EURO = {"currency": "EUR"}
RAIN = DayRainedOut(kind="dayRainedOut", day_id="d1")
SHUT = Closed(kind="closed", place_id="mila/garden", first="2027-05-03", last="2027-05-03")


def morning(**more: dict[str, Any]) -> dict[str, Any]:
    """Ben is in the garden while Ana and Cleo see a gallery; then they have lunch together."""
    stops = {
        "garden": stop(GARDEN, "d1", "09:30", who={"ben": True}, cost={"amount": 400, **EURO}),
        "gallery": stop(GALLERY, "d1", "10:00", who={"ana": True, "cleo": True}, cost={"amount": 2001, **EURO}),
        "lunch": stop(LUNCH, "d1", "12:00", kind="food", minutes=60),
        **more,
    }
    return plan(stops, days=2)


def group(**reactions: dict[str, Reaction]) -> Group:
    return Group(travellers=PEOPLE, reactions=reactions)


def known(doc: dict[str, Any], wishes: Group, **trip: Any) -> Facts:
    roles = {"ana": "owner", "ben": "editor", "cleo": "editor"}
    return facts(doc, KNOWN, wishes, roles=roles, members=tuple(roles), **trip)


def replanned(doc: dict[str, Any], change: Change, wishes: Group, **trip: Any) -> tuple[dict[str, Any], Outcome]:
    (made,) = solver(KNOWN).plans(known(doc, wishes, **trip), Replan(change=change))
    return after(doc, made)["stops"], made


@pytest.mark.parametrize("change", [RAIN, SHUT], ids=["rain", "closed"])
def test_an_idea_that_they_like_takes_the_place_of_what_is_lost_to_them(change: Change) -> None:
    doc = morning(baths=stop(BATHS, cost={"amount": 1000, **EURO}))
    stops, made = replanned(doc, change, group(baths={"ben": Reaction.LOVE, "ana": Reaction.RATHER_NOT}))
    baths = stops["baths"]
    assert (baths["dayId"], baths["who"], baths["cost"]["amount"]) == ("d1", {"ben": True}, 334)
    assert minutes("09:00") <= minutes(baths["at"]) <= minutes("12:00") - 60
    assert stops["garden"]["dayId"] is None and stops["garden"]["who"] == {"ben": True}
    assert [stops[key] for key in ("gallery", "lunch")] == [doc["stops"][key] for key in ("gallery", "lunch")]
    (told,) = made.report["regrouped"]
    assert (told["stopId"], told["who"], told["instead"]) == ("garden", ["ben"], ["baths"])
    assert told["text"] == "Ben: Baths instead of Garden"
    assert [one["stopId"] for one in made.report["placed"]] == ["baths"]
    assert "garden" in [one["stopId"] for one in made.report["leftOut"]]


@pytest.mark.parametrize(
    "idea",
    [
        {},
        {"far": stop(FAR)},
        {"baths": stop(BATHS, minutes=240)},
        {"tower": stop(TOWER)},
        {"baths": stop(BATHS, cost={"amount": 9000, **EURO})},
    ],
    ids=["none", "too far", "too long", "in the rain", "too dear"],
)
def test_without_such_an_idea_they_join_the_others(idea: dict[str, Any]) -> None:
    doc = morning(**idea)
    wishes = group(**{key: {"ben": Reaction.LOVE} for key in idea})
    stops, made = replanned(doc, RAIN, wishes, budget={"amount": 4000, **EURO})
    assert stops["gallery"] == {**doc["stops"]["gallery"], "who": {}, "cost": {"amount": 3002, **EURO}}
    assert stops["garden"]["dayId"] is None and stops["lunch"] == doc["stops"]["lunch"]
    assert all(stops[key]["dayId"] is None for key in idea)
    (told,) = made.report["regrouped"]
    assert told["instead"] == ["gallery"] and told["text"] == "Ben: with the others at Gallery instead of Garden"
    assert made.report["moved"] == made.report["retimed"] == []


def test_who_vetoed_what_the_others_do_is_free_and_is_told() -> None:
    doc = morning()
    stops, made = replanned(doc, RAIN, group(gallery={"ben": Reaction.VETO}))
    assert stops["gallery"] == doc["stops"]["gallery"] and stops["garden"]["dayId"] is None
    (told,) = made.report["regrouped"]
    assert (told["instead"], told["text"]) == ([], "Ben: free time instead of Garden")
    (left,) = [one for one in made.report["leftOut"] if one["stopId"] == "garden"]
    assert left["text"].startswith("Garden goes back to the ideas")


def test_nobody_joins_what_cannot_be_reached_or_begins_too_late() -> None:
    """Ben has breakfast until ten, at the other end of the town; the gallery has begun when he could be there."""
    doc = morning(breakfast=stop(FAR, "d1", "08:50", minutes=60, placeId=None, who={"ben": True}))
    doc["days"]["d1"]["start"] = "08:00"
    doc["stops"]["garden"]["at"] = "10:40"
    stops, made = replanned(doc, RAIN, group())
    assert stops["gallery"] == doc["stops"]["gallery"]
    assert made.report["regrouped"][0]["instead"] == []


def test_what_is_booked_for_some_stays_and_is_named() -> None:
    doc = morning(baths=stop(BATHS))
    doc["stops"]["garden"]["fixed"] = True
    stops, made = replanned(doc, RAIN, group(baths={"ben": Reaction.LOVE}))
    assert stops == doc["stops"] and made.report["regrouped"] == []
    (left,) = [one for one in made.report["leftOut"] if one["stopId"] == "garden"]
    assert "keeps its time all the same" in left["text"]


def test_rain_that_reaches_both_parts_brings_them_together() -> None:
    doc = morning(baths=stop(BATHS))
    doc["stops"]["gallery"] |= {"placeId": TOWER.id, "lat": TOWER.lat, "lng": TOWER.lng, "name": "Tower"}
    stops, made = replanned(doc, RAIN, group(baths={"ben": Reaction.LOVE}))
    told = {one["stopId"]: one["instead"] for one in made.report["regrouped"]}
    assert told == {"garden": ["baths"], "gallery": ["baths"]} and stops["baths"]["who"] == {}

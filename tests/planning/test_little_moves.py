"""What a re-plan does rather than disturb many: gaps, exchanges of two stops, an idea in the place of one. Counted."""

from collections.abc import Callable
from typing import Any

from clients.python.session import Session
from shared.planning.outcome import Outcome
from shared.planning.requests import DayRainedOut, Replan
from shared.reactions.group import Group, Traveller
from shared.reactions.models import Reaction
from tests.planning.conftest import Kyoto
from tests.planning.worlds import after, facts, plan, sight, solver, stop, world
from tests.support.people import make_trip
from tests.support.waiting import eventually

PARK = sight("park", 0.1, kind="park", minutes=120)
HALL = sight("hall", 0.2, kind="museum", minutes=120)
SALON = sight("salon", 0.1, kind="museum", minutes=120)
SIGHTS = {f"s{number}": sight(f"s{number}", 0.1 + number / 50, minutes=100) for number in range(8)}
TUESDAYS = {
    f"x{number}": sight(f"x{number}", 0.1 + number / 50, minutes=70, opening_hours="Tu 09:00-18:00")
    for number in range(5)
}
KNOWN = world(PARK, HALL, SALON, *SIGHTS.values(), *TUESDAYS.values())
RAIN = Replan(change=DayRainedOut(kind="dayRainedOut", day_id="d1"))
WISH = "Five days in Kyoto for three friends in early April: temples, ramen, one lazy morning, about 900 euros for us"


def counts(made: Outcome) -> dict[str, int]:
    return {kind: len(made.report[kind]) for kind in ("moved", "retimed", "placed")}


def test_two_stops_change_places_rather_than_all_behind_them_their_times() -> None:
    doc = plan({"park": stop(PARK, "d1", "10:00"), "hall": stop(HALL, "d2", "09:00"), **full_rest("d2")})
    made = solver(KNOWN).plans(facts(doc, KNOWN), RAIN)[0]
    assert counts(made) == {"moved": 2, "retimed": 0, "placed": 0}
    assert {one["stopId"]: one["to"]["dayId"] for one in made.report["moved"]} == {"park": "d2", "hall": "d1"}


def full_rest(day: str) -> dict[str, Any]:
    """From 11:10 on every minute is taken."""
    return {
        key: stop(SIGHTS[key], day, at, minutes=95)
        for key, at in zip(SIGHTS, ("11:10", "12:55", "14:40", "16:25"), strict=False)
    }


def test_an_idea_that_people_like_as_much_comes_in_before_whole_days_are_disturbed() -> None:
    """Tuesday could take the park only if its stops, which are closed on Monday, began at other times."""
    hours = ("09:30", "11:10", "12:50", "14:30", "16:10")
    crowded = {key: stop(place, "d2", at) for (key, place), at in zip(TUESDAYS.items(), hours, strict=True)}
    doc = plan({"park": stop(PARK, "d1", "10:00"), "salon": stop(SALON), **crowded})
    people = (Traveller(uid="ana"),)
    liked = Group(travellers=people, reactions={"park": {"ana": Reaction.FINE}, "salon": {"ana": Reaction.LOVE}})
    made = solver(KNOWN).plans(facts(doc, KNOWN, liked), RAIN)[0]
    assert after(doc, made)["stops"]["salon"]["dayId"] == "d1"
    assert [one["stopId"] for one in made.report["leftOut"]] == ["park"]
    assert counts(made) == {"moved": 0, "retimed": 0, "placed": 1} and made.drops
    loved = Group(travellers=people, reactions={"park": {"ana": Reaction.MUST}, "salon": {"ana": Reaction.FINE}})
    made = solver(KNOWN).plans(facts(doc, KNOWN, loved), RAIN)[0]
    assert after(doc, made)["stops"]["park"]["dayId"] == "d2", "what they must see is not given up for less"


def test_days_that_receive_nothing_keep_every_field() -> None:
    doc = plan({"park": stop(PARK, "d1", "10:00"), "a": stop(SIGHTS["s1"], "d2", "09:07"), **full_rest("d3")}, 3)
    made = solver(KNOWN).plans(facts(doc, KNOWN), RAIN)[0]
    changed = after(doc, made)["stops"]
    assert [key for key in doc["stops"] if changed[key] != doc["stops"][key]] == ["park"]
    assert len(made.days) == 2


def test_rain_on_a_full_week_that_was_generated_changes_a_handful(
    person: Callable[..., Session], database: Any
) -> None:
    """Five days of eight stops each; three or so in the open on the fullest."""
    ana = person("Ana")
    kyoto = Kyoto(ana, make_trip(ana), database)
    job = ana.call("ai-generate", tripId=kyoto.trip_id, request=WISH)
    reference = database.document("trips", kyoto.trip_id, "jobs", job["jobId"])
    eventually(lambda: (reference.get().to_dict() or {})["state"] == "done")
    before = kyoto.plan()
    days = sorted(before["days"], key=lambda key: before["days"][key]["order"])
    assert len([one for one in before["stops"].values() if one["dayId"]]) >= 30
    changes = []
    for day in days:
        told = kyoto.ask("planning-replan", change={"kind": "dayRainedOut", "dayId": day})["result"]
        (made,) = told["plans"]
        changes.append(len(made["moved"]) + len(made["retimed"]))
        gone = [one for one in made["leftOut"] if one["was"]]
        assert gone == []
        if not changes[-1]:
            assert told["delivered"] == "nothing"
    assert max(changes) <= 12 and sum(changes) <= 30, changes

"""Alternatives where all that there is stands on a day already: their titles say in what they differ, and people are
told when there are fewer than they asked for."""

from typing import Any

from shared.planning.requests import OneDay, Optimise, SomeDays
from tests.planning.conftest import Kyoto
from tests.planning.worlds import after, facts, plan, sight, solver, stop, world

PLACES = {f"p{number}": sight(f"p{number}", number / 4) for number in range(9)}
KNOWN = world(*PLACES.values())


def full(days: int) -> dict[str, Any]:
    return plan({key: stop(place, f"d{1 + at % days}") for at, (key, place) in enumerate(PLACES.items())}, days)


def where(doc: dict[str, Any]) -> dict[str, str]:
    return {key: one["dayId"] for key, one in doc["stops"].items()}


def together(doc: dict[str, Any]) -> set[frozenset[str]]:
    day = where(doc)
    return {frozenset((a, b)) for a in day for b in day if a < b and day[a] == day[b]}


def test_the_same_stops_are_put_together_otherwise() -> None:
    doc = full(3)
    order = Optimise(scope=SomeDays(days=["d1", "d2", "d3"]), alternatives=2)
    made = solver(KNOWN).plans(facts(doc, KNOWN), order)
    assert len(made) == 3 and made[0].report["alternative"] is None
    first, *others = (after(doc, one) for one in made)
    assert all(None not in where(other).values() for other in (first, *others)), "nothing is given up for it"
    for one, other in zip(made[1:], others, strict=True):
        told = one.report["alternative"]
        assert told["differs"] in ("grouping", "days") and 0.75 <= told["worth"] <= 1.05
        if told["differs"] == "grouping":
            both, fewest = together(first) & together(other), min(len(together(first)), len(together(other)))
            assert len(both) <= fewest / 2


def test_nothing_different_can_be_had_of_bookings() -> None:
    hours = ("09:00", "11:00", "13:00")
    doc = plan({f"p{at}": stop(PLACES[f"p{at}"], "d1", hour, fixed=True) for at, hour in enumerate(hours)}, 1)
    made = solver(KNOWN).plans(facts(doc, KNOWN), Optimise(scope=OneDay(day="d1"), alternatives=2))
    assert len(made) == 1


def test_titles_say_in_what_alternatives_differ_and_the_result_that_there_are_fewer(kyoto: Kyoto) -> None:
    job = kyoto.ask("planning-optimise", scope={"days": ["d1", "d2", "d3"]}, ideas=False, alternatives=2)
    told, proposals = job["result"]["plans"], job["result"]["proposals"]
    titles = [
        kyoto.ana.call("proposals-preview", tripId=kyoto.trip_id, proposalId=one)["proposal"]["title"]
        for one in proposals
    ]
    for title, one in zip(titles[1:], told[1:], strict=True):
        assert title.endswith(f": {one['alternative']['text']}") and one["alternative"]["text"]
    assert ("fewer" in job["result"]) == (len(told) < 3)
    booked = [{"p": ["stops", key, "fixed"], "oi": True} for key in ("inari", "kinkaku", "tofuku", "ryoan")]
    kyoto.edit(kyoto.ana, *booked, base=kyoto.ana.call("plan-get", tripId=kyoto.trip_id)["version"], src="other")
    job = kyoto.ask("planning-optimise", scope={"day": "d1"}, ideas=False, alternatives=2)
    assert job["result"]["fewer"].startswith("Clearly different plans of equal worth: 0 of 2")

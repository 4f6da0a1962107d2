"""How many places of one kind a day may have, when somebody asks for that."""

from collections import Counter
from typing import Any

import pytest

from shared.planning.requests import Optimise, Place, SomeDays
from shared.reactions.group import Group, Traveller
from shared.reactions.models import Reaction
from tests.planning.conftest import Kyoto
from tests.planning.worlds import after, facts, plan, sight, solver, stop, world

TEMPLES = {f"t{number}": sight(f"t{number}", number * 0.1, tags=("temple",)) for number in range(6)}
MUSEUMS = {f"m{number}": sight(f"m{number}", 1 + number * 0.1, kind="museum") for number in range(3)}
CAFES = {
    f"c{number}": sight(f"c{number}", number * 0.1, kind="food", tags=("coffee",), minutes=20) for number in range(3)
}
KNOWN = world(*TEMPLES.values(), *MUSEUMS.values(), *CAFES.values())
ALL = {**TEMPLES, **MUSEUMS, **CAFES}


def order(most: int | None, *days: str) -> Optimise:
    return Optimise(scope=SomeDays(days=list(days or ("d1",))), deliver="apply", most_of_a_kind=most)


def a_plan(standing: dict[str, str], *ideas: str, days: int = 2) -> dict[str, Any]:
    stops = {key: stop(ALL[key], day, f"{9 + number:02d}:00") for number, (key, day) in enumerate(standing.items())}
    return plan({**stops, **{key: stop(ALL[key]) for key in ideas}}, days)


def kinds_on(doc: dict[str, Any], day: str) -> Counter[str]:
    return Counter(key[0] for key, one in doc["stops"].items() if one["dayId"] == day)


def loving(*keys: str) -> Group:
    return Group(travellers=(Traveller(uid="ana"),), reactions={key: {"ana": Reaction.LOVE} for key in keys})


@pytest.mark.parametrize(("most", "temples"), [(1, 1), (2, 2), (10, 6), (None, 6)])
def test_ideas_of_one_kind_fill_a_day_only_as_far_as_asked_for(most: int | None, temples: int) -> None:
    doc = a_plan({}, *TEMPLES, *MUSEUMS)
    made = solver(KNOWN).plans(facts(doc, KNOWN, loving(*TEMPLES)), order(most))[0]
    assert kinds_on(after(doc, made), "d1")["t"] == temples
    reasons = {one["stopId"]: one["reason"] for one in made.report["leftOut"]}
    if temples < 6:
        assert "kind_limit" in {reasons[key] for key in TEMPLES if key in reasons}
        assert "More would fit if a day could have more of one kind." in [one["text"] for one in made.report["binding"]]


def test_what_stands_on_the_day_counts() -> None:
    doc = a_plan({"t0": "d1", "m0": "d1"}, "t1", "t2", "t3")
    made = solver(KNOWN).plans(facts(doc, KNOWN, loving("t1", "t2", "t3")), order(2))[0]
    changed = after(doc, made)
    assert changed["stops"]["t0"]["dayId"] == changed["stops"]["m0"]["dayId"] == "d1"
    assert kinds_on(changed, "d1")["t"] == 2


def test_what_stands_is_not_dropped_for_an_idea_that_people_like_more() -> None:
    doc = a_plan({"t0": "d1"}, "t1", *MUSEUMS)
    told = {"t0": Reaction.RATHER_NOT, "t1": Reaction.MUST, **dict.fromkeys(MUSEUMS, Reaction.FINE)}
    reactions = {key: {"ana": reaction} for key, reaction in told.items()}
    group = Group(travellers=(Traveller(uid="ana"),), reactions=reactions)
    made = solver(KNOWN).plans(facts(doc, KNOWN, group), order(1))[0]
    assert kinds_on(after(doc, made), "d1")["t"] == 1
    assert after(doc, made)["stops"]["t0"]["dayId"] == "d1"


def test_too_many_of_a_kind_are_spread_over_the_days_asked_for() -> None:
    doc = a_plan({"t0": "d1", "t1": "d1", "t2": "d1", "m0": "d2"})
    made = solver(KNOWN).plans(facts(doc, KNOWN), order(2, "d1", "d2"))[0]
    changed = after(doc, made)
    assert (kinds_on(changed, "d1")["t"], kinds_on(changed, "d2")["t"]) in ((2, 1), (1, 2))
    assert made.report["leftOut"] == []


def test_what_no_day_takes_because_of_its_kind_is_named() -> None:
    doc = a_plan({"t0": "d1", "t1": "d1", "t2": "d1"})
    made = solver(KNOWN).plans(facts(doc, KNOWN), order(2))[0]
    (left,) = made.report["leftOut"]
    assert left["text"].endswith("goes back to the ideas: the days have enough of the kind.")
    assert made.drops


def test_bookings_and_food_do_not_count() -> None:
    doc = a_plan({"t0": "d1", "t1": "d1", "c0": "d1", "c1": "d1", "c2": "d1"})
    for key in ("t0", "t1"):
        doc["stops"][key]["fixed"] = True
    made = solver(KNOWN).plans(facts(doc, KNOWN), order(1))[0]
    assert kinds_on(after(doc, made), "d1") == {"t": 2, "c": 3}


def test_who_asks_for_a_place_for_one_idea_gets_it_whatever_its_kind() -> None:
    doc = a_plan({"t0": "d1", "t1": "d1"}, "t2")
    assert solver(KNOWN).plans(facts(doc, KNOWN), Place(stop_id="t2"))[0].report["placed"]


def test_a_job_keeps_to_it(kyoto: Kyoto) -> None:
    """Fushimi Inari, Kinkaku-ji, Ryoan-ji and Tofuku-ji are temples, and all on Monday."""
    fields: dict[str, Any] = {"scope": {"days": ["d1", "d2"]}, "mostOfAKind": 2, "as": "apply", "ideas": False}
    job = kyoto.ask("planning-optimise", **fields)
    assert job["result"]["delivered"] == "apply", job
    stops = kyoto.plan()["stops"]
    assert sorted(stops[key]["dayId"] for key in ("inari", "kinkaku", "ryoan", "tofuku")) == ["d1", "d1", "d2", "d2"]

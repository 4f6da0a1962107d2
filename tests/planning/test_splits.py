"""Half-days on which the group goes two ways: who gains by it, what it costs whom, and that later plans leave it be."""

from datetime import date
from typing import Any

import pytest

from shared.assistant.validate import validate
from shared.itinerary import MaxIterations, solve
from shared.money import reference_rates
from shared.planning.brief import optimising
from shared.planning.facts import Facts
from shared.planning.outcome import Outcome
from shared.planning.parting import parted
from shared.planning.reading import minutes
from shared.planning.requests import Late, OneDay, Optimise, Place, Replan
from shared.planning.task import build
from shared.reactions.group import Group, Traveller
from shared.reactions.models import Reaction
from shared.runtime.errors import Cancelled
from tests.assistant.worlds import wishes
from tests.planning.worlds import BEFORE, after, facts, plan, sight, solver, stop, world

HOTEL = {"name": "Hotel", "lat": 45.0, "lng": 9.0}
LUNCH = sight("lunch", 0.1, kind="food", tags=("lunch",), opening_hours="12:00-14:00")
NORTH = [sight(f"gallery{number}", 0.5 + number / 5, kind="museum", minutes=75) for number in range(4)]
SOUTH = [sight(f"garden{number}", -0.5 - number / 5, kind="park", minutes=75) for number in range(4)]
KNOWN = world(LUNCH, *NORTH, *SOUTH)
GUEST = {"name": "Mia", "added_by": "ben", "added_at": BEFORE, "fingerprint": ""}
APART = Optimise(scope=OneDay(day="d1"), splits=1)
TOGETHER = Optimise(scope=OneDay(day="d1"))


def clashing(**loves: str) -> Group:
    """Each loves the places whose names begin so, and would rather not see the others."""
    people = tuple(Traveller(uid=uid, name=uid.title()) for uid in loves)
    ids = [place.id.partition("/")[2] for place in (*NORTH, *SOUTH)]
    liked = {True: Reaction.LOVE, False: Reaction.RATHER_NOT}
    reactions = {key: {uid: liked[key.startswith(kind)] for uid, kind in loves.items()} for key in ids}
    return Group(travellers=people, reactions=reactions)


ANA_AND_BEN = clashing(ana="gallery", ben="garden")


def doc(**cost: Any) -> dict[str, Any]:
    """A day from the hotel with lunch at noon; eight ideas, half of them north of it and half of them south."""
    ideas = {place.id.partition("/")[2]: stop(place, **cost) for place in (*NORTH, *SOUTH)}
    made = plan({"lunch": stop(LUNCH, "d1", "12:30", kind="food"), **ideas}, days=1)
    made["days"]["d1"]["base"] = HOTEL
    return made


def planned(given: Facts, order: Optimise = APART) -> Outcome:
    return solver(KNOWN).plans(given, order)[0]


def known(made: dict[str, Any], group: Group = ANA_AND_BEN, **trip: Any) -> Facts:
    roles = {one.uid: "owner" if one.uid == "ana" else "editor" for one in group.travellers}
    return facts(made, KNOWN, group, roles=roles, members=tuple(roles), **trip)


def worst(made: Outcome) -> float:
    return min(one["share"] for one in made.report["satisfaction"])


def test_where_tastes_clash_a_half_day_apart_lifts_the_worst_off() -> None:
    given = known(doc())
    together, apart = planned(given, TOGETHER), planned(given)
    assert (together.report["splits"], len(apart.report["splits"])) == ([], 1)
    (told,) = apart.report["splits"]
    assert worst(apart) >= worst(together) + 0.1
    assert {one["uid"]: one["share"] for one in apart.report["satisfaction"]} == {
        one["uid"]: one["share"] for part in told["parts"] for one in part["satisfaction"]
    }
    assert all(one["share"] >= one["together"] for part in told["parts"] for one in part["satisfaction"])
    assert sorted(part["who"] for part in told["parts"]) == [["ana"], ["ben"]]


def test_the_parts_leave_from_one_place_and_meet_again_in_time() -> None:
    made = planned(known(doc()))
    changed = after(doc(), made)
    (told,) = made.report["splits"]
    if told["half"] == "morning":
        assert (told["partAt"], told["partAfter"], told["meetBefore"]) == ("09:00", None, "lunch")
    else:
        assert (told["partAfter"], told["meetBefore"]) == ("lunch", None)
    for part in told["parts"]:
        (uid,) = part["who"]
        own = [changed["stops"][key] for key in part["stops"]]
        assert own and all(one["who"] == {uid: True} and one["dayId"] == "d1" for one in own)
        liked = "gallery" if uid == "ana" else "garden"
        assert all(key.startswith(liked) for key in part["stops"])
        assert all(told["partAt"] <= one["at"] <= told["meetAt"] for one in own)
    assert changed["stops"]["lunch"].get("who", {}) == {}


def test_without_clash_and_without_being_asked_nobody_parts() -> None:
    friends = clashing(ana="gallery", ben="gallery")
    assert planned(known(doc(), friends)).report["splits"] == []
    assert all(component["p"][2] != "who" for component in planned(known(doc()), TOGETHER).ops)


def test_what_stood_on_the_day_is_for_who_likes_it_best_and_nothing_leaves() -> None:
    made = doc()
    made["stops"] |= {
        key: {**made["stops"][key], "dayId": "d1", "at": at}
        for key, at in (("gallery0", "14:30"), ("garden0", "16:30"))
    }
    outcome = planned(known(made))
    changed = after(made, outcome)
    assert {key for key in ("gallery0", "garden0") if changed["stops"][key]["dayId"]} == {"gallery0", "garden0"}
    assert not outcome.drops and outcome.report["splits"]


def test_a_booking_stays_for_everybody() -> None:
    made = doc()
    made["stops"]["gallery0"] |= {"dayId": "d1", "at": "15:00", "fixed": True}
    changed = after(made, planned(known(made)))
    assert changed["stops"]["gallery0"] == made["stops"]["gallery0"]
    assert all(not stop.get("who") or stop["at"] < "12:30" for stop in changed["stops"].values())


def test_each_part_pays_for_itself_with_the_guests_who_go_with_it() -> None:
    made = doc(cost={"amount": 1000, "currency": "EUR"})
    given = known(made, guests={"guest:mia": GUEST})
    outcome = planned(given)
    changed = after(made, outcome)
    costs = {frozenset(one["who"]): one["cost"]["amount"] for one in changed["stops"].values() if one.get("who")}
    assert costs == {frozenset({"ana"}): 334, frozenset({"ben", "guest:mia"}): 667}
    assert sorted(part["who"] for part in outcome.report["splits"][0]["parts"]) == [["ana"], ["ben", "guest:mia"]]


def spent(made: dict[str, Any]) -> int:
    """What the stops on days cost."""
    return sum(one["cost"]["amount"] for one in made["stops"].values() if one["dayId"] and "cost" in one)


def test_guests_whom_the_budget_does_not_bear_keep_the_group_together() -> None:
    """A gallery costs each of two 500, and each of eleven 91: Ana and her nine guests cannot have one, in any plan."""
    made = doc()
    for key, one in made["stops"].items():
        one |= {"cost": {"amount": 1000, "currency": "EUR"}} if key.startswith("gallery") else {}
    budget: dict[str, Any] = {"amount": 900, "currency": "EUR"}
    assert planned(known(made, budget=budget)).report["splits"], "without guests she can"
    guests = {f"guest:{number}": {**GUEST, "added_by": "ana"} for number in range(9)}
    outcome = planned(known(made, budget=budget, guests=guests))
    assert outcome.report["splits"] == [] and spent(after(made, outcome)) <= budget["amount"]


def split_day() -> tuple[dict[str, Any], Outcome]:
    outcome = planned(known(doc()))
    return after(doc(), outcome), outcome


def apart(made: dict[str, Any]) -> list[str]:
    return [key for key, one in made["stops"].items() if one.get("who")]


def unmoved(before: dict[str, Any], changed: dict[str, Any], keys: list[str]) -> bool:
    return all(changed["stops"][key] == before["stops"][key] for key in keys)


def test_a_day_with_a_half_day_apart_works_and_is_left_as_it_is() -> None:
    made, _ = split_day()
    assert solver(KNOWN).standing(known(made), ("d1",)) == ["d1"]
    again = planned(known(made), TOGETHER.model_copy(update={"ideas": False}))
    assert again.ops == [] and again.report["travelMinutes"][0]["before"] == again.report["travelMinutes"][0]["after"]


def test_the_independent_validator_sees_a_day_that_works_for_each() -> None:
    made, _ = split_day()
    rules = (wishes(("mila", 1), start_date=date(2027, 5, 3)), KNOWN, reference_rates())
    assert validate(made["days"], made["stops"], *rules) == []
    (ana, *_) = (key for key in apart(made) if key.startswith("gallery"))
    made["stops"]["lunch"]["at"] = made["stops"][ana]["at"]
    assert {one.rule for one in validate(made["days"], made["stops"], *rules)} >= {"overlap"}


def test_travel_is_the_mean_over_the_travellers_and_each_way_is_named() -> None:
    made, outcome = split_day()
    (travel,) = outcome.report["travelMinutes"]
    legs = outcome.report["legs"]["d1"]
    ends = {(leg["from"], leg["to"]) for leg in legs}
    assert len(ends) == len(legs) and travel["after"] > 0
    first = {part["stops"][0] for part in outcome.report["splits"][0]["parts"]}
    assert not {(a, b) for a in first for b in first} & ends, "nobody goes from one part's stop to the other's"
    assert planned(known(made), TOGETHER.model_copy(update={"ideas": False})).report["travelMinutes"] == [
        {"dayId": "d1", "before": travel["after"], "after": travel["after"]}
    ]


def test_what_is_placed_later_goes_around_those_who_are_apart() -> None:
    made, _ = split_day()
    spare = sight("spare", 0.3, minutes=20, weight=0.9)
    made["stops"]["spare"] = stop(spare, order="b")
    both = world(LUNCH, *NORTH, *SOUTH, spare)
    slots = solver(both).plans(known(made), Place(stop_id="spare"))
    away = [minutes(made["stops"][key]["at"]) for key in apart(made)]
    for slot in slots:
        changed = after(made, slot)
        assert unmoved(made, changed, apart(made))
        at = minutes(changed["stops"]["spare"]["at"])
        assert at + 20 <= min(away) or max(away) + 75 <= at
    assert slots[0].report["placed"]


def test_a_delay_moves_the_rest_around_those_who_are_apart() -> None:
    made, _ = split_day()
    late = Replan(change=Late(kind="late", day_id="d1", minutes=30, at="08:00"))
    assert unmoved(made, after(made, solver(KNOWN).plans(known(made), late)[0]), apart(made))


def morning_apart(**gallery: Any) -> dict[str, Any]:
    """Ana is in a gallery and Ben in a garden and then another one, before they have lunch together."""
    ana, ben = ({"who": {uid: True}, "minutes": 45} for uid in ("ana", "ben"))
    stops = {
        "gallery0": stop(NORTH[0], "d1", "09:30", **ana, **gallery),
        "garden0": stop(SOUTH[0], "d1", "09:30", **ben),
        "garden1": stop(SOUTH[1], "d1", "10:20", **ben),
        "lunch": stop(LUNCH, "d1", "12:00", kind="food", minutes=45),
    }
    return plan(stops, days=1)


def delayed(made: dict[str, Any], minutes_late: int) -> tuple[Outcome, dict[str, str]]:
    order = Replan(change=Late(kind="late", day_id="d1", minutes=minutes_late, at="08:30"))
    outcome = solver(KNOWN).plans(known(made), order)[0]
    return outcome, {key: one["at"] for key, one in after(made, outcome)["stops"].items()}


def test_who_is_late_shifts_a_time_apart_as_a_whole_and_as_little_as_needed() -> None:
    made = morning_apart()
    outcome, at = delayed(made, 100)
    assert at == {"gallery0": "10:10", "garden0": "10:10", "garden1": "11:00", "lunch": "12:00"}
    assert sorted(one["stopId"] for one in outcome.report["retimed"]) == ["gallery0", "garden0", "garden1"]
    assert all(component["p"][2] in ("at", "order") for component in outcome.ops)
    assert {leg["from"] for leg in outcome.report["legs"]["d1"]} == {"gallery0", "garden0", "garden1"}


@pytest.mark.parametrize("gallery", [{"fixed": True}, {"kind": "transport"}])
def test_a_time_apart_with_a_booking_in_it_or_without_room_for_all_of_it_stays_and_is_named(
    gallery: dict[str, Any],
) -> None:
    made = morning_apart(**gallery)
    outcome, at = delayed(made, 100)
    assert {key: at[key] for key in ("gallery0", "garden0", "garden1")} == {
        "gallery0": "09:30", "garden0": "09:30", "garden1": "10:20",
    }  # fmt: skip
    named = {one["stopId"]: one["text"] for one in outcome.report["leftOut"]}
    assert all("keeps its time all the same" in named[key] for key in ("gallery0", "garden0", "garden1"))


def test_a_time_apart_for_which_the_rest_of_the_day_has_no_room_stays_and_is_named() -> None:
    made = morning_apart()
    made["stops"]["lunch"]["fixed"] = True
    made["days"]["d1"]["end"] = "13:00"
    outcome, at = delayed(made, 150)
    assert at["garden1"] == "10:20" and at["lunch"] == "12:00"
    assert {one["stopId"] for one in outcome.report["leftOut"]} == {"gallery0", "garden0", "garden1"}


def latest_begins(outcome: Outcome, made: dict[str, Any]) -> dict[str, int]:
    """When each stop can begin at the latest for those behind it, if lunch is over by 14:00 and the day by 18:00."""
    latest: dict[str, int] = {}
    ways = outcome.report["legs"]["d1"]
    own = {key: one for key, one in made["stops"].items() if one["dayId"]}
    for key, one in sorted(own.items(), key=lambda item: item[1]["at"], reverse=True):
        ends = [14 * 60] if key == "lunch" else [18 * 60]
        for leg in ways:
            if leg["from"] == key:
                ends.append(latest.get(leg["to"], 18 * 60) - -(-leg["minutes"] // 5) * 5)
        latest[key] = min(ends) - one["minutes"]
    return latest


def test_half_days_apart_begin_at_steps_of_five_minutes_whatever_visits_take() -> None:
    made = doc()
    for number, key in enumerate(sorted(made["stops"])):
        made["stops"][key]["minutes"] = 68 + 3 * number if key != "lunch" else 52
    outcome = planned(known(made))
    (told,) = outcome.report["splits"]
    changed = after(made, outcome)
    begins = {key: minutes(one["at"]) for key, one in changed["stops"].items() if one["dayId"]}
    latest = latest_begins(outcome, changed)
    assert all(at % 5 == 0 or at + 5 - at % 5 > latest[key] for key, at in begins.items()), "but where there is no room"
    assert any(at % 5 == 0 for key, at in begins.items() if key in apart(changed))
    assert solver(KNOWN).standing(known(changed), ("d1",)) == ["d1"]
    ends = {key: minutes(one["at"]) + one["minutes"] for key, one in changed["stops"].items() if one["dayId"]}
    if told["partAfter"]:
        assert minutes(told["partAt"]) == ends[told["partAfter"]]
    if told["meetBefore"]:
        assert told["meetAt"] == changed["stops"][told["meetBefore"]]["at"]


def test_ideas_for_some_are_left_to_them() -> None:
    made = doc()
    made["stops"]["gallery3"]["who"] = {"ana": True}
    made["stops"]["garden3"]["who"] = {"ana": True, "ben": True}
    outcome = planned(known(made), TOGETHER)
    assert "some_only" in {one["reason"] for one in outcome.report["leftOut"] if one["stopId"] == "gallery3"}
    assert "garden3" not in {one["stopId"] for one in outcome.report["leftOut"] if one["reason"] == "some_only"}


def test_the_same_facts_give_the_same_split() -> None:
    assert planned(known(doc())) == planned(known(doc()))


def test_an_alternative_may_split_too() -> None:
    plans = solver(KNOWN).plans(known(doc()), APART.model_copy(update={"alternatives": 1}))
    assert len(plans) == 2 and all(one.report["splits"] for one in plans)


def test_a_search_that_is_cut_short_leaves_the_group_together_and_one_that_is_cancelled_ends() -> None:
    given = known(doc())
    task = build(given, optimising(given, APART), KNOWN, reference_rates())
    together = solve(task.problem, stop=MaxIterations(100))
    assert parted(given, task, together, lambda: True) is together
    assert parted(given, task, together, lambda: False) is not together
    with pytest.raises(Cancelled):
        parted(given, task, together, cancelled)


def cancelled() -> bool:
    raise Cancelled("The job was cancelled", reason="JOB_CANCELLED")

"""From constraints and candidates to days: hours, transfers, lazy mornings, budget, and every compromise in words."""

from dataclasses import replace

import pytest

from shared.assistant import planning, rhythm
from shared.assistant.constraints import Budget, Pace, Transport, Travellers, TripConstraints
from shared.assistant.context import ExistingStop
from shared.assistant.draft import DraftPlan
from shared.assistant.transfers import transfer
from shared.itinerary import MaxIterations
from shared.places.models import Destination, Place
from tests.assistant.worlds import MONDAY, given, place, town, wishes

MILA = town("mila")
NEAR, FAR = town("near", 45.5, 9.5), town("far", -33.9, 151.2, country="AU")


def planned(
    constraints: TripConstraints, places: list[Place], *must: str, towns: tuple[Destination, ...] = (MILA,)
) -> DraftPlan:
    return planning.plan(given(constraints, places, list(towns), *must), stop=MaxIterations(40))


def wished(draft: DraftPlan) -> dict[str, str]:
    return {one.wish: one.text for one in draft.compromises if one.wish != "meals"}


def test_a_stop_lies_within_its_hours_and_its_day() -> None:
    draft = planned(wishes(), [place("mila/late", opening_hours="18:00-23:00", minutes=90)])
    (stop,) = draft.days[0].stops
    assert stop.start >= 18 * 60 and stop.end <= draft.days[0].end


def test_what_is_closed_on_all_days_is_a_compromise() -> None:
    draft = planned(wishes(), [place("mila/shut", opening_hours="Tu-Su 09:00-18:00")], "mila/shut")
    assert draft.days[0].stops == ()
    assert "Shut is not in the plan: it is closed" in wished(draft)["must_see"]


def test_costs_are_for_the_group_in_local_money() -> None:
    constraints = wishes(travellers=Travellers(adults=2, children=1), budget=Budget(amount=5000, currency="USD"),
                         currency="USD")  # fmt: skip
    draft = planned(constraints, [place("mila/tower", price=1000)])
    assert draft.days[0].stops[0].cost == Budget(amount=3000, currency="EUR")
    assert draft.totals.cost == Budget(amount=3117, currency="USD")


def test_the_budget_holds_and_what_it_costs_is_named() -> None:
    places = [place("mila/cheap", price=500), place("mila/dear", price=9000, weight=1.0)]
    draft = planned(wishes(budget=Budget(amount=2000, currency="EUR")), places)
    assert [stop.place_id for stop in draft.days[0].stops] == ["mila/cheap"]
    assert wished(draft)["budget"] == "To keep to 20 EUR, the plan does without Dear."


def test_a_budget_without_a_rate_says_so() -> None:
    draft = planned(
        wishes(budget=Budget(amount=2000, currency="KPW"), currency="KPW"), [place("mila/tower", price=500)]
    )
    assert "no exchange rate for KPW" in wished(draft)["budget"]


def test_a_transfer_begins_the_day_and_the_rest_starts_at_the_centre() -> None:
    sight = place("near/sight", lat=45.52, lng=9.5)
    draft = planned(wishes(("mila", 1), ("near", 1)), [sight], towns=(MILA, NEAR))
    train, stop = draft.days[1].stops
    assert (train.name, train.start, train.kind) == ("Train from Mila to Near", 9 * 60, "transport")
    assert stop.start >= train.end + stop.travel_minutes and stop.travel_minutes > 0


def test_a_transfer_that_takes_the_whole_day_is_said() -> None:
    draft = planned(wishes(("mila", 1), ("far", 1)), [], towns=(MILA, FAR))
    assert wished(draft)["days"].startswith("Flight from Mila to Far takes all of day 2") or "free" in str(draft)
    assert [stop.name for stop in draft.days[1].stops] == ["Flight from Mila to Far"]


@pytest.mark.parametrize(
    ("wish", "to", "name", "as_wished"),
    [
        ("any", NEAR, "Train", True),
        ("train", NEAR, "Train", True),
        ("car", NEAR, "Drive", True),
        ("bus", NEAR, "Bus", True),
        ("plane", NEAR, "Train", False),
        ("train", FAR, "Flight", False),
        ("car", FAR, "Flight", False),
    ],
)
def test_the_means_of_travel_is_as_wished_if_it_exists(
    wish: Transport, to: Destination, name: str, as_wished: bool
) -> None:
    journey = transfer(MILA, to, wish)
    assert (journey.name.split()[0], journey.as_wished) == (name, as_wished)
    assert journey.minutes % 5 == 0


def test_an_impossible_means_is_a_compromise() -> None:
    draft = planned(wishes(("mila", 1), ("far", 2), transport="train"), [], towns=(MILA, FAR))
    assert "no sensible option" in wished(draft)["transport"]


def test_lazy_mornings_avoid_journeys_and_the_first_day() -> None:
    hours, missing = rhythm.hours(wishes(("mila", 2), ("near", 3), lazy_mornings=2))
    assert [day for day, span in enumerate(hours) if span.lazy] == [1, 3]
    assert missing == 0
    hours, missing = rhythm.hours(wishes(("mila", 1), ("near", 1), lazy_mornings=2))
    assert [span.lazy for span in hours] == [True, False] and missing == 1


@pytest.mark.parametrize("pace", ["relaxed", "normal", "packed"])
def test_the_pace_limits_the_day(pace: Pace) -> None:
    kinds = ("sight", "park", "museum", "activity")
    places = [place(f"mila/p{number}", minutes=10, kind=kinds[number % 4]) for number in range(20)]
    assert len(planned(wishes(pace=pace), places).days[0].stops) == rhythm.MOST_STOPS[pace]


def test_a_day_does_not_repeat_itself() -> None:
    places = [place(f"mila/p{number}", minutes=10, tags=("temple",)) for number in range(20)]
    assert len(planned(wishes(), places).days[0].stops) == 3


def test_children_are_home_early() -> None:
    late = place("mila/late", opening_hours="19:00-23:00", minutes=90)
    assert planned(wishes(), [late]).days[0].stops
    assert not planned(wishes(travellers=Travellers(adults=2, children=1)), [late]).days[0].stops


def test_meals_come_at_mealtimes_once_each() -> None:
    food = [place(f"mila/f{number}", kind="food", tags=("lunch", "dinner")) for number in range(6)]
    draft = planned(wishes(), food)
    starts = [stop.start for stop in draft.days[0].stops]
    assert len(starts) == 2
    assert all(opens <= start <= closes for start, (opens, closes) in zip(starts, rhythm.MEALS.values(), strict=True))
    assert draft.compromises == ()


def test_a_missing_meal_is_named() -> None:
    draft = planned(wishes(("mila", 2)), [place("mila/f", kind="food", tags=("lunch",)), place("mila/s")])
    texts = [one.text for one in draft.compromises if one.wish == "meals"]
    assert len(texts) == 2 and "dinner fitted on day 1, 2" in texts[1]


def test_the_same_problem_gives_the_same_plan() -> None:
    places = [place(f"mila/p{number}", lat=45 + number / 100, weight=number / 20) for number in range(20)]
    assert planned(wishes(("mila", 2)), places) == planned(wishes(("mila", 2)), places)


def test_diets_that_nobody_can_check_are_named() -> None:
    assert "halal" in wished(planned(wishes(diet=("halal", "vegetarian")), [place("mila/s")]))["diet"]


def test_new_stops_go_around_what_stands_in_the_plan() -> None:
    lunch = ExistingStop(at=12 * 60 + 10, minutes=100, lat=45.0, lng=9.0)
    places = [place(f"mila/p{number}", minutes=90, tags=(tag,)) for number, tag in enumerate(("art", "view", "music"))]
    task = replace(given(wishes(), places, [MILA]), existing={MONDAY: (lunch,)})
    (day,) = planning.plan(task, stop=MaxIterations(40)).days
    assert len(day.stops) == 3 and {stop.place_id for stop in day.stops} <= {one.id for one in places}
    assert all(stop.end <= lunch.at or stop.start >= lunch.at + lunch.minutes for stop in day.stops)


def test_a_journey_that_is_booked_is_not_made_twice() -> None:
    booked = ExistingStop(at=9 * 60, minutes=90, is_journey=True)
    constraints = wishes(("mila", 1), ("near", 1))
    task = replace(given(constraints, [], [MILA, NEAR]), existing={constraints.date_of(1): (booked,)})
    assert planning.plan(task, stop=MaxIterations(5)).days[1].stops == ()

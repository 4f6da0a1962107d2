"""What every file of the catalogue must fulfil, whoever edits it."""

import json
import re
from datetime import date, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest

from shared.places.catalogue import DATA, CatalogueProvider
from shared.places.hours import windows
from shared.places.mentions import Names
from shared.places.models import Place
from shared.places.text import edit_distance, fold
from shared.places.travel import great_circle
from shared.places.vocabulary import KINDS, MEALS, TAGS

IDS = [one.id for one in CatalogueProvider().destinations()]
YEAR = [date(2027, 1, 1) + timedelta(days=days) for days in range(365)]
# The most a place may cost, in minor units, about 700 euros: catches a price written in the wrong unit.
PRICE_CEILING = {
    "JPY": 120_000, "EUR": 70_000, "GBP": 60_000, "CZK": 1_800_000, "TRY": 3_000_000, "MAD": 800_000, "ZAR": 1_400_000,
    "EGP": 3_500_000, "USD": 80_000, "MXN": 1_500_000, "ARS": 100_000_000, "BRL": 450_000, "PEN": 300_000,
    "AUD": 120_000, "NZD": 130_000, "THB": 2_800_000, "SGD": 110_000, "VND": 20_000_000, "KRW": 1_100_000,
}  # fmt: skip


def is_rare(place: Place) -> bool:
    """Whether a place keeps closed through two ordinary weeks of spring."""
    return not any(windows(place, day) for day in YEAR[100:114])


each_destination = pytest.mark.parametrize("destination_id", IDS)


def test_there_are_enough_destinations_on_six_continents(catalogue: CatalogueProvider) -> None:
    known = catalogue.destinations()
    assert len(known) >= 26
    assert {one.continent for one in known} == {
        "Africa", "Asia", "Europe", "North America", "South America", "Oceania"
    }  # fmt: skip


def test_the_index_names_exactly_the_files_there_are() -> None:
    assert {path.stem for path in DATA.glob("*.json")} - {"index"} == set(IDS)


def test_no_two_destinations_share_a_name(catalogue: CatalogueProvider) -> None:
    owners: dict[str, str] = {}
    for one in catalogue.destinations():
        for name in {fold(name) for name in (one.id, one.name, *one.aliases)}:
            assert name, f"{one.id} has an alias in a script that folds to nothing"
            assert owners.setdefault(name, one.id) == one.id


@each_destination
def test_a_destination_says_where_it_is(catalogue: CatalogueProvider, destination_id: str) -> None:
    one = catalogue.destination(destination_id)
    assert one is not None
    assert one.bounds.contains(one.lat, one.lng)
    corners = (one.bounds.south, one.bounds.west), (one.bounds.north, one.bounds.east)
    assert great_circle(*corners) < 180_000, "the bounds are wider than a metropolitan area"
    assert ZoneInfo(one.time_zone).key == one.time_zone
    assert re.fullmatch("[A-Z]{2}", one.country)
    assert one.currency in PRICE_CEILING
    assert one.languages
    assert all(re.fullmatch("[a-z]{2}", language) for language in one.languages)


@each_destination
def test_a_file_says_where_its_facts_come_from(destination_id: str) -> None:
    raw = json.loads((DATA / f"{destination_id}.json").read_bytes())
    assert "verify before travel" in raw["source"]
    assert date(2026, 1, 1) <= date.fromisoformat(raw["checked"]) < date(2100, 1, 1)
    assert raw["confidence"]


@each_destination
def test_places_are_many_and_well_formed(everything: dict[str, list[Place]], destination_id: str) -> None:
    places = everything[destination_id]
    assert len(places) >= 30
    for place in places:
        assert re.fullmatch(rf"{destination_id}/[a-z0-9]+(-[a-z0-9]+)*", place.id)
        assert place.name.strip() == place.name != ""
        assert place.kind in KINDS
        assert place.tags, place.id
        assert set(place.tags) <= TAGS.keys(), place.id
        assert len(set(place.tags)) == len(place.tags), place.id
        assert 0 < place.weight <= 1, place.id
        assert 10 <= place.minutes <= 480, place.id
        assert 0 <= place.price <= PRICE_CEILING[place.currency], place.id
        assert "free" not in place.tags or place.price == 0, place.id


@each_destination
def test_the_file_repeats_no_id(destination_id: str) -> None:
    ids = [raw["id"] for raw in json.loads((DATA / f"{destination_id}.json").read_bytes())["places"]]
    assert len(set(ids)) == len(ids)


@each_destination
def test_places_lie_within_the_bounds(
    catalogue: CatalogueProvider, everything: dict[str, list[Place]], destination_id: str
) -> None:
    one = catalogue.destination(destination_id)
    assert one is not None
    outside = [place.id for place in everything[destination_id] if not one.bounds.contains(place.lat, place.lng)]
    assert outside == []


@each_destination
def test_what_is_called_far_is_far_and_the_rest_is_in_town(
    catalogue: CatalogueProvider, everything: dict[str, list[Place]], destination_id: str
) -> None:
    one = catalogue.destination(destination_id)
    assert one is not None
    for place in everything[destination_id]:
        metres = great_circle((one.lat, one.lng), (place.lat, place.lng))
        if "day-trip" in place.tags:
            assert metres > 3_000, place.id
        else:
            assert metres < 25_000, place.id


@each_destination
def test_no_place_is_there_twice(everything: dict[str, list[Place]], destination_id: str) -> None:
    for a, b in combinations(everything[destination_id], 2):
        name_a, name_b = fold(a.name), fold(b.name)
        assert name_a != name_b, (a.id, b.id)
        if great_circle((a.lat, a.lng), (b.lat, b.lng)) < 15:
            assert edit_distance(name_a, name_b, 3) > 3, (a.id, b.id)
            assert not (name_a.startswith(name_b) or name_b.startswith(name_a)), (a.id, b.id)


@each_destination
def test_a_name_leads_to_its_place(everything: dict[str, list[Place]], destination_id: str) -> None:
    names = Names((place.name, place.id) for place in everything[destination_id])
    assert all(names.exact(place.name) == place.id for place in everything[destination_id])


@each_destination
def test_hours_parse_and_every_place_opens(everything: dict[str, list[Place]], destination_id: str) -> None:
    for place in everything[destination_id]:
        opening = [day for day in YEAR if windows(place, day)][:14] if is_rare(place) else YEAR[100:114]
        spans = [span for day in opening for span in windows(place, day)]
        assert spans, f"{place.id} never opens: {place.opening_hours}"
        assert all(0 <= opens < closes <= 2880 for opens, closes in spans), place.id
        longest = max(closes - opens for opens, closes in spans)
        assert longest >= place.minutes, f"{place.id} closes before a visit ends"


@each_destination
def test_most_places_are_open_in_any_week(everything: dict[str, list[Place]], destination_id: str) -> None:
    places = everything[destination_id]
    for first in YEAR[10:350:60]:
        week = [first + timedelta(days=days) for days in range(7)]
        visitable = [place for place in places if any(windows(place, day) for day in week)]
        assert len(visitable) >= 0.85 * len(places), (first, len(visitable))


@each_destination
def test_there_is_something_to_eat_at_every_meal(everything: dict[str, list[Place]], destination_id: str) -> None:
    food = [place for place in everything[destination_id] if place.kind == "food"]
    assert len(food) >= 6
    assert any("vegetarian" in place.tags for place in food)
    hours = {
        "breakfast": (9 * 60, 9 * 60 + 45),
        "lunch": (12 * 60 + 30, 13 * 60 + 15),
        "dinner": (19 * 60, 19 * 60 + 45),
    }
    for meal in MEALS:
        start, end = hours[meal]
        serving = [place for place in food if meal in place.tags]
        assert len(serving) >= 2, meal
        for day in YEAR[100:107]:
            assert any(o <= start and end <= c for place in serving for o, c in windows(place, day)), (meal, day)


@each_destination
def test_meal_tags_agree_with_the_hours(everything: dict[str, list[Place]], destination_id: str) -> None:
    served = {"breakfast": (5 * 60, 11 * 60), "lunch": (11 * 60, 16 * 60), "dinner": (17 * 60, 25 * 60)}
    for place in everything[destination_id]:
        for meal in set(MEALS) & set(place.tags):
            start, end = served[meal]
            spans = [span for day in YEAR[100:107] + YEAR[200:207] for span in windows(place, day)]
            assert any(min(c, end) - max(o, start) >= 30 for o, c in spans), (place.id, meal, place.opening_hours)


@each_destination
def test_every_kind_of_day_can_be_filled(everything: dict[str, list[Place]], destination_id: str) -> None:
    places = everything[destination_id]

    def of(*kinds: str) -> list[Place]:
        return [place for place in places if place.kind in kinds]

    assert len(of("sight")) >= 3
    assert len(of("sight", "viewpoint", "park")) >= 12
    assert len(of("museum")) >= 2
    assert len(of("market")) >= 2
    assert len(of("viewpoint", "park")) >= 2
    assert len(of("activity")) >= 2
    assert len([place for place in places if "children" in place.tags and place.kind not in ("museum", "food")]) >= 5
    assert len([place for place in places if place.price == 0 and place.kind != "food"]) >= 5
    assert sum(place.weight >= 0.8 for place in places) >= 3

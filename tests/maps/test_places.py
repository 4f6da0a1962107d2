"""Places of Google: asked with the real client, turned into ours, merged with the catalogue, remembered for minutes."""

import threading
from datetime import date, timedelta

import pytest
from google.maps import places_v1

from emulator.maps.directory import Directory, google_id
from emulator.maps.rendering import render
from emulator.maps.testing import StandIn, metadata
from shared.cloud.breaker import Breaker
from shared.maps.asking import Asking
from shared.maps.pace import Pace
from shared.places.catalogue import CatalogueProvider
from shared.places.google import GooglePlaces
from shared.places.google_place import place_of
from shared.places.hours import windows
from shared.places.models import Place
from shared.places.wider import KnownPlaces, WiderPlaces, same
from shared.runtime.errors import FailedPrecondition, Unavailable
from tests.support.moving_time import MovingTime

CATALOGUE = CatalogueProvider()
MONDAY = date(2026, 2, 2)


@pytest.fixture
def asking_places(time: MovingTime) -> Asking:
    return Asking(
        "places", Breaker("places", monotonic=time), pause=time.pause, monotonic=time, pace=Pace(10_000, time)
    )


@pytest.fixture
def google(maps: StandIn, asking_places: Asking, time: MovingTime) -> GooglePlaces:
    return GooglePlaces(maps.places, metadata, asking_places, CATALOGUE, time)


def google_of(place_id: str) -> str:
    return f"google/{google_id(place_id)}"


def methods(maps: StandIn) -> list[str]:
    return [one["method"] for one in maps.requests()]


def known(place_id: str) -> Place:
    place = CATALOGUE.get(place_id)
    assert place
    return place


def test_a_place_by_its_id(google: GooglePlaces, maps: StandIn) -> None:
    ours = known("rome/colosseum")
    found = google.get(google_of("rome/colosseum"))
    assert found and found.name == ours.name and found.destination == "rome" and found.country == "IT"
    assert (found.lat, found.lng) == (ours.lat, ours.lng)
    assert (found.kind, found.currency, found.time_zone) == ("sight", "EUR", "Europe/Rome")
    assert found.attributions == ("Google Maps",) and ours.attributions == ()
    assert 0.5 < found.weight <= 1
    assert methods(maps) == ["GetPlace"]


def test_what_is_remembered_is_not_asked_again_until_it_is_old(
    google: GooglePlaces, maps: StandIn, time: MovingTime
) -> None:
    place_id = google_of("rome/colosseum")
    for wait, asked in ((0, 1), (599, 1), (2, 2)):
        time.seconds += wait
        assert google.get(place_id)
        assert len(methods(maps)) == asked


def test_equal_questions_at_the_same_time_are_one(google: GooglePlaces, maps: StandIn) -> None:
    maps.order("slow:0.3", service="places")
    threads = [threading.Thread(target=google.search, args=("rome",), kwargs={"text": "pizza"}) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert methods(maps) == ["SearchText"]


@pytest.mark.parametrize(
    "place_id", ["google/", "google/../x", "google/ChIJ", "rome/colosseum", "", "google/a b c d e f g h"]
)
def test_what_is_no_id_of_google_is_not_asked(google: GooglePlaces, maps: StandIn, place_id: str) -> None:
    assert google.get(place_id) is None
    assert methods(maps) == []


def test_a_place_that_is_gone_is_none(google: GooglePlaces) -> None:
    assert google.get("google/ChIJ00000000000000000000000") is None


def test_search_by_words_within_the_town(google: GooglePlaces, maps: StandIn) -> None:
    found = google.search("rome", text="museum of maps")
    assert [place.name for place in found] == ["Museum of Maps Rome"]
    assert (found[0].kind, found[0].minutes) == ("museum", 90)
    (request,) = maps.requests()
    assert request["method"] == "SearchText" and "rectangle" in request["request"]
    assert all(part.startswith("places.") for part in request["mask"].split(","))
    assert google.get(found[0].id) == found[0] and len(methods(maps)) == 1, "a search tells the details too"


def test_search_without_words_is_nearby(google: GooglePlaces, maps: StandIn) -> None:
    found = google.search("rome", kinds=["museum"], limit=5)
    assert len(found) == 5 and {place.kind for place in found} == {"museum"}
    centre = known("rome/colosseum")
    near = google.search("rome", near=(centre.lat, centre.lng), kinds=["sight"])
    assert centre.name in [place.name for place in near]
    assert methods(maps) == ["SearchNearby", "SearchNearby"]


def test_kinds_and_tags_narrow_what_was_found_without_asking_again(google: GooglePlaces, maps: StandIn) -> None:
    everything = google.search("tokyo", text="ramen")
    assert everything and google.search("tokyo", text="ramen", kinds=["museum"]) == []
    assert all("ramen" in place.tags for place in google.search("tokyo", text="Ramen ", tags=["ramen"]))
    assert methods(maps) == ["SearchText"]


@pytest.mark.parametrize("wrong", ["atlantis", ""])
def test_an_unknown_town_is_not_asked_for(google: GooglePlaces, maps: StandIn, wrong: str) -> None:
    assert google.search(wrong, text="pizza") == [] and methods(maps) == []


def test_failures_are_ours(google: GooglePlaces, maps: StandIn, time: MovingTime) -> None:
    maps.order("unavailable", service="places", times=4)
    with pytest.raises(Unavailable) as caught:
        google.get(google_of("rome/colosseum"))
    assert caught.value.reason == "MAPS_UNAVAILABLE"
    refused = GooglePlaces(
        maps.places,
        lambda mask: metadata(mask, "restricted"),
        Asking("places", Breaker("places"), pause=time.pause, pace=Pace(100)),
        CATALOGUE,
    )
    with pytest.raises(FailedPrecondition) as wrong:
        refused.get(google_of("rome/colosseum"))
    assert wrong.value.reason == "MAPS_MISCONFIGURED"


def test_the_catalogue_comes_first_and_nothing_twice(google: GooglePlaces) -> None:
    wider = WiderPlaces(CATALOGUE, google)
    ours = CATALOGUE.search("rome", text="museum")
    found = wider.search("rome", text="museum")
    assert found[: len(ours)] == ours
    assert [place.name for place in found[len(ours) :]] == ["Museum of Maps Rome"]


def test_who_found_enough_does_not_ask(google: GooglePlaces, maps: StandIn) -> None:
    assert len(WiderPlaces(CATALOGUE, google).search("rome", text="museum", limit=2)) == 2
    assert methods(maps) == []


def test_when_google_is_down_the_catalogue_is_left(google: GooglePlaces, maps: StandIn) -> None:
    maps.order("unavailable", service="places", times=50)
    wider = WiderPlaces(CATALOGUE, google)
    assert wider.search("rome", text="museum") == CATALOGUE.search("rome", text="museum")
    assert wider.get(google_of("rome/colosseum")) is None
    assert wider.get("rome/colosseum") == known("rome/colosseum")


def test_plans_are_made_of_the_catalogue_and_of_what_people_chose(google: GooglePlaces, maps: StandIn) -> None:
    places = KnownPlaces(CATALOGUE, google)
    assert places.search("rome", text="museum of maps") == CATALOGUE.search("rome", text="museum of maps") == []
    assert methods(maps) == []
    chosen = places.get(google_of("rome/new-2"))
    assert chosen and chosen.name == "Museum of Maps Rome"


def test_one_place_under_two_names(google: GooglePlaces) -> None:
    trevi = known("rome/trevi-fountain")
    theirs = google.get(google_of("rome/trevi-fountain"))
    assert theirs and same(trevi, theirs)
    assert not same(trevi, known("rome/pantheon"))


def test_hours_survive_the_way_through_googles_form() -> None:
    """Every place of some towns, on every day of a week in which nothing is special, and in the week that begins."""
    checked = 0
    for town in CATALOGUE.destinations()[::8]:
        for ours in Directory().of(town):
            theirs = place_of(render(ours, MONDAY), town, CATALOGUE)
            assert theirs
            for day in (MONDAY + timedelta(days=number) for number in range(7)):
                assert windows(theirs, day) == windows(ours, day), (ours.id, day, theirs.opening_hours)
                checked += 1
    assert checked > 1000


def test_special_days_of_the_coming_week_count() -> None:
    ours = next(place for place in Directory().of(CATALOGUE.destinations()[0]) if "/new-2" in place.id)
    theirs = place_of(render(ours, date(2026, 12, 21)), CATALOGUE.destination(ours.destination), CATALOGUE)
    assert theirs
    assert windows(theirs, date(2026, 12, 25)) == [] != windows(theirs, date(2026, 12, 24))
    assert windows(theirs, date(2027, 1, 1)) == [(600, 1080)], "later Fridays are as usual"


@pytest.mark.parametrize(
    ("status", "places"), [(1, 1), (2, 1), (3, 0)], ids=["open", "closed for now", "closed for good"]
)
def test_what_has_closed(status: int, places: int) -> None:
    message = render(known("rome/colosseum"))
    message.business_status = status
    found = place_of(message, CATALOGUE.destination("rome"), CATALOGUE)
    assert bool(found) == bool(places)
    if found:
        assert bool(windows(found, MONDAY)) == (status == 1)


def test_what_nobody_visits_is_no_place() -> None:
    message = render(known("rome/colosseum"))
    message.primary_type = "gas_station"
    message.types[:] = ["gas_station", "establishment"]
    assert place_of(message, CATALOGUE.destination("rome"), CATALOGUE) is None


@pytest.mark.parametrize(
    ("level", "factor"),
    [("INEXPENSIVE", 0.6), ("MODERATE", 1.0), ("EXPENSIVE", 2.0), ("VERY_EXPENSIVE", 4.0), ("FREE", 0)],
)
def test_a_meal_without_a_range_costs_what_its_level_says(level: str, factor: float) -> None:
    rome = CATALOGUE.destination("rome")
    message = render(next(place for place in CATALOGUE.search("rome", kinds=["food"]) if place.price))
    message.ClearField("price_range")
    message.price_level = places_v1.PriceLevel[f"PRICE_LEVEL_{level}"]
    found = place_of(message, rome, CATALOGUE)
    usual = place_of(_moderate(message), rome, CATALOGUE)
    assert found and usual and usual.price > 500
    assert found.price == pytest.approx(usual.price * factor, abs=1)


def _moderate(message: object) -> object:
    other = type(message)()
    other.CopyFrom(message)  # type: ignore[attr-defined]
    other.price_level = places_v1.PriceLevel.PRICE_LEVEL_MODERATE  # type: ignore[attr-defined]
    return other


def test_a_range_is_met_in_the_middle() -> None:
    message = render(next(place for place in CATALOGUE.search("tokyo", kinds=["food"]) if place.price))
    message.price_range.start_price.units, message.price_range.end_price.units = 1000, 2000
    found = place_of(message, CATALOGUE.destination("tokyo"), CATALOGUE)
    assert found and (found.price, found.currency) == (1500, "JPY"), "yen have no minor unit"


def test_no_field_is_asked_for_that_costs_more(google: GooglePlaces, maps: StandIn) -> None:
    """Of Place Data Fields (New), what is billed at most as "Enterprise", and not with "Atmosphere"."""
    google.search("rome", text="pizza")
    google.search("rome", kinds=["museum"])
    google.get(google_of("rome/colosseum"))
    found = [one["mask"].replace("places.", "").split(",") for one in maps.requests()]
    essentials = {"id", "attributions", "location", "types"}
    pro = {"displayName", "primaryType", "businessStatus", "timeZone"}
    enterprise = {
        "rating", "userRatingCount", "priceLevel", "priceRange", "regularOpeningHours", "currentOpeningHours",
    }  # fmt: skip
    assert [set(mask) - essentials - pro - enterprise for mask in found] == [set()] * 3

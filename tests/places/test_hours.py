"""Opening hours become windows of minutes: closing days, several windows, past midnight, holidays, the sun."""

from dataclasses import replace
from datetime import date

import pytest

from shared.places.catalogue import CatalogueProvider
from shared.places.hours import is_open, windows
from shared.places.models import Place

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, SATURDAY, SUNDAY = (date(2027, 4, day) for day in (5, 6, 7, 8, 10, 11))


def known(catalogue: CatalogueProvider, place_id: str) -> Place:
    place = catalogue.get(place_id)
    assert place is not None
    return place


@pytest.fixture
def anywhere(catalogue: CatalogueProvider) -> Place:
    return known(catalogue, "lisbon/alfama")


@pytest.mark.parametrize(
    ("place_id", "closed", "open_on"),
    [
        ("kyoto/national-museum", MONDAY, TUESDAY),
        ("florence/uffizi", MONDAY, SUNDAY),
        ("paris/louvre", TUESDAY, MONDAY),
        ("paris/orsay", MONDAY, TUESDAY),
        ("istanbul/topkapi", TUESDAY, MONDAY),
        ("mexico-city/anthropology", MONDAY, SUNDAY),
        ("rome/vatican-museums", SUNDAY, MONDAY),
        ("bangkok/chatuchak", WEDNESDAY, SATURDAY),
        ("barcelona/boqueria", SUNDAY, MONDAY),
    ],
)
def test_a_closing_day_is_a_day_without_windows(
    catalogue: CatalogueProvider, place_id: str, closed: date, open_on: date
) -> None:
    place = known(catalogue, place_id)
    assert windows(place, closed) == []
    assert windows(place, open_on) != []


def test_a_late_evening_once_a_week(catalogue: CatalogueProvider) -> None:
    orsay = known(catalogue, "paris/orsay")
    assert windows(orsay, WEDNESDAY) == [(9 * 60 + 30, 18 * 60)]
    assert windows(orsay, THURSDAY) == [(9 * 60 + 30, 21 * 60 + 45)]


def test_lunch_and_dinner_are_two_windows(catalogue: CatalogueProvider) -> None:
    assert windows(known(catalogue, "kyoto/menya-inoichi"), TUESDAY) == [(660, 870), (1050, 1260)]


def test_a_bar_that_closes_after_midnight_shows_in_both_days(anywhere: Place) -> None:
    bar = replace(anywhere, opening_hours="Fr-Sa 18:00-02:00")
    friday, saturday, sunday = date(2027, 4, 9), date(2027, 4, 10), date(2027, 4, 11)
    assert windows(bar, friday) == [(18 * 60, 26 * 60)]
    assert windows(bar, saturday) == [(0, 2 * 60), (18 * 60, 26 * 60)]
    assert windows(bar, sunday) == [(0, 2 * 60)]


def test_always_open_is_cut_at_the_end_of_the_next_day(catalogue: CatalogueProvider) -> None:
    assert windows(known(catalogue, "kyoto/fushimi-inari"), TUESDAY) == [(0, 2880)]


def test_back_to_back_windows_are_one(anywhere: Place) -> None:
    assert windows(replace(anywhere, opening_hours="10:00-12:00,12:00-14:00"), TUESDAY) == [(600, 840)]


def test_seasons_change_the_hours(catalogue: CatalogueProvider) -> None:
    ginkakuji = known(catalogue, "kyoto/ginkaku-ji")
    assert windows(ginkakuji, date(2027, 7, 1)) == [(510, 1020)]
    assert windows(ginkakuji, date(2027, 1, 15)) == [(540, 990)]


def test_fixed_holidays_are_closed(catalogue: CatalogueProvider) -> None:
    assert windows(known(catalogue, "paris/louvre"), date(2028, 5, 1)) == []
    assert windows(known(catalogue, "lisbon/jeronimos"), date(2027, 3, 28)) == [], "Easter Sunday"


def test_public_holidays_are_those_of_the_country(anywhere: Place) -> None:
    shop = replace(anywhere, opening_hours="Mo-Su 10:00-18:00; PH off")
    bastille_day = date(2027, 7, 14)
    assert windows(replace(shop, country="FR"), bastille_day) == []
    assert windows(replace(shop, country="PT"), bastille_day) == [(600, 1080)]


def test_a_country_whose_holidays_nobody_knows_has_none(anywhere: Place) -> None:
    shop = replace(anywhere, opening_hours="Mo-Su 10:00-18:00; PH off", country="TH")
    assert windows(shop, date(2027, 1, 1)) == [(600, 1080)]


def test_the_sun_rises_where_the_place_is(catalogue: CatalogueProvider) -> None:
    garden = known(catalogue, "lisbon/gulbenkian-garden")
    [(opens, closes)] = windows(garden, date(2027, 6, 21))
    assert opens == pytest.approx(6 * 60 + 12, abs=5)
    assert closes == pytest.approx(21 * 60 + 4, abs=5)
    [(opens, closes)] = windows(garden, date(2027, 12, 21))
    assert opens == pytest.approx(7 * 60 + 51, abs=5)
    assert closes == pytest.approx(17 * 60 + 18, abs=5)


def test_the_change_to_summer_time_does_not_shift_closing(anywhere: Place) -> None:
    spring_forward = date(2027, 3, 28)
    assert windows(replace(anywhere, opening_hours="10:00-18:00"), spring_forward) == [(600, 1080)]
    [(_, closes)] = windows(replace(anywhere, opening_hours="sunrise-18:00"), spring_forward)
    assert closes == 1080


def test_unknown_hours_count_as_closed(anywhere: Place) -> None:
    assert windows(replace(anywhere, opening_hours="10:00-18:00 unknown"), TUESDAY) == []


@pytest.mark.parametrize("expression", ["", "around noon", "Mo-Xx 10:00-12:00", "25:99-26:00"])
def test_malformed_hours_are_refused(anywhere: Place, expression: str) -> None:
    with pytest.raises(ValueError, match="opening_hours"):
        windows(replace(anywhere, opening_hours=expression), TUESDAY)


def test_the_answer_is_the_callers_to_change(catalogue: CatalogueProvider) -> None:
    place = known(catalogue, "kyoto/menya-inoichi")
    windows(place, TUESDAY).clear()
    assert len(windows(place, TUESDAY)) == 2


def test_a_visit_must_fit_into_one_window(catalogue: CatalogueProvider) -> None:
    place = known(catalogue, "kyoto/menya-inoichi")
    assert is_open(place, TUESDAY, 660, 870)
    assert not is_open(place, TUESDAY, 659, 700)
    assert not is_open(place, TUESDAY, 840, 1080), "closed in between"


@pytest.mark.parametrize("on", [date(1, 1, 1), date(1899, 12, 31), date(2200, 1, 1), date(9999, 12, 31)])
def test_on_dates_that_no_trip_can_have_everything_is_open(catalogue: CatalogueProvider, on: date) -> None:
    assert windows(known(catalogue, "paris/louvre"), on) == [(0, 1440)]

"""Distances, modes and minutes between places and between towns."""

import pytest

from shared.places.catalogue import CatalogueProvider
from shared.places.intercity import Connection, intercity
from shared.places.travel import Mode, great_circle, leg, matrix

KIYOMIZU, GION, KINKAKU = (34.9949, 135.7850), (35.0037, 135.7751), (35.0394, 135.7292)
MODES: tuple[Mode, ...] = ("walk", "transit", "drive")


def test_the_great_circle_matches_known_distances() -> None:
    paris, london, sydney = (48.8566, 2.3522), (51.5074, -0.1278), (-33.8688, 151.2093)
    assert great_circle(paris, london) == pytest.approx(343_600, rel=0.002)
    assert great_circle(london, sydney) == pytest.approx(16_994_000, rel=0.002)
    assert great_circle((0, 0), (0, 180)) == pytest.approx(20_015_115, abs=1), "half way round, no rounding error"


def test_short_ways_are_walked_and_long_ones_ridden() -> None:
    near, far = leg(KIYOMIZU, GION), leg(KIYOMIZU, KINKAKU)
    assert near.mode == "walk"
    assert near.minutes == pytest.approx(23, abs=2)
    assert far.mode == "transit"
    assert 30 <= far.minutes <= 60


def test_a_walk_longer_than_25_minutes_is_not_proposed() -> None:
    for step in range(1, 60):
        way = leg((0.0, 0.0), (0.0, step * 0.001))
        assert way.mode == "transit" or way.minutes <= 25


@pytest.mark.parametrize("mode", MODES)
def test_one_mode_only(mode: Mode) -> None:
    ways = matrix([KIYOMIZU, GION, KINKAKU], mode)
    assert {way for i, row in enumerate(ways.modes) for j, way in enumerate(row) if i != j} == {mode}


@pytest.mark.parametrize("mode", MODES)
def test_further_never_takes_less_time(mode: Mode) -> None:
    minutes = [leg((0.0, 0.0), (0.0, step * 0.01), (mode,)).minutes for step in range(60)]
    assert minutes == sorted(minutes)


def test_a_matrix_is_symmetric_with_an_empty_diagonal() -> None:
    points = [KIYOMIZU, GION, KINKAKU]
    ways = matrix(points)
    for i in range(3):
        assert ways.minutes[i][i] == ways.metres[i][i] == 0
        for j in range(3):
            assert ways.minutes[i][j] == ways.minutes[j][i]
            assert ways.metres[i][j] == ways.metres[j][i]
            assert (ways.minutes[i][j], ways.modes[i][j]) == (leg(points[i], points[j]).minutes, ways.modes[j][i])


def test_the_way_is_longer_than_the_crow_flies() -> None:
    assert leg(KIYOMIZU, KINKAKU).metres > great_circle(KIYOMIZU, KINKAKU)


def test_two_doors_of_one_house_are_no_way_apart() -> None:
    assert leg(GION, (GION[0] + 0.0001, GION[1])).minutes == 0


def test_no_points_and_one_point() -> None:
    assert matrix([]).minutes == ()
    assert matrix([GION]).minutes == ((0,),)


def connect(catalogue: CatalogueProvider, start: str, end: str) -> Connection:
    a, b = catalogue.destination(start), catalogue.destination(end)
    assert a is not None
    assert b is not None
    assert intercity(a, b) == intercity(b, a)
    return intercity(a, b)


def test_the_italian_journey_goes_by_train(catalogue: CatalogueProvider) -> None:
    first, second = connect(catalogue, "rome", "florence"), connect(catalogue, "florence", "venice")
    assert (first.mode, first.minutes, first.estimated) == ("train", 95, False)
    assert (second.mode, second.minutes, second.estimated) == ("train", 130, False)


def test_between_continents_one_flies(catalogue: CatalogueProvider) -> None:
    way = connect(catalogue, "london", "new-york")
    assert (way.mode, way.estimated) == ("flight", True)
    assert 9 * 60 < way.minutes < 13 * 60


def test_an_unlisted_european_pair_is_estimated_by_rail(catalogue: CatalogueProvider) -> None:
    way = connect(catalogue, "amsterdam", "prague")
    assert way.estimated
    assert way.mode == ("train" if way.metres <= 700_000 else "flight")


def test_what_no_listed_train_reaches_is_flown_to(catalogue: CatalogueProvider) -> None:
    assert connect(catalogue, "istanbul", "vienna").mode == "flight"


def test_staying_takes_no_time(catalogue: CatalogueProvider) -> None:
    assert connect(catalogue, "rome", "rome").minutes == 0


def test_every_pair_of_destinations_is_connected(catalogue: CatalogueProvider) -> None:
    for a in catalogue.destinations():
        for b in catalogue.destinations():
            assert (intercity(a, b).minutes > 0) == (a.id != b.id)

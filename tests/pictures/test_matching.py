"""From facts to candidates: what is known, where it is looked for, how sure we are, and what is called unverified."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import pytest

from emulator.maps.testing import metadata, standin
from shared.cloud.breaker import Breaker
from shared.maps.asking import Asking
from shared.maps.pace import Pace
from shared.pictures.candidates import Candidate
from shared.pictures.facts import Facts, Landmark, WebEntity
from shared.pictures.matching import Matcher
from shared.pictures.resolving import Resolver
from shared.pictures.suggesting import MOST, ForWhom, Suggesting
from shared.pictures.surroundings import surroundings
from shared.places.catalogue import CatalogueProvider
from shared.places.google import GooglePlaces
from shared.places.models import Place
from shared.places.wider import WiderPlaces

PLACES = CatalogueProvider()


def place(place_id: str) -> Place:
    found = PLACES.get(place_id)
    assert found
    return found


def suggest(
    facts: Facts,
    *,
    towns: Sequence[str] = (),
    near: Sequence[tuple[str, float]] = (),
    here: Sequence[str] = (),
    **whom: Any,
) -> list[Candidate]:
    found = Matcher(PLACES, facts, towns, here).match(near, [(town, 0.9) for town in here])
    usual = {"travellers": 2, "first": None, "last": None, "today": date(2026, 11, 22), "language": "en"}
    return Suggesting(PLACES, ForWhom(towns=tuple(towns), **{**usual, **whom})).suggest(facts, found)


def named(candidates: Sequence[Candidate], kind: str = "place") -> dict[str, float]:
    return {one.place_id or one.destination_id or one.name: one.confidence for one in candidates if one.kind == kind}


def test_a_landmark_is_found_by_its_name_and_spot() -> None:
    church = place("barcelona/sagrada-familia")
    facts = Facts(landmarks=[Landmark(name="Sagrada Família", score=0.88, lat=church.lat, lng=church.lng)])
    (found, town) = suggest(facts)
    assert (found.place_id, found.confidence, found.evidence, found.verified) == (church.id, 0.88, ("landmark",), True)
    assert (town.kind, town.destination_id) == ("destination", "barcelona")
    assert found.cost and found.cost.amount == 2 * church.price


def test_a_landmark_under_another_name_is_found_by_its_spot() -> None:
    church = place("barcelona/sagrada-familia")
    facts = Facts(landmarks=[Landmark(name="Nativity façade", score=0.7, lat=church.lat + 0.0003, lng=church.lng)])
    assert named(suggest(facts)) == {church.id: 0.7}


def test_a_namesake_far_away_is_not_meant() -> None:
    """Somebody's Fushimi Inari in Berlin is not Kyoto's."""
    facts = Facts(landmarks=[Landmark(name="Fushimi Inari Taisha", score=0.9, lat=52.52, lng=13.4)])
    found = suggest(facts, towns=["kyoto"])
    assert named(found) == {}
    assert [(one.name, one.verified) for one in found if one.kind == "idea"] == [("Fushimi Inari Taisha", False)]


def test_what_we_do_not_know_is_called_unverified_in_so_many_words() -> None:
    facts = Facts(landmarks=[Landmark(name="Alhambra", score=0.9312, lat=37.176, lng=-3.588)])
    (found,) = suggest(facts)
    assert (found.kind, found.name, found.confidence, found.place_id) == ("idea", "Alhambra", 0.93, None)
    assert "unverified idea" in found.reason
    (found,) = suggest(facts, language="es")
    assert "idea sin verificar" in found.reason


def test_independent_hints_make_surer() -> None:
    shrine = place("kyoto/fushimi-inari")
    alone = suggest(Facts(), near=[(shrine.id, 0.6)], here=["kyoto"])
    facts = Facts(lines=["Fushimi Inari Taisha"], web=[WebEntity(name="Fushimi Inari", score=3.0)])
    together = suggest(facts, near=[(shrine.id, 0.6)], here=["kyoto"])
    assert named(alone)[shrine.id] == 0.6
    assert named(together)[shrine.id] == pytest.approx(1 - 0.4 * 0.1 * 0.4, abs=0.01)
    assert next(one for one in together if one.place_id == shrine.id).evidence == ("text", "location", "web")


def test_names_are_looked_for_where_the_picture_points_and_else_everywhere() -> None:
    museum = Facts(lines=["National Museum"])
    assert {one.split("/")[0] for one in named(suggest(museum, towns=["tokyo"]))} <= {"tokyo"}
    shrine = Facts(lines=["Fushimi Inari Taisha"])
    assert named(suggest(shrine, towns=["kyoto"])) == {"kyoto/fushimi-inari": 0.9}
    assert named(suggest(shrine)) == {"kyoto/fushimi-inari": pytest.approx(0.72)}
    assert named(suggest(shrine, towns=["paris"])) == {}
    pointed = Facts(lines=["Kyoto in spring", "Fushimi Inari Taisha"])
    assert named(suggest(pointed, towns=["paris"])) == {"kyoto/fushimi-inari": 0.9}


def test_a_name_in_a_sentence_and_one_over_two_lines() -> None:
    facts = Facts(lines=["we should really go and see the Nishiki Market some time", "Fushimi Inari", "Taisha"])
    found = named(suggest(facts, towns=["kyoto"]))
    assert found["kyoto/nishiki-market"] == 0.75
    assert found["kyoto/fushimi-inari"] >= 0.75


def test_other_lines_of_a_list_are_ideas() -> None:
    lines = [
        "Must see in Kyoto",
        "1. Fushimi Inari",
        "2. Nishiki Market",
        "• Grandma's tea house",
        "call 555 1234",
        "x" * 90,
    ]
    found = suggest(Facts(lines=lines), towns=["kyoto"])
    assert named(found, "idea") == {"Grandma's tea house": 0.4}
    alone = suggest(Facts(lines=["Fushimi Inari", "Grandma's tea house"]), towns=["kyoto"])
    assert named(alone, "idea") == {}, "one place does not make a list"


def test_there_is_an_end() -> None:
    everything = [one.name for town in ("kyoto", "tokyo", "paris") for one in PLACES.search(town, limit=1000)]
    found = suggest(Facts(lines=everything[:120]), towns=["kyoto", "tokyo", "paris"])
    assert len(found) == MOST
    assert len({one.id for one in found}) == MOST


def test_towns_that_the_trip_goes_to_are_no_news() -> None:
    facts = Facts(lines=["Kyoto, Osaka and Tokyo"])
    assert set(named(suggest(facts, towns=["kyoto"]), "destination")) == {"tokyo"}


def test_a_position_is_good_for_places_around_and_for_nothing_more() -> None:
    shrine = place("kyoto/fushimi-inari")
    found = surroundings((shrine.lat + 0.0005, shrine.lng), PLACES)
    assert found.towns == ("kyoto",)
    assert found.places[0] == (shrine.id, 0.8)
    assert {sure for _, sure in found.places} <= {0.8, 0.6, 0.4}, "no distance that would tell where somebody stood"
    assert surroundings((0.0, -30.0), PLACES).towns == ()


@pytest.fixture
def google() -> Iterator[GooglePlaces]:
    """Places of Google, by the stand-in, which knows some that the catalogue has not."""
    with standin() as maps:
        asking = Asking("places", Breaker("places"), pace=Pace(1_000))
        yield GooglePlaces(maps.places, metadata, asking, PLACES)


def test_what_the_catalogue_does_not_know_is_searched_for(google: GooglePlaces) -> None:
    """Of what Google finds, the plan gets an id and a name."""
    wider = WiderPlaces(PLACES, google)
    facts = Facts(
        lines=["Fushimi Inari", "Nishiki Market", "3. Clockwork Bakery Kyoto", "Grandma's tea house"],
        landmarks=[Landmark(name="Museum of Maps Kyoto", score=0.8, lat=35.013, lng=135.77)],
    )
    matcher = Matcher(PLACES, facts, ["kyoto"], [])
    found = matcher.match([], [])
    assert (len(found.landmarks), len(found.entries)) == (1, 2)
    Resolver(wider, matcher.towns).resolve(found)
    whom = ForWhom(2, ("kyoto",), None, None, date(2026, 11, 22), "en")
    candidates = Suggesting(PLACES, whom).suggest(facts, found)
    theirs = [one for one in candidates if (one.place_id or "").startswith("google/")]
    assert {one.name for one in theirs} == {"Clockwork Bakery Kyoto", "Museum of Maps Kyoto"}
    assert all((one.kind, one.verified, one.lat, one.cost) == ("place", True, None, None) for one in theirs)
    assert [one.name for one in candidates if one.kind == "idea"] == ["Grandma's tea house"]


def test_the_same_facts_give_the_same_candidates() -> None:
    facts = Facts(
        lines=["Fushimi Inari", "Nishiki Market", "Grandma's tea house"], landmarks=[Landmark(name="X", score=0.5)]
    )
    assert suggest(facts, towns=["kyoto"]) == suggest(facts, towns=["kyoto"])

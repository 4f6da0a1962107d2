"""Finding places: filters, words, nearness, order."""

from pathlib import Path

import pytest

from shared.places.catalogue import DATA, CatalogueProvider
from shared.places.provider import PlaceProvider
from shared.places.travel import great_circle


def in_kyoto(catalogue: PlaceProvider, text: str | None = None) -> list[str]:
    return [place.id for place in catalogue.search("kyoto", text=text)]


def test_the_best_known_come_first(catalogue: CatalogueProvider) -> None:
    found = catalogue.search("kyoto", limit=5)
    assert found[0].id == "kyoto/fushimi-inari"
    assert [place.weight for place in found] == sorted((place.weight for place in found), reverse=True)


def test_kinds_and_tags_narrow(catalogue: CatalogueProvider) -> None:
    museums = catalogue.search("lisbon", kinds=["museum"], limit=100)
    assert museums
    assert {place.kind for place in museums} == {"museum"}
    for_children = catalogue.search("lisbon", tags=["children"], kinds=["park", "activity"], limit=100)
    assert "lisbon/oceanario" in [place.id for place in for_children]
    assert all("children" in place.tags and place.kind in ("park", "activity") for place in for_children)


def test_an_empty_filter_lets_nothing_through(catalogue: CatalogueProvider) -> None:
    assert catalogue.search("kyoto", kinds=[]) == []
    assert catalogue.search("kyoto", tags=[]) == []


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("fushimi inari", "kyoto/fushimi-inari"),
        ("FUSHIMI  INARI!", "kyoto/fushimi-inari"),
        ("伏見稲荷", "kyoto/fushimi-inari"),
        ("nijo castle", "kyoto/nijo-castle"),
        ("Nijō", "kyoto/nijo-castle"),
        ("golden pavilion", "kyoto/kinkaku-ji"),
        ("kiyomizudera", "kyoto/kiyomizu-dera"),
        ("Kiyomizudra", "kyoto/kiyomizu-dera"),
        ("tofukuji", "kyoto/tofuku-ji"),
        ("manga", "kyoto/manga-museum"),
    ],
)
def test_text_finds_names_in_any_spelling(catalogue: CatalogueProvider, text: str, first: str) -> None:
    assert in_kyoto(catalogue, text=text)[0] == first


def test_text_finds_what_places_are(catalogue: CatalogueProvider) -> None:
    assert all("ramen" in place.tags for place in catalogue.search("kyoto", text="ramen", limit=5))
    assert all("temple" in place.tags for place in catalogue.search("kyoto", text="temples", limit=5))
    assert "kyoto/railway-museum" in in_kyoto(catalogue, text="museum children")


def test_every_word_must_be_found(catalogue: CatalogueProvider) -> None:
    assert in_kyoto(catalogue, text="fushimi volcano") == []
    assert in_kyoto(catalogue, text="qqqq") == []


def test_text_of_punctuation_is_no_text(catalogue: CatalogueProvider) -> None:
    assert in_kyoto(catalogue, text="!?") == in_kyoto(catalogue) == in_kyoto(catalogue, text="")


def test_near_prefers_what_is_close(catalogue: CatalogueProvider) -> None:
    arashiyama = (35.0170, 135.6713)
    found = catalogue.search("kyoto", near=arashiyama, limit=5)
    assert all(great_circle(arashiyama, (place.lat, place.lng)) < 2_000 for place in found)
    lunch = catalogue.search("kyoto", kinds=["food"], tags=["lunch"], near=arashiyama, limit=2)
    assert {place.id for place in lunch} == {"kyoto/shigetsu", "kyoto/yudofu-sagano"}


def test_the_order_never_varies(catalogue: CatalogueProvider) -> None:
    again = CatalogueProvider()
    for one in catalogue.destinations():
        assert catalogue.search(one.id, limit=1_000) == again.search(one.id, limit=1_000)


@pytest.mark.parametrize(("limit", "count"), [(0, 0), (-3, 0), (1, 1), (7, 7)])
def test_the_limit_holds(catalogue: CatalogueProvider, limit: int, count: int) -> None:
    assert len(catalogue.search("kyoto", limit=limit)) == count


@pytest.mark.parametrize("unknown", ["", "atlantis", "../kyoto", "kyoto/", "index"])
def test_an_unknown_destination_has_no_places(catalogue: CatalogueProvider, unknown: str) -> None:
    assert catalogue.search(unknown) == []
    assert catalogue.find_places(unknown, "Fushimi Inari") == []


def test_get(catalogue: CatalogueProvider) -> None:
    place = catalogue.get("kyoto/fushimi-inari")
    assert place is not None
    assert (place.name, place.currency, place.country, place.price) == ("Fushimi Inari Taisha", "JPY", "JP", 0)
    for unknown in ("", "kyoto", "kyoto/", "kyoto/nothing", "atlantis/x", "../index", "kyoto/fushimi-inari/x"):
        assert catalogue.get(unknown) is None


def test_every_place_is_found_by_its_id(catalogue: CatalogueProvider) -> None:
    for one in catalogue.destinations():
        assert all(catalogue.get(place.id) is place for place in catalogue.search(one.id, limit=1_000))


def test_only_what_is_asked_for_is_read(tmp_path: Path) -> None:
    for name in ("index.json", "kyoto.json"):
        (tmp_path / name).write_bytes((DATA / name).read_bytes())
    provider = CatalogueProvider(tmp_path)
    assert provider.destination("Lisboa") is not None
    assert provider.search("kyoto")
    with pytest.raises(FileNotFoundError):
        provider.search("lisbon")

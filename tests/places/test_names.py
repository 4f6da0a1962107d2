"""Which destination or place someone means, alone or inside a sentence, and when to say nothing."""

import pytest

from shared.places import ambiguous
from shared.places.catalogue import CatalogueProvider
from shared.places.text import edit_distance, fold, is_typo


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("kyoto", "kyoto"), ("KYOTO", "kyoto"), ("  Kyōto ", "kyoto"), ("京都", "kyoto"), ("Kioto", "kyoto"),
        ("Lisbonne", "lisbon"), ("Lisboa", "lisbon"), ("Lissabon", "lisbon"), ("リスボン", "lisbon"),
        ("Lisbona", "lisbon"), ("Barcelone", "barcelona"), ("Roma", "rome"), ("Rom", "rome"), ("Firenze", "florence"),
        ("Florenz", "florence"), ("Venise", "venice"), ("Venedig", "venice"), ("Wien", "vienna"), ("Vienne", "vienna"),
        ("Praga", "prague"), ("パリ", "paris"), ("Londres", "london"), ("Nueva York", "new-york"), ("NYC", "new-york"),
        ("Le Caire", "cairo"), ("القاهرة", "cairo"), ("İstanbul", "istanbul"), ("Estambul", "istanbul"),
        ("Hà Nội", "hanoi"), ("Kapstadt", "cape-town"), ("Marrakech", "marrakesh"), ("Rio", "rio-de-janeiro"),
        ("Ciudad de México", "mexico-city"), ("กรุงเทพ", "bangkok"), ("new-york", "new-york"),
        ("São Francisco", "san-francisco"),
        ("Kyotto", "kyoto"), ("Kyoot", "kyoto"), ("Barcelonna", "barcelona"), ("Amsterdm", "amsterdam"),
        ("San Fransisco", "san-francisco"), ("Marakesh", "marrakesh"), ("Sidney", "sydney"), ("Melborne", "melbourne"),
        ("Kyoto, Japan", "kyoto"), ("kyoto japan", "kyoto"), ("Paris, France", "paris"),
        ("Florence, Italie", "florence"),
        ("San Francisco, California", "san-francisco"), ("San Francisco, CA, USA", "san-francisco"),
        ("New York, New York", "new-york"),
    ],
)  # fmt: skip
def test_a_name_in_any_language_with_a_slip_at_most(catalogue: CatalogueProvider, typed: str, expected: str) -> None:
    found = catalogue.destination(typed)
    assert found is not None
    assert found.id == expected


@pytest.mark.parametrize(
    "typed",
    [
        "", "   ", "!?", "Atlantis", "Narnia", "Paris, Texas", "Paris Texas", "Rome, Georgia", "Florence, Alabama",
        "Lisbon, Spain", "Romeo", "Paros", "Parma", "Londinium", "Cairns", "Vientiane", "Bern", "Milan", "Rio Grande",
        "Tokelau", "Kyotopia", "Parisian", "the moon", "x" * 20_000, "京", "🗼", "../index", "index", "null",
    ],
)  # fmt: skip
def test_an_unknown_name_is_nobody(catalogue: CatalogueProvider, typed: str) -> None:
    assert catalogue.destination(typed) is None


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Five days in Kyoto for three friends in early April: temples, ramen, must see Fushimi Inari", ["kyoto"]),
        ("Un week-end à Lisbonne avec des enfants, pas de musées", ["lisbon"]),
        ("10 days, Rome then Florence then Venice, by train, we love food", ["rome", "florence", "venice"]),
        ("友達と京都に5日間、そのあと東京", ["kyoto", "tokyo"]),
        ("Eine Woche in Wien und Prag, danach Berlin", ["vienna", "prague", "berlin"]),
        ("Cinco días en Nueva York y Ciudad de México", ["new-york", "mexico-city"]),
        ("Uma semana no Rio de Janeiro", ["rio-de-janeiro"]),
        ("Quattro giorni a Parigi", ["paris"]),
        ("kyoto, kyoto and again KYOTO", ["kyoto"]),
        ("서울에서 3일, 그리고 방콕", ["seoul"]),
        ("ไปกรุงเทพสามวัน", ["bangkok"]),
        ("A week in Kyotto please", ["kyoto"]),
        ("Paris, Texas and then San Francisco, California", ["san-francisco"]),
        ("Paris, France", ["paris"]),
        ("We love Roman history and Parisian cafés", []),
        ("I would like that my mother vienne with us", []),
        ("Dinner at Venice Beach", []),
        ("Un picnic junto al río en Mexico City, Roma Norte", ["mexico-city"]),
        ("Atlantis for a week", []),
        ("", []),
    ],
)
def test_destinations_in_a_sentence(catalogue: CatalogueProvider, sentence: str, expected: list[str]) -> None:
    assert [one.id for one in catalogue.find_destinations(sentence)] == expected


@pytest.mark.parametrize("noise", ["Zyxwvut ", "京", "aaaa ", "Barcelonx ", "ramen, temples and gardens "])
def test_long_texts_are_read_to_the_end(catalogue: CatalogueProvider, noise: str) -> None:
    text = noise * (20_000 // len(noise)) + " Lisbon"
    assert "lisbon" in [one.id for one in catalogue.find_destinations(text)]


@pytest.mark.parametrize(
    ("destination", "sentence", "expected"),
    [
        ("kyoto", "must see Fushimi Inari, about 900 euros", ["kyoto/fushimi-inari"]),
        ("seoul", "경복궁과 남대문시장에", ["seoul/gyeongbokgung", "seoul/namdaemun-market"]),
        ("kyoto", "清水寺と金閣寺に行きたい", ["kyoto/kiyomizu-dera", "kyoto/kinkaku-ji"]),
        ("kyoto", "the Golden Pavilion, then nishiki market", ["kyoto/kinkaku-ji", "kyoto/nishiki-market"]),
        ("paris", "la tour Eiffel et le Louvre", ["paris/eiffel-tower", "paris/louvre"]),
        ("rome", "Colosseo, Fontana di Trevi", ["rome/colosseum", "rome/trevi-fountain"]),
        ("berlin", "Brandenburger Tor", ["berlin/brandenburg-gate"]),
        ("new-york", "we met in a roast house; then The Met", ["new-york/met"]),
        ("cusco", "mil euros, y Mil", ["cusco/mil"]),
        ("marrakesh", "dîner dans le jardin", []),
        ("rome", "the Eiffel Tower", []),
        ("atlantis", "the Eiffel Tower", []),
    ],
)
def test_places_in_a_sentence(
    catalogue: CatalogueProvider, destination: str, sentence: str, expected: list[str]
) -> None:
    assert [place.id for place in catalogue.find_places(destination, sentence)] == expected


def test_every_ambiguous_name_is_a_name(catalogue: CatalogueProvider) -> None:
    towns = catalogue.destinations()
    assert {fold(name) for town in towns for name in (town.name, *town.aliases)} >= ambiguous.DESTINATIONS
    places = [place for town in towns for place in catalogue.search(town.id, limit=1_000)]
    named = {fold(name or "") for place in places for name in (place.name, place.local_name, *place.aliases)}
    assert named >= ambiguous.PLACES


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("São  Jorge-Castle!", "sao jorge castle"),
        ("Đà Nẵng", "da nang"),
        ("Straße", "strasse"),
        ("İSTANBUL", "istanbul"),
        ("ﬁne", "fine"),
        ("東京", "東京"),
        ("Ho\u0302\u0300 Ta\u0302y", "ho tay"),
        ("서울", "서울"),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(folded) == folded


def test_edit_distance_counts_swapped_neighbours_once_and_gives_up_early() -> None:
    assert edit_distance("kyoot", "kyoto", 2) == 1
    assert edit_distance("berlin", "merlin", 2) == 1
    assert edit_distance("abc", "abc", 2) == 0
    assert edit_distance("kitten", "sitting", 2) == 3
    assert edit_distance("", "abc", 5) == 3


def test_a_slip_is_not_another_town() -> None:
    assert is_typo("kyotto", "kyoto")
    assert not is_typo("paros", "paris")
    assert not is_typo("merlin", "berlin")
    assert not is_typo("rome", "roma")

"""What the types of Google's Places API are in our words.

https://developers.google.com/maps/documentation/places/web-service/place-types, table A.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from shared.places.vocabulary import Kind

_FOOD: Final = ("lunch", "dinner")
_CAFE: Final = ("breakfast", "coffee")

KNOWN: Final[Mapping[str, tuple[Kind, tuple[str, ...]]]] = {
    "museum": ("museum", ("indoor",)),
    "art_museum": ("museum", ("art", "indoor")),
    "art_gallery": ("museum", ("art", "indoor")),
    "history_museum": ("museum", ("history", "indoor")),
    "church": ("sight", ("church", "architecture")),
    "synagogue": ("sight", ("church", "architecture")),
    "mosque": ("sight", ("mosque", "architecture")),
    "hindu_temple": ("sight", ("temple", "architecture")),
    "buddhist_temple": ("sight", ("temple", "architecture")),
    "shinto_shrine": ("sight", ("temple", "architecture")),
    "castle": ("sight", ("castle", "history")),
    "monument": ("sight", ("monument", "outdoor")),
    "historical_place": ("sight", ("history",)),
    "historical_landmark": ("sight", ("history",)),
    "cultural_landmark": ("sight", ()),
    "plaza": ("sight", ("neighbourhood", "outdoor")),
    "bridge": ("sight", ("bridge", "outdoor")),
    "fountain": ("sight", ("monument", "outdoor")),
    "beach": ("park", ("beach", "outdoor")),
    "park": ("park", ("outdoor",)),
    "national_park": ("park", ("nature", "outdoor")),
    "garden": ("park", ("gardens", "outdoor")),
    "botanical_garden": ("park", ("gardens", "outdoor")),
    "hiking_area": ("activity", ("hike", "outdoor")),
    "observation_deck": ("viewpoint", ("view",)),
    "scenic_point": ("viewpoint", ("view", "outdoor")),
    "zoo": ("activity", ("animals", "children", "outdoor")),
    "aquarium": ("activity", ("animals", "children", "indoor")),
    "amusement_park": ("activity", ("children", "outdoor")),
    "amusement_center": ("activity", ("children",)),
    "water_park": ("activity", ("children", "outdoor")),
    "performing_arts_theater": ("activity", ("music", "indoor")),
    "concert_hall": ("activity", ("music", "indoor")),
    "opera_house": ("activity", ("music", "indoor")),
    "stadium": ("activity", ("sport",)),
    "spa": ("activity", ("indoor",)),
    "market": ("market", ("market",)),
    "farmers_market": ("market", ("market",)),
    "flea_market": ("market", ("market",)),
    "shopping_mall": ("shopping", ("indoor",)),
    "department_store": ("shopping", ("indoor",)),
    "book_store": ("shopping", ("indoor",)),
    "gift_shop": ("shopping", ("indoor",)),
    "store": ("shopping", ()),
    "night_club": ("nightlife", ("night", "music")),
    "bar": ("nightlife", ("bar", "night")),
    "wine_bar": ("nightlife", ("wine", "night")),
    "pub": ("nightlife", ("beer", "bar")),
    "ramen_restaurant": ("food", (*_FOOD, "ramen", "noodles")),
    "sushi_restaurant": ("food", (*_FOOD, "sushi", "seafood")),
    "pizza_restaurant": ("food", (*_FOOD, "pizza")),
    "italian_restaurant": ("food", (*_FOOD, "pasta")),
    "seafood_restaurant": ("food", (*_FOOD, "seafood")),
    "steak_house": ("food", (*_FOOD, "meat")),
    "vegetarian_restaurant": ("food", (*_FOOD, "vegetarian")),
    "vegan_restaurant": ("food", (*_FOOD, "vegetarian")),
    "fine_dining_restaurant": ("food", ("dinner", "fine-dining")),
    "fast_food_restaurant": ("food", (*_FOOD, "cheap")),
    "breakfast_restaurant": ("food", ("breakfast",)),
    "restaurant": ("food", _FOOD),
    "cafe": ("food", _CAFE),
    "coffee_shop": ("food", _CAFE),
    "tea_house": ("food", _CAFE),
    "bakery": ("food", ("breakfast", "sweets")),
    "ice_cream_shop": ("food", ("sweets",)),
    "dessert_shop": ("food", ("sweets",)),
    "tourist_attraction": ("sight", ()),
}
"""Type to kind and tags; a place is of the kind of its primary type, else of its first type that is here."""

MINUTES: Final[Mapping[Kind, int]] = {
    "sight": 45,
    "food": 45,
    "activity": 120,
    "viewpoint": 45,
    "market": 45,
    "museum": 90,
    "park": 60,
    "shopping": 60,
    "nightlife": 75,
}
"""A usual visit: the medians of the catalogue, to a quarter of an hour."""


def kind_of(primary: str, types: Iterable[str]) -> Kind | None:
    """None for what nobody visits on a trip: a petrol station, a school."""
    return next((KNOWN[one][0] for one in (primary, *types) if one in KNOWN), None)


def tags_of(kind: Kind, types: Iterable[str]) -> tuple[str, ...]:
    """The tags of those types that are of the kind, each once."""
    return tuple(dict.fromkeys(tag for one in types if one in KNOWN and KNOWN[one][0] == kind for tag in KNOWN[one][1]))


def types_of(kinds: Collection[Kind]) -> list[str]:
    """The types to search for; the service takes at most 50."""
    return [one for one, (kind, _) in KNOWN.items() if kind in kinds][:50]

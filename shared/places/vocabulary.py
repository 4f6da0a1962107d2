"""The closed vocabularies of the catalogue: kinds of places and the tags that describe them."""

from collections.abc import Mapping
from typing import Final, Literal, get_args

Kind = Literal["sight", "food", "activity", "viewpoint", "market", "museum", "park", "shopping", "nightlife"]

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

MEALS: Final = ("breakfast", "lunch", "dinner")

TAGS: Final[Mapping[str, str]] = {
    # what it is
    "temple": "temple or shrine of an Asian religion, ancient or in use",
    "church": "church, cathedral, monastery, synagogue or other house of prayer that is no temple or mosque",
    "mosque": "mosque",
    "palace": "palace or stately home",
    "castle": "castle, fort or city wall",
    "ruins": "archaeological remains",
    "architecture": "worth seeing as a building",
    "neighbourhood": "quarter, street or square to stroll through",
    "monument": "monument, memorial, statue, cemetery or fountain",
    "bridge": "bridge",
    "beach": "beach or bathing place",
    "gardens": "garden",
    "nature": "landscape, wood, water, mountain",
    "market": "market, also where the kind says food or shopping",
    "animals": "zoo, aquarium or wildlife",
    # what it is about
    "history": "history",
    "art": "art, old or new",
    "science": "science, technology or natural history",
    "music": "music, dance or theatre",
    "crafts": "crafts, workshops, classes",
    "sport": "sport, to watch or to do",
    "film": "film, television or literature",
    # how it is
    "iconic": "one of the first things people name",
    "view": "a wide view",
    "romantic": "for couples",
    "children": "children enjoy it",
    "quiet": "away from crowds",
    "photo": "visited for the pictures",
    "free": "entry costs nothing",
    "indoor": "under a roof: good in rain or heat",
    "outdoor": "in the open: poor in rain",
    "hike": "a walk of over an hour, partly uphill",
    "boat": "on the water",
    "night": "at its best after dark",
    "local": "more residents than visitors",
    "day-trip": "outside the town: half a day or more with the way there",
    # what there is to eat and drink
    "breakfast": "serves breakfast",
    "lunch": "serves lunch",
    "dinner": "serves dinner",
    "vegetarian": "a good choice without meat and fish",
    "ramen": "ramen",
    "noodles": "noodle dishes other than ramen",
    "sushi": "sushi",
    "seafood": "fish and seafood",
    "meat": "known for meat",
    "pizza": "pizza",
    "pasta": "pasta",
    "street-food": "eaten standing or at a stall",
    "sweets": "pastry, cake, ice cream, chocolate",
    "coffee": "coffee or tea house",
    "bar": "drinks first",
    "wine": "wine",
    "beer": "beer",
    "traditional": "the dishes of the region",
    "fine-dining": "an occasion; book ahead",
    "cheap": "a meal for clearly less than usual in that town",
}

"""How much a group wants a place, and what it never wants: pure rules over constraints and places."""

from collections.abc import Iterable

from shared.assistant.constraints import TripConstraints
from shared.places.models import Place
from shared.words import Theme, say

_WISH, _RENOWN = 0.6, 0.4
_LIKED_BY_CHILDREN = 0.15
_DOUBTFUL_MEAL = 0.4
_NOT_FOR_CHILDREN = frozenset({"nightlife", "bar", "beer", "wine"})
_PLANT_DIETS = frozenset({"vegetarian", "vegan"})
_FLESH = frozenset({"meat", "seafood", "sushi"})
UNCHECKED_DIETS = ("vegan", "halal", "kosher", "gluten-free", "lactose-free", "nut-free")


def labels(place: Place) -> frozenset[str]:
    """Kind and tags together: the words by which people like or dislike a place."""
    return frozenset((place.kind, *place.tags))


def is_disliked(place: Place, constraints: TripConstraints) -> bool:
    """Whether the group, or one of its diets, rules the place out."""
    own = labels(place)
    if own.intersection(constraints.dislikes):
        return True
    if constraints.travellers.children and own & _NOT_FOR_CHILDREN and "children" not in own:
        return True
    if place.kind != "food":
        return False
    if _PLANT_DIETS.intersection(constraints.diet) and own & _FLESH and "vegetarian" not in own:
        return True
    return "pescatarian" in constraints.diet and "meat" in own and not own & {"seafood", "sushi", "vegetarian"}


def interest(place: Place, constraints: TripConstraints) -> float:
    """0..1: how well a place fits, 60 % by the strongest wish that it meets and 40 % by its renown.

    Where nobody named a wish that it meets, renown stands in for it at half weight. Children and diets shift it.
    """
    own = labels(place)
    met = [wish.weight for wish in constraints.interests if wish.tag in own]
    wish = max(met, default=0.5 * place.weight) + 0.05 * max(len(met) - 1, 0)
    score = _WISH * wish + _RENOWN * place.weight
    if constraints.travellers.children and "children" in own:
        score += _LIKED_BY_CHILDREN
    if place.kind == "food" and _PLANT_DIETS.intersection(constraints.diet) and "vegetarian" not in own:
        score *= _DOUBTFUL_MEAL
    return round(min(max(score, 0.0), 1.0), 3)


def reason(place: Place, constraints: TripConstraints) -> str:
    """One sentence on why the place is proposed."""
    own = labels(place)
    met = [wish.tag for wish in constraints.interests if wish.tag in own]
    if met:
        return say(constraints.language, "why_fits", tags=[Theme(tag) for tag in met[:2]])
    if constraints.travellers.children and "children" in own:
        return say(constraints.language, "why_children")
    return say(constraints.language, "why_iconic" if "iconic" in own else "why_regarded")


def best(places: Iterable[Place], constraints: TripConstraints) -> list[Place]:
    """The places that nobody dislikes, most wanted first; equal ones by id."""
    wanted = [place for place in places if not is_disliked(place, constraints)]
    return sorted(wanted, key=lambda place: (-interest(place, constraints), place.id))

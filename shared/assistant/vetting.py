"""What is wrong with the model's choice of places, in words for its one second try."""

from collections.abc import Collection, Iterator, Sequence

from shared.assistant import interest
from shared.assistant.constraints import TripConstraints
from shared.assistant.tools import Choice
from shared.places.provider import PlaceProvider

MOST_NAMED = 20


def problems(
    choices: Sequence[Choice],
    constraints: TripConstraints,
    provider: PlaceProvider,
    *,
    placed: Collection[str],
    must: Collection[str],
) -> list[str]:
    """Of each choice that cannot enter the plan, why; at most 20. `placed` are ids in the plan already, `must` ids that
    people asked for, who may want what they dislike."""
    return list(_found(choices, constraints, provider, placed, must))[:MOST_NAMED]


def _found(
    choices: Sequence[Choice],
    constraints: TripConstraints,
    provider: PlaceProvider,
    placed: Collection[str],
    must: Collection[str],
) -> Iterator[str]:
    for choice in choices:
        place = provider.get(choice.place_id)
        if place is None or place.destination not in {leg.destination for leg in constraints.legs}:
            yield f"{choice.place_id[:80]!r} is no place of this trip's destinations; take ids from search_places"
        elif place.id in placed:
            yield f"{place.id} is in the plan already, or somebody vetoed it"
        elif interest.is_disliked(place, constraints) and place.id not in must:
            yield f"{place.id}: they do not want that"

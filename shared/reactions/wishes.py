"""Reads what a group wants, for whoever plans its days."""

from collections.abc import Callable, Sequence
from typing import Final

from shared.reactions.group import Group, Pace, Traveller
from shared.reactions.service import ReactionService
from shared.users.models import Diet, Preferences
from shared.users.models import Pace as OwnPace

Names = Callable[[str, Sequence[str]], dict[str, str]]
"""What to call people of a trip: (trip id, uids)."""
Profiles = Callable[[Sequence[str]], dict[str, Preferences]]

_PACES: Final[dict[OwnPace, Pace]] = {"slow": "relaxed", "normal": "normal", "fast": "packed"}
_DIETS: Final[dict[Diet, str]] = {
    "vegetarian": "vegetarian",
    "vegan": "vegan",
    "pescatarian": "pescatarian",
    "halal": "halal",
    "kosher": "kosher",
    "glutenFree": "gluten-free",
    "lactoseFree": "lactose-free",
    "nutFree": "nut-free",
}


class GroupWishes:
    def __init__(self, reactions: ReactionService, names: Names, profiles: Profiles) -> None:
        self._reactions = reactions
        self._names = names
        self._profiles = profiles

    def read(self, trip_id: str, uids: Sequence[str]) -> Group:
        """What the members `uids` of a trip want: names, preferences and reactions, four reads, three round trips in
        a row. The caller's access must have been checked.
        """
        names = self._names(trip_id, uids)
        profiles = self._profiles(uids)
        return Group(
            travellers=tuple(traveller(uid, names[uid], profiles[uid]) for uid in uids),
            reactions=self._reactions.scores(trip_id),
        )


def traveller(uid: str, name: str, told: Preferences) -> Traveller:
    """A member as planning sees them. `language` and `home` are not the group's: they count when that person asks."""
    avoids = []
    if told.mobility.step_free:
        avoids.append("hike")
    if "shellfishFree" in told.diet:
        # No tag tells shellfish from fish, and an allergy is no matter of taste.
        avoids.append("seafood")
    return Traveller(
        uid=uid,
        name=name,
        interests=told.interests,
        avoids=tuple(avoids),
        diet=tuple(_DIETS[diet] for diet in told.diet if diet in _DIETS),
        pace=_PACES[told.pace] if told.pace else None,
        walk_metres=told.mobility.max_walk_metres,
        thrifty=told.budget_level == "low",
        lavish=told.budget_level == "high",
        time_zone=told.time_zone,
    )

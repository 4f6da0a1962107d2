"""Who travels and what each of them wants: reactions to stops, and what their profiles say. Pure.

Reactions are read by the whole group; what comes from profiles is not, and is used for scores and limits only.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import Field

from shared.documents import Document
from shared.reactions.models import Reaction

Pace = Literal["relaxed", "normal", "packed"]

WORTH: Final = {
    Reaction.MUST: 2.0,
    Reaction.LOVE: 1.2,
    Reaction.FINE: 0.6,
    Reaction.RATHER_NOT: 0.0,
    Reaction.VETO: 0.0,
}
"""What a stop is worth to who reacted to it; what nobody reacted to is worth 0 to 1."""
_MET, _RENOWN = 0.6, 0.4
_DEAR: Final = "fine-dining"
_TREAT: Final = 1.5
_SLOWEST: Final[tuple[Pace, ...]] = ("relaxed", "normal", "packed")


class Traveller(Document):
    """A member: `interests` and `avoids` are kinds and tags of places, `diet` is in the assistant's words, and
    `walk_metres` is the longest way on foot between two places. `thrifty` wants to spend little, `lavish` is glad to
    spend much; neither is what a medium budget, or none told, means. `time_zone` (IANA) is where their clocks are."""

    uid: str
    name: str = ""
    interests: tuple[str, ...] = ()
    avoids: tuple[str, ...] = ()
    diet: tuple[str, ...] = ()
    pace: Pace | None = None
    walk_metres: int | None = None
    thrifty: bool = False
    lavish: bool = False
    time_zone: str | None = None


class Group(Document):
    """All members, and their reactions by stop and uid."""

    travellers: tuple[Traveller, ...] = ()
    reactions: dict[str, dict[str, Reaction]] = Field(default_factory=dict)

    def who(self, stop_id: str, reaction: Reaction) -> tuple[str, ...]:
        """Who reacted to a stop in that way, by uid."""
        return tuple(sorted(uid for uid, one in self.reactions.get(stop_id, {}).items() if one is reaction))

    def vetoed(self, stop_id: str) -> bool:
        return bool(self.who(stop_id, Reaction.VETO))

    def names(self, uids: Iterable[str]) -> str:
        """What to call people: "Ana, Ben"."""
        known = {one.uid: one.name for one in self.travellers}
        return ", ".join(known.get(uid) or "somebody" for uid in uids)

    def time_zone(self, uid: str) -> str | None:
        """Where somebody's clocks are, if they have told."""
        return next((one.time_zone for one in self.travellers if one.uid == uid), None)

    @property
    def diet(self) -> tuple[str, ...]:
        """Every diet that somebody keeps: the group eats together."""
        return tuple(dict.fromkeys(diet for one in self.travellers for diet in one.diet))

    @property
    def avoids(self) -> tuple[str, ...]:
        """What somebody cannot do or must not eat: nothing of it is proposed to the group."""
        return tuple(dict.fromkeys(label for one in self.travellers for label in one.avoids))

    @property
    def pace(self) -> Pace | None:
        """The pace of the slowest who named one: nobody is to be left behind."""
        named = {one.pace for one in self.travellers if one.pace}
        return next((pace for pace in _SLOWEST if pace in named), None)

    @property
    def walk_metres(self) -> int | None:
        """The longest way on foot between two places that everybody manages; None without a limit."""
        return min((one.walk_metres for one in self.travellers if one.walk_metres is not None), default=None)


@dataclass(frozen=True, slots=True)
class Voice:
    """One who said what they want, or all who said nothing; `uids` says who."""

    uids: tuple[str, ...]
    interests: frozenset[str] = frozenset()
    thrifty: bool = False
    lavish: bool = False

    @property
    def id(self) -> str:
        return self.uids[0]

    def score(
        self, group: Group, stop_id: str | None, labels: Collection[str], weight: float, interest: float
    ) -> float:
        """What a stop, or a place (no `stop_id`), is worth to the voice: 0 to 2.

        A reaction counts before everything else. Otherwise it is `interest` (0 to 1, what the group's request makes of
        the place), averaged with how kind and tags (`labels`) and renown (`weight`, 0 to 1) meet its own interests,
        and an occasion ("fine-dining") counts half for somebody thrifty, half as much again for somebody lavish, 1 at
        most: it never outdoes what somebody loves.
        """
        reaction = group.reactions.get(stop_id or "", {}).get(self.id)
        if reaction is not None:
            return WORTH[reaction]
        if _DEAR in labels:
            interest = interest / 2 if self.thrifty else min(1.0, interest * _TREAT) if self.lavish else interest
        if not self.interests:
            return interest
        met = 1.0 if self.interests.intersection(labels) else 0.5 * weight
        return round((interest + _MET * met + _RENOWN * weight) / 2, 3)


def voices(group: Group) -> tuple[Voice, ...]:
    """Everybody who reacted or has wishes of their own, and last, as one, all others; empty when nobody said anything.

    A voice counts as many times as it has people. Those who said nothing want what the group's request wants.
    """
    heard = {uid for reactions in group.reactions.values() for uid in reactions}
    own = [one for one in group.travellers if one.uid in heard or one.interests or one.thrifty or one.lavish]
    rest = tuple(one.uid for one in group.travellers if one not in own)
    if not own:
        return ()
    found = [Voice((one.uid,), frozenset(one.interests), one.thrifty, one.lavish) for one in own]
    return (*found, Voice(rest)) if rest else tuple(found)

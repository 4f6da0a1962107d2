"""What the suite knows of a person: each area says what it has of them and takes it away; nobody reads another's."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Told = list[dict[str, Any]] | dict[str, Any]


@dataclass(frozen=True)
class PersonalData:
    """By file name: what is `own` of a person (uid) and what is theirs `in_trips` (trip id, uid).

    `forget_in_trip` is done for every trip that they ever belonged to, `forget_own` once, for what is not under their
    profile, which goes with everything under it. All of it may be done again.
    """

    own: Mapping[str, Callable[[str], Told]]
    in_trips: Mapping[str, Callable[[str, str], Told]]
    forget_in_trip: Sequence[Callable[[str, str], None]]
    forget_own: Sequence[Callable[[str], None]]

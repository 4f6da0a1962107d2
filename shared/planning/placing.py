"""Where a stop is to stand. Pure."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Slot:
    """Day and minute after midnight; no day: among the ideas. `who`: those who go, where the group splits up."""

    day: str | None
    at: int | None
    who: tuple[str, ...] = ()

    def told(self) -> dict[str, Any]:
        """As callers read it: `dayId`, `at` as "HH:MM", and `who`, if not everybody goes."""
        place = {"dayId": self.day, "at": None if self.at is None else clock(self.at)}
        return {**place, "who": list(self.who)} if self.who else place


def clock(minute: float) -> str:
    """A minute after midnight as "HH:MM"; after the next midnight it begins anew."""
    return f"{int(minute) // 60 % 24:02d}:{int(minute) % 60:02d}"

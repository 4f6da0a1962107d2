"""The journey from one destination of a trip to the next, by the means the group wants if that exists."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shared.assistant.constraints import Transport
from shared.places.intercity import intercity
from shared.places.models import Destination
from shared.places.travel import Mode, leg
from shared.words import Key, Town, say

_JOURNEY: Final[Mapping[str, Key]] = {"train": "train", "flight": "flight", "car": "car", "bus": "bus"}
_STEP = 5
_BY_ROAD: tuple[Mode, ...] = ("drive",)
_BUS_SLOWER = 1.25
_LONGEST_DRIVE_MINUTES = 10 * 60


@dataclass(frozen=True)
class Transfer:
    """A journey of `minutes` over `metres`. `as_wished` is False when the wished-for means is no option there."""

    name: str
    minutes: int
    metres: int
    as_wished: bool


def transfer(a: Destination, b: Destination, wish: Transport, language: str = "en") -> Transfer:
    """The journey from a to b: by car or bus when wished for and under ten hours, else the usual way."""
    ends = {"a": Town(a.id, a.name), "b": Town(b.id, b.name)}
    if wish in ("car", "bus"):
        drive = leg((a.lat, a.lng), (b.lat, b.lng), _BY_ROAD)
        minutes = drive.minutes if wish == "car" else round(drive.minutes * _BUS_SLOWER)
        if minutes <= _LONGEST_DRIVE_MINUTES:
            return Transfer(say(language, _JOURNEY[wish], **ends), _to_step(minutes), drive.metres, True)
    usual = intercity(a, b)
    as_wished = wish == "any" or (wish, usual.mode) in (("train", "train"), ("plane", "flight"))
    return Transfer(say(language, _JOURNEY[usual.mode], **ends), _to_step(usual.minutes), usual.metres, as_wished)


def _to_step(minutes: int) -> int:
    return -(-minutes // _STEP) * _STEP

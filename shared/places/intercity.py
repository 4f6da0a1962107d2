"""How long it takes to get from one destination to the next, city centre to city centre."""

from dataclasses import dataclass
from typing import Final, Literal

from shared.places.models import Destination
from shared.places.travel import great_circle

IntercityMode = Literal["train", "flight"]

# Usual fast connections of the mid-2020s, rounded to 5 minutes; from general knowledge, not from a timetable feed.
_TRAIN_MINUTES: Final[dict[frozenset[str], int]] = {
    frozenset(pair): minutes
    for *pair, minutes in (
        ("rome", "florence", 95),
        ("florence", "venice", 130),
        ("rome", "venice", 240),
        ("kyoto", "tokyo", 135),
        ("london", "paris", 140),
        ("amsterdam", "london", 240),
        ("amsterdam", "paris", 200),
        ("barcelona", "paris", 410),
        ("berlin", "paris", 480),
        ("berlin", "prague", 260),
        ("prague", "vienna", 245),
        ("berlin", "vienna", 475),
        ("amsterdam", "berlin", 365),
        ("vienna", "venice", 460),
        ("florence", "vienna", 540),
        ("melbourne", "sydney", 660),
    )
}

# Where a long train ride is a fair guess if the table does not know it.
_RAIL_COUNTRIES: Final = frozenset(
    ("AT", "BE", "CH", "CZ", "DE", "DK", "ES", "FR", "GB", "HU", "IT", "NL", "PL", "PT", "SE")
)
_RAIL_REACH_METRES: Final = 700_000.0
_RAIL_KMH: Final = 110.0
_RAIL_DETOUR: Final = 1.25
_STATION_MINUTES: Final = 20
_FLIGHT_KMH: Final = 750.0
_AIRPORT_MINUTES: Final = 210


@dataclass(frozen=True, slots=True)
class Connection:
    """The journey between two destinations: minutes from centre to centre, crow-flight metres, the means of travel.

    `estimated` is False when the minutes are those of a known train, True when they follow from the distance.
    """

    minutes: int
    metres: int
    mode: IntercityMode
    estimated: bool


def intercity(a: Destination, b: Destination) -> Connection:
    """The usual way from a to b.

    A train where one is listed above, or where both lie in Europe's rail network within 700 km (110 km/h on 1.25 times
    the distance, plus 20 minutes at stations); otherwise a flight (750 km/h plus 3.5 hours to, in and from airports).
    """
    metres = great_circle((a.lat, a.lng), (b.lat, b.lng))
    listed = _TRAIN_MINUTES.get(frozenset((a.id, b.id)))
    if listed is not None:
        return Connection(listed, round(metres), "train", estimated=False)
    if a.id == b.id:
        return Connection(0, 0, "train", estimated=False)
    if {a.country, b.country} <= _RAIL_COUNTRIES and metres <= _RAIL_REACH_METRES:
        minutes = _STATION_MINUTES + metres * _RAIL_DETOUR / 1000 / _RAIL_KMH * 60
        return Connection(_to_five(minutes), round(metres), "train", estimated=True)
    return Connection(
        _to_five(_AIRPORT_MINUTES + metres / 1000 / _FLIGHT_KMH * 60), round(metres), "flight", estimated=True
    )


def _to_five(minutes: float) -> int:
    return round(minutes / 5) * 5

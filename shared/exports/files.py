"""A file that a caller gets: what it is called, what is in it, and how to tell whether it changed."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from shared.exports.itinerary import line
from shared.exports.requests import Format
from shared.exports.words import say
from shared.trips.models import Trip
from shared.words.languages import Language

CONTENT_TYPES: Final[dict[Format, str]] = {
    "ics": "text/calendar; charset=utf-8",
    "geojson": "application/geo+json",
    "gpx": "application/gpx+xml",
    "csv": "text/csv; charset=utf-8; header=present",
    "pdf": "application/pdf",
}
_NOT_IN_NAMES: Final = re.compile(r'[\\/:*?"<>|%\x00-\x1f\x7f]+')
_LONGEST_NAME: Final = 80


@dataclass(frozen=True)
class File:
    """`open` reads what is still missing and starts to write; `version` changes whenever the content may have."""

    name: str
    content_type: str
    version: str
    open: Callable[[], Iterator[bytes]]

    @property
    def disposition(self) -> str:
        """The Content-Disposition header: the name in ASCII, and as it is (RFC 6266, RFC 8187)."""
        plain = self.name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "")
        return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(self.name, safe='')}"


def file_name(trip: Trip, extension: str, language: Language) -> str:
    """The trip's name and first day, as every file system takes it."""
    name = _NOT_IN_NAMES.sub(" ", line(trip.name))[:_LONGEST_NAME].strip(" .") or say(language, "trip")
    begins = f" {trip.first_day.isoformat()}" if trip.first_day else ""
    return f"{' '.join(name.split())}{begins}.{extension}"

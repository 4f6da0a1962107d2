"""What the log tells calendars: when each entry last changed, and which entries are gone. Without I/O.

A calendar that has shown an entry takes it away only when it is told so. The log is walked backwards from the plan as
it is: whatever was on a day with a date before an operation, and is on none now, is gone since that operation.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from shared import ot
from shared.exports.itinerary import day_date
from shared.plan.models import Op, OpRecord
from shared.plan.state import PlanState

LOOK_BACK: Final = 500
"""The most operations that are read."""
_STEP: Final = 100

Container = Literal["stops", "days", "breaks"]
Key = tuple[Container, str]
"""An element of the plan; a break is named by its day's id, a dot and its own."""
Doc = dict[str, Any]


@dataclass(frozen=True)
class Revision:
    """The plan's version with which something last changed, and when that was."""

    version: int
    at: datetime


@dataclass(frozen=True)
class Gone:
    """An entry that calendars should no longer show, as it last stood and on which date."""

    key: Key
    element: dict[str, Any]
    day: date
    revision: Revision


@dataclass(frozen=True)
class Revisions:
    """`changed` holds what changed in the operations looked at; `earlier` stands for everything else."""

    changed: Mapping[Key, Revision]
    earlier: Revision
    gone: tuple[Gone, ...]

    def of(self, key: Key) -> Revision:
        return self.changed.get(key, self.earlier)


def first_version(newest: int) -> int:
    """The version after which operations are looked at: up to `LOOK_BACK` of them.

    It moves in steps, so that what has not changed for long keeps its revision for long.
    """
    return max(0, (newest - LOOK_BACK + _STEP) // _STEP * _STEP)


def revisions(state: PlanState, records: Sequence[OpRecord], trip_created: datetime) -> Revisions:
    """What the operations up to the plan's version, oldest first, tell; those before a gap in them tell nothing."""
    changed: dict[Key, Revision] = {}
    gone: dict[Key, Gone] = {}
    doc, version = state.doc, state.version
    earlier = Revision(version, trip_created)
    for record in reversed(records):
        if record.version != version:
            break
        op = record.components
        after, doc = doc, ot.apply(doc, ot.invert(op))
        revision = Revision(version, record.at)
        for key in _touched(doc, after, op):
            changed.setdefault(key, revision)
            before = _entry(doc, key)
            if before and key not in gone and _entry(state.doc, key) is None:
                gone[key] = Gone(key, _element(doc, key) or {}, before, revision)
        version -= 1
        earlier = Revision(version, record.at)
    return Revisions(changed, earlier, tuple(gone.values()))


def is_told(day: Mapping[str, Any]) -> bool:
    """Whether a day has something to say for itself, beside its stops."""
    return bool(day.get("title") or day.get("notes"))


def _entry(doc: Doc, key: Key) -> date | None:
    """The date on which calendars show something of a plan; None if they do not."""
    container, element_id = key
    element = _element(doc, key)
    if element is None:
        return None
    if container == "days":
        return day_date(element) if is_told(element) else None
    day = doc["days"].get(element["dayId"] if container == "stops" else element_id.partition(".")[0])
    return day_date(day) if day else None


def _element(doc: Doc, key: Key) -> dict[str, Any] | None:
    container, element_id = key
    if container == "breaks":
        day_id, _, break_id = element_id.partition(".")
        breaks: dict[str, dict[str, Any]] = doc["days"].get(day_id, {}).get("breaks", {})
        return breaks.get(break_id)
    elements: dict[str, dict[str, Any]] = doc[container]
    return elements.get(element_id)


def _touched(before: Doc, after: Doc, op: Op) -> Iterator[Key]:
    """The stops, days and breaks that an operation changed; with a day's date, its stops have changed too, and with
    anything of a day or its stops, when its breaks are."""
    dated: set[str] = set()
    changed: set[str] = set()
    for container, *path in (component["p"] for component in op):
        if container not in ("stops", "days"):
            continue
        ids = path[:1] or [*before[container], *after[container]]
        yield from ((container, element_id) for element_id in ids)
        changed.update(ids if container == "days" else _days_of(ids, before, after))
        if container == "days" and (len(path) < 2 or path[1] == "date"):
            dated.update(ids)
    if dated:
        for doc in (before, after):
            yield from (("stops", key) for key, stop in doc["stops"].items() if stop["dayId"] in dated)
    for doc in (before, after):
        for day_id in changed:
            yield from (("breaks", f"{day_id}.{key}") for key in doc["days"].get(day_id, {}).get("breaks", {}))


def _days_of(stop_ids: Sequence[str], *docs: Doc) -> set[str]:
    return {doc["stops"][key]["dayId"] for doc in docs for key in stop_ids if key in doc["stops"]}

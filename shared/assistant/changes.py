"""From a draft plan to the operations (json0) that put it into the shared plan: the same job, the same operations."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from shared.assistant.context import ExistingDay, Idea
from shared.assistant.draft import DraftPlan, PlannedDay, PlannedStop
from shared.plan.order import keys_after

Component = dict[str, Any]
PLACING: Final = ("dayId", "order", "at")
"""The fields by which an idea is put onto a day."""


def components(
    draft: DraftPlan, *, job_id: str, uid: str, existing: tuple[ExistingDay, ...], ideas: Mapping[str, Idea]
) -> list[Component]:
    """The inserts of all days and new stops, and the moves of ideas onto their days.

    A date that the plan already has a day for gets no second one. Ids are digests of the job id and the position, so
    running a job twice inserts the same things.
    """
    days, stops = laid_out(draft, job_id=job_id, uid=uid, existing=existing)
    found: list[Component] = [{"p": ["days", day_id], "oi": day} for day_id, day in days.items()]
    for stop_id, stop in stops.items():
        idea = ideas.get(stop_id)
        if idea is None:
            found.append({"p": ["stops", stop_id], "oi": stop})
        else:
            found += [_set(stop_id, field, idea.was, stop[field]) for field in PLACING]
    return found


def laid_out(
    draft: DraftPlan, *, job_id: str, uid: str, existing: tuple[ExistingDay, ...]
) -> tuple[dict[str, Component], dict[str, Component]]:
    """By id, the days that the plan lacks, and all stops of the draft as they will stand in it."""
    by_date = {day.date: day for day in existing}
    new = [day for day in draft.days if day.date not in by_date]
    last = max((day.order for day in existing), default=None)
    orders = dict(zip((day.date for day in new), keys_after(last, len(new)), strict=True))
    ids = stop_ids(draft, job_id)
    days: dict[str, Component] = {}
    stops: dict[str, Component] = {}
    for number, day in enumerate(draft.days):
        known = by_date.get(day.date)
        day_id = known.id if known else _id(job_id, "day", str(number))
        if known is None:
            days[day_id] = _day(day, orders[day.date])
        keys = keys_after(known.last_order if known else None, len(day.stops))
        for stop_id, stop, order in zip(ids[number], day.stops, keys, strict=True):
            stops[stop_id] = _stop(stop, day_id, order, uid)
    return days, stops


def stop_ids(draft: DraftPlan, job_id: str) -> list[list[str]]:
    """By day, the ids that the stops have in the plan: that of the idea, or a digest."""
    return [
        [stop.idea or _id(job_id, "stop", stop.place_id or f"{number}/{at}") for at, stop in enumerate(day.stops)]
        for number, day in enumerate(draft.days)
    ]


def _set(stop_id: str, field: str, was: Mapping[str, Any], value: Any) -> Component:
    component = {"p": ["stops", stop_id, field], "oi": value}
    return {**component, "od": was[field]} if field in was else component


def documents(ops: list[Component]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The days and stops, by id, that the operations insert."""
    inserted: dict[str, dict[str, Any]] = {"days": {}, "stops": {}}
    for component in ops:
        if len(component["p"]) == 2:
            container, id_ = component["p"]
            inserted[container][id_] = component["oi"]
    return inserted["days"], inserted["stops"]


def by_day(ops: list[Component]) -> list[list[Component]]:
    """The operations in groups that stand alone: a day, if it is new, with what comes onto it."""
    day_of: dict[str, str] = {}
    for component in ops:
        container, id_, *field = component["p"]
        if container == "days":
            day_of[id_] = id_
        elif not field:
            day_of[id_] = component["oi"]["dayId"]
        elif field == ["dayId"]:
            day_of[id_] = component["oi"]
    groups: dict[str, list[Component]] = {}
    for component in ops:
        groups.setdefault(day_of[component["p"][1]], []).append(component)
    return list(groups.values())


def _id(*parts: str) -> str:
    return hashlib.sha256("/".join(parts).encode()).hexdigest()[:20]


def _day(day: PlannedDay, order: str) -> dict[str, Any]:
    return {
        "date": day.date.isoformat(),
        "order": order,
        "title": day.title[:200],
        "notes": day.notes,
        "start": clock(day.start),
        "end": clock(day.end),
        "base": None,
    }


def _stop(stop: PlannedStop, day_id: str, order: str, uid: str) -> dict[str, Any]:
    cost = {"amount": stop.cost.amount, "currency": stop.cost.currency} if stop.cost else None
    return {
        "dayId": day_id,
        "order": order,
        "name": stop.name,
        "placeId": stop.place_id,
        "kind": stop.kind,
        "at": clock(stop.start),
        "minutes": stop.minutes,
        "lat": stop.lat,
        "lng": stop.lng,
        "cost": cost,
        "notes": "",
        "fixed": stop.kind == "transport",
        "by": uid,
        "source": "assistant",
        "why": stop.why,
    }


def clock(minute: int) -> str:
    """A minute of the day as "HH:MM"; what lies after midnight is its last minute."""
    hours, minutes = divmod(min(minute, 24 * 60 - 1), 60)
    return f"{hours:02d}:{minutes:02d}"

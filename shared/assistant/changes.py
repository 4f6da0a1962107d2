"""From a draft plan to the operations (json0) that put it into the shared plan: the same job, the same operations."""

import hashlib
from typing import Any

from shared.assistant.context import ExistingDay
from shared.assistant.draft import DraftPlan, PlannedDay, PlannedStop
from shared.plan.order import keys_between

Component = dict[str, Any]


def components(draft: DraftPlan, *, job_id: str, uid: str, existing: tuple[ExistingDay, ...]) -> list[Component]:
    """The inserts of all days and stops. A date that the plan already has a day for gets no second one.

    Ids are digests of the job id and the position, so running a job twice inserts the same things.
    """
    by_date = {day.date: day for day in existing}
    new = [day for day in draft.days if day.date not in by_date]
    last = max((day.order for day in existing), default=None)
    orders = dict(zip((day.date for day in new), keys_between(last, None, len(new)), strict=True))
    found: list[Component] = []
    for number, day in enumerate(draft.days):
        known = by_date.get(day.date)
        day_id = known.id if known else _id(job_id, "day", str(number))
        if known is None:
            found.append({"p": ["days", day_id], "oi": _day(day, orders[day.date])})
        keys = keys_between(known.last_order if known else None, None, len(day.stops))
        for place, (stop, order) in enumerate(zip(day.stops, keys, strict=True)):
            stop_id = _id(job_id, "stop", stop.place_id or f"{number}/{place}")
            found.append({"p": ["stops", stop_id], "oi": _stop(stop, day_id, order, uid)})
    return found


def documents(ops: list[Component]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The days and stops, by id, that the operations insert."""
    inserted: dict[str, dict[str, Any]] = {"days": {}, "stops": {}}
    for component in ops:
        container, id_ = component["p"]
        inserted[container][id_] = component["oi"]
    return inserted["days"], inserted["stops"]


def _id(*parts: str) -> str:
    return hashlib.sha256("/".join(parts).encode()).hexdigest()[:20]


def _day(day: PlannedDay, order: str) -> dict[str, Any]:
    return {
        "date": day.date.isoformat(),
        "order": order,
        "title": day.title[:200],
        "notes": "",
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

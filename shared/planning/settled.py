"""What an order settles for its days for good: their hours and breaks, in the plan itself. Pure."""

from collections.abc import Iterable
from typing import Any

from shared.plan.models import Op
from shared.planning.requests import BreakInput, Optimise


def settling(doc: dict[str, Any], order: Optimise, days: Iterable[str]) -> Op:
    """The components that give days of a plan the hours and breaks of an order, as far as they have others."""
    found: Op = []
    for day_id in days:
        wanted: dict[str, Any] = {}
        if hours := order.hours.get(day_id):
            wanted |= {"start": hours.start, "end": hours.end}
        if order.breaks is not None:
            wanted["breaks"] = {f"break-{number}": _written(one) for number, one in enumerate(order.breaks, start=1)}
        was = doc["days"][day_id]
        found += [_set(day_id, was, field, value) for field, value in wanted.items() if _told(was, field) != value]
    return found


def settlements(op: Op) -> list[dict[str, Any]]:
    """What such components settle, for callers: by day, its `start`, `end` and `breaks`, as far as they are new."""
    found: dict[str, dict[str, Any]] = {}
    for component in op:
        _, day_id, field = component["p"]
        value = list(component["oi"].values()) if field == "breaks" else component["oi"]
        found.setdefault(day_id, {"dayId": day_id})[field] = value
    return list(found.values())


def _written(wanted: BreakInput) -> dict[str, Any]:
    return {"name": wanted.name, "minutes": wanted.minutes, "from": wanted.earliest, "to": wanted.latest}


def _told(day: dict[str, Any], field: str) -> Any:
    return day.get(field, {} if field == "breaks" else None)


def _set(day_id: str, was: dict[str, Any], field: str, value: Any) -> dict[str, Any]:
    component = {"p": ["days", day_id, field], "oi": value}
    return {**component, "od": was[field]} if field in was else component

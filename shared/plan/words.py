"""What an operation did, as data for the history and in words: "moved Nishiki Market to Day 2"."""

from collections.abc import Iterable
from typing import Any

from shared.plan.models import Op, OpKind

MAX_CHANGES = 40
"""Changes listed for one operation; a generated plan would fill pages."""

_CONTAINERS = {"days": "day", "stops": "stop", "packing": "packing item"}
_KINDS = {
    "undo": "undid",
    "redo": "redid",
    "restore": "restored an earlier plan",
    "proposal": "accepted a proposal",
    "poll": "carried out a vote",
}
_FIELDS = {
    "at": "the time",
    "minutes": "the duration",
    "notes": "the notes",
    "cost": "the cost",
    "order": "the order",
    "date": "the date",
    "start": "the start",
    "end": "the end",
    "base": "the base",
    "breaks": "the breaks",
    "done": "the tick",
    "assignee": "the assignee",
    "who": "who takes part",
    "fixed": "whether it is fixed",
    "alternativeTo": "the alternatives",
}


def changes(before: dict[str, Any], after: dict[str, Any], op: Op) -> list[dict[str, str]]:
    """What changed, one entry per element: `verb`, `kind`, `id`, `name`, and `to` or `what` where it fits."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for component in op:
        path = component["p"]
        if len(path) < 2 or path[0] not in _CONTAINERS:
            found[("notes", "")] = {"verb": "edited", "kind": "plan", "id": "", "name": "the trip's notes"}
            continue
        element = (path[0], path[1])
        if element not in found:
            found[element] = _change(before, after, path)
    return list(found.values())[:MAX_CHANGES]


def in_words(who: str, entries: Iterable[dict[str, str]], kind: OpKind = "edit") -> str:
    """A line for the history: who did what."""
    who = f"{who} {_KINDS[kind]}:" if kind in _KINDS else who
    parts = phrases(entries)
    if not parts:
        return f"{who} changed nothing"
    more = f" and {len(parts) - 3} more" if len(parts) > 3 else ""
    return f"{who} {', '.join(parts[:3])}{more}"


def phrases(entries: Iterable[dict[str, str]]) -> list[str]:
    """What each change did: "moved Nishiki Market to Day 2"."""
    return [_phrase(entry) for entry in entries]


def _change(before: dict[str, Any], after: dict[str, Any], path: list[Any]) -> dict[str, str]:
    container, key = path[0], path[1]
    old, new = before[container].get(key), after[container].get(key)
    change = {
        "kind": _CONTAINERS[container],
        "id": key,
        "name": _name(before if new is None else after, container, key),
    }
    if old is None:
        target = _day(after, new.get("dayId")) if container == "stops" and new else ""
        return {**change, "verb": "added", **({"to": target} if target else {})}
    if new is None:
        return {**change, "verb": "removed"}
    if container == "stops" and old.get("dayId") != new.get("dayId"):
        return {**change, "verb": "moved", "to": _day(after, new.get("dayId")) or "the ideas"}
    if len(path) > 2 and path[2] in ("name", "title", "text"):
        return {**change, "verb": "renamed", "name": _name(before, container, key), "to": change["name"]}
    what = _FIELDS.get(str(path[2]), str(path[2])) if len(path) > 2 else "it"
    return {**change, "verb": "changed", "what": what}


def _name(doc: dict[str, Any], container: str, key: str) -> str:
    if container == "days":
        return _day(doc, key) or "a day"
    element = doc[container].get(key) or {}
    return str(element.get("name") or element.get("text") or "something")


def _day(doc: dict[str, Any], day_id: str | None) -> str:
    days = doc["days"]
    if day_id is None or day_id not in days:
        return ""
    ordered = sorted(days, key=lambda key: (days[key]["order"], key))
    return f"Day {ordered.index(day_id) + 1}"


def _phrase(entry: dict[str, str]) -> str:
    name, verb = entry["name"], entry["verb"]
    match verb:
        case "added":
            return f"added {name} to {entry['to']}" if "to" in entry else f"added {name}"
        case "moved" | "renamed":
            return f"{verb} {name} to {entry['to']}"
        case "changed":
            return f"changed {entry['what']} of {name}"
        case _:
            return f"{verb} {name}"

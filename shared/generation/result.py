"""What a finished generation tells its listeners beside the plan itself."""

from itertools import pairwise
from typing import Any

from shared.assistant.changes import documents
from shared.assistant.draft import DraftPlan


def result_of(version: int, draft: DraftPlan, ops: dict[str, Any]) -> dict[str, Any]:
    """`version` of the plan that holds the stops, `totals`, `compromises`, `assumptions`, and `legs` by day.

    A leg is the way between two stops: their ids, `mode`, `minutes` and `metres`.
    """
    _, stops = documents(ops["ops"])
    ids = {(stop["placeId"], stop["name"]): stop_id for stop_id, stop in stops.items()}
    legs: dict[str, list[dict[str, Any]]] = {}
    for day in draft.days:
        known = [(ids[key], stop) for stop in day.stops if (key := (stop.place_id, stop.name)) in ids]
        for (before, _), (after, stop) in pairwise(known):
            if stop.travel_mode:
                legs.setdefault(stops[after]["dayId"], []).append(
                    {
                        "from": before,
                        "to": after,
                        "mode": stop.travel_mode,
                        "minutes": stop.travel_minutes,
                        "metres": stop.travel_metres,
                    }
                )
    return {
        "version": version,
        "stops": list(stops),
        "totals": ops["totals"],
        "compromises": [compromise["text"] for compromise in ops["compromises"]],
        "assumptions": ops["assumptions"],
        "notes": ops["notes"],
        "legs": legs,
    }

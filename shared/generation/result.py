"""What a finished generation tells its listeners beside the plan itself."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from shared.assistant.changes import laid_out, stop_ids
from shared.assistant.context import ExistingDay
from shared.assistant.draft import DraftPlan


@dataclass(frozen=True)
class Delivered:
    """What became of a plan: it is in the version of the shared plan, or in a proposal against that version, or there
    was nothing to add to it."""

    how: Literal["apply", "proposal", "nothing"]
    version: int
    proposal: str | None = None


def result_of(
    delivered: Delivered, draft: DraftPlan, ops: dict[str, Any], *, job_id: str, existing: tuple[ExistingDay, ...]
) -> dict[str, Any]:
    """How it was `delivered`, the `version` of the plan that holds the `stops` (or the `proposal` that does), which of
    them were `ideas` of the pool, `leftOut` (ideas that stay there, and why), `satisfaction` by member, `totals`,
    `compromises`, `assumptions`, `notes`, and `legs` by day.

    A leg is the way between two stops: their ids, `mode`, `minutes` and `metres`.
    """
    _, stops = laid_out(draft, job_id=job_id, uid="", existing=existing)
    ids = stop_ids(draft, job_id)
    legs: dict[str, list[dict[str, Any]]] = {}
    for day, own in zip(draft.days, ids, strict=True):
        for (before, _), (after, stop) in pairwise(zip(own, day.stops, strict=True)):
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
        "delivered": delivered.how,
        "version": delivered.version,
        "proposal": delivered.proposal,
        "stops": [stop_id for own in ids for stop_id in own],
        "ideas": [stop.idea for day in draft.days for stop in day.stops if stop.idea],
        "leftOut": [one.model_dump(by_alias=True) for one in draft.left_out],
        "satisfaction": [one.model_dump(by_alias=True) for one in draft.satisfaction],
        "totals": ops["totals"],
        "compromises": [compromise["text"] for compromise in ops["compromises"]],
        "assumptions": ops["assumptions"],
        "notes": ops["notes"],
        "legs": legs,
    }

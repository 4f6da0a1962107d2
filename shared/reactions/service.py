"""Use cases of reactions: react, and what the optimiser reads."""

from shared.plan.service import PlanService
from shared.reactions.models import Reaction
from shared.reactions.store import ReactionStore
from shared.runtime.caller import TripAccess
from shared.runtime.clock import Clock
from shared.runtime.errors import NotFound


class ReactionService:
    def __init__(self, store: ReactionStore, plans: PlanService, clock: Clock) -> None:
        self._store = store
        self._plans = plans
        self._clock = clock

    def react(self, access: TripAccess, stop_id: str, reaction: Reaction | None) -> None:
        """Set or (None) take back the caller's reaction to a stop. Two round trips in a row when warm, no transaction.

        A reaction can be taken back from a stop that is gone. Raises NotFound (STOP_NOT_FOUND) and PermissionDenied.
        """
        if reaction is None:
            self._plans.authorise(access)
        elif stop_id not in self._plans.read(access).doc["stops"]:
            raise NotFound("There is no such stop in the plan.", reason="STOP_NOT_FOUND", metadata={"field": "stopId"})
        self._store.put(access.trip_id, stop_id, access.caller.uid, reaction, self._clock.now())

    def scores(self, trip_id: str) -> dict[str, dict[str, Reaction]]:
        """For each stop, which member reacts how; who left does not count. One round trip."""
        roles, found = self._store.all(trip_id)
        scores = {
            stop_id: {uid: reaction for uid, reaction in stop.by_uid.items() if uid in roles}
            for stop_id, stop in found.items()
        }
        return {stop_id: reactions for stop_id, reactions in scores.items() if reactions}

"""The plan that a group edits, its history, and what is proposed for it."""

from typing import TYPE_CHECKING

from shared.cloud.once import once

if TYPE_CHECKING:
    from shared.plan.history import HistoryService
    from shared.plan.service import PlanService
    from shared.proposals.service import ProposalService


@once
def plans() -> "PlanService":
    from shared.cloud import firestore, tasks
    from shared.plan.requests import FlushTask
    from shared.plan.service import PlanService
    from shared.plan.store import PlanStore
    from shared.runtime.clock import SystemClock

    clock = SystemClock()

    def schedule_flush(trip_id: str, delay_seconds: int) -> None:
        # One task for every trip and delay window; the edits in between share it.
        window = int(clock.now().timestamp()) // delay_seconds
        tasks.enqueue(
            "plan-flush",
            "plan-flush",
            FlushTask(trip_id=trip_id),
            task_id=f"{trip_id}-{window}",
            delay_seconds=2 * delay_seconds,
        )

    return PlanService(PlanStore(firestore.client()), clock, schedule_flush)


@once
def history() -> "HistoryService":
    from functools import partial

    from shared.cloud import firestore
    from shared.plan.history import HistoryService
    from shared.plan.store import PlanStore
    from shared.trips.access import member_names

    return HistoryService(PlanStore(firestore.client()), plans(), partial(member_names, firestore.client()))


@once
def proposals() -> "ProposalService":
    from shared.cloud import firestore
    from shared.proposals.service import ProposalService
    from shared.proposals.store import ProposalStore
    from shared.runtime.clock import SystemClock
    from shared.runtime.ids import RandomIds

    return ProposalService(ProposalStore(firestore.client()), plans(), SystemClock(), RandomIds())

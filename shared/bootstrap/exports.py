"""The plan in other programs' formats."""

from typing import TYPE_CHECKING

from shared.bootstrap.places import catalogue
from shared.bootstrap.plan import plans
from shared.bootstrap.trips import trip_changes, trip_store
from shared.cloud.once import once

if TYPE_CHECKING:
    from shared.exports.feeds import CalendarFeeds
    from shared.exports.service import ExportService


@once
def exports() -> "ExportService":
    from shared.cloud import firestore
    from shared.exports.service import ExportService
    from shared.plan.store import PlanStore
    from shared.runtime.settings import settings

    log = PlanStore(firestore.client()).ops_after
    return ExportService(trip_store(), plans(), log, catalogue().destination, settings().version)


@once
def calendar_feeds() -> "CalendarFeeds":
    from shared.exports.feeds import CalendarFeeds
    from shared.runtime.settings import settings

    def address(name: str) -> str:
        return f"{settings().function_url('calendar-feed')}?name={name}"

    return CalendarFeeds(trip_store(), trip_changes(), exports(), address)

"""What the assistant's tools use of the other areas."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from shared.expenses.summary import SummaryService
from shared.money import Rates
from shared.places.finding import PlaceSearch
from shared.places.provider import PlaceProvider
from shared.plan.history import HistoryService
from shared.plan.service import PlanService
from shared.planning.service import PlanningService
from shared.polls.service import PollService
from shared.proposals.service import ProposalService
from shared.reactions.wishes import GroupWishes
from shared.travel.times import TravelTimes
from shared.trips.service import TripService


@dataclass(frozen=True)
class Areas:
    """`names(trip_id, uids)` tells what to call people. `search` finds places, `places` knows them by their ids."""

    trips: TripService
    names: Callable[[str, Sequence[str]], Mapping[str, str]]
    plans: PlanService
    history: HistoryService
    wishes: GroupWishes
    summaries: SummaryService
    polls: PollService
    proposals: ProposalService
    planning: PlanningService
    search: PlaceSearch
    places: PlaceProvider
    travel: TravelTimes
    rates: Rates

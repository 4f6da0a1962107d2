"""What planning reads, and the optimiser's problem made of it."""

from dataclasses import dataclass

from shared.assistant.choice import Candidates
from shared.assistant.constraints import TripConstraints
from shared.assistant.rhythm import DayHours
from shared.assistant.transfers import Transfer
from shared.itinerary import Problem
from shared.money import Rates
from shared.places.models import Destination, Place


@dataclass(frozen=True)
class PlanInput:
    """What planning reads. `places` and `destinations` are by id and hold everything that the other two name."""

    constraints: TripConstraints
    candidates: Candidates
    places: dict[str, Place]
    destinations: dict[str, Destination]
    rates: Rates


@dataclass(frozen=True)
class Task:
    """The optimiser's problem with what it takes to read its answer."""

    problem: Problem
    hours: list[DayHours]
    transfers: dict[int, Transfer]
    currency: str

"""What planning reads, and the optimiser's problem made of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from shared.assistant.choice import Candidates
from shared.assistant.constraints import TripConstraints
from shared.assistant.context import ExistingStop
from shared.assistant.rhythm import DayHours
from shared.assistant.transfers import Transfer
from shared.itinerary import Problem
from shared.money import Rates
from shared.places.models import Destination, Place


@dataclass(frozen=True)
class PlanInput:
    """What planning reads. `places` and `destinations` are by id and hold everything that the other two name;
    `existing` is what stands in the plan already."""

    constraints: TripConstraints
    candidates: Candidates
    places: dict[str, Place]
    destinations: dict[str, Destination]
    rates: Rates
    existing: Mapping[date, tuple[ExistingStop, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Task:
    """The optimiser's problem with what it takes to read its answer."""

    problem: Problem
    hours: list[DayHours]
    transfers: dict[int, Transfer]
    currency: str

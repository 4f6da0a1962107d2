"""What planning reads, and the optimiser's problem made of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from shared.assistant.choice import Candidates
from shared.assistant.constraints import TripConstraints
from shared.assistant.context import ExistingStop, Idea
from shared.assistant.rhythm import DayHours
from shared.assistant.transfers import Transfer
from shared.itinerary import Problem
from shared.money import Rates
from shared.places.models import Destination, Place
from shared.reactions.group import Group


@dataclass(frozen=True)
class PlanInput:
    """What planning reads. `places` and `destinations` are by id and hold everything that the other two name;
    `existing` is what stands in the plan already, `ideas` the pool by stop, `group` what its members want."""

    constraints: TripConstraints
    candidates: Candidates
    places: dict[str, Place]
    destinations: dict[str, Destination]
    rates: Rates
    existing: Mapping[date, tuple[ExistingStop, ...]] = field(default_factory=dict)
    ideas: Mapping[str, Idea] = field(default_factory=dict)
    group: Group = field(default_factory=Group)


@dataclass(frozen=True)
class Task:
    """The optimiser's problem with what it takes to read its answer."""

    problem: Problem
    hours: list[DayHours]
    transfers: dict[int, Transfer]
    currency: str

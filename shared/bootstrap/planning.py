"""The optimiser: days, and routes through several cities."""

from typing import TYPE_CHECKING

from shared.bootstrap.common import jobs
from shared.bootstrap.group import group_wishes
from shared.bootstrap.people import asker, users
from shared.bootstrap.places import catalogue, places, travel_times
from shared.bootstrap.plan import plans, proposals
from shared.bootstrap.trips import trips
from shared.cloud.once import once

if TYPE_CHECKING:
    from shared.planning.asking import PlanningAsking
    from shared.planning.service import PlanningService
    from shared.routes.asking import RouteAsking
    from shared.routes.problem import ProblemMaker
    from shared.routes.service import RouteService


@once
def planning_asking() -> "PlanningAsking":
    from shared.planning.asking import PlanningAsking

    return PlanningAsking(trips(), jobs(), asker())


@once
def planning() -> "PlanningService":
    from functools import partial

    from shared.assistant.settings import SearchEffort
    from shared.money import reference_rates
    from shared.planning.service import Areas, PlanningService
    from shared.planning.solving import Solver
    from shared.runtime.clock import SystemClock

    provider = places()
    effort = SearchEffort(iterations=20_000, seconds=2.5)
    solver = partial(Solver, provider, reference_rates(), effort, travel=travel_times())
    areas = Areas(trips(), plans(), proposals(), group_wishes(), jobs())
    return PlanningService(areas, provider, SystemClock(), solver)


@once
def route_maker() -> "ProblemMaker":
    from shared.money import reference_rates
    from shared.routes.problem import ProblemMaker

    return ProblemMaker(catalogue(), reference_rates())


@once
def route_asking() -> "RouteAsking":
    from shared.routes.asking import RouteAsking

    return RouteAsking(trips(), jobs(), route_maker(), asker())


@once
def routes() -> "RouteService":
    from shared.routes.service import RouteService

    return RouteService(trips(), plans(), proposals(), jobs(), route_maker(), users().preferences, seconds=20.0)

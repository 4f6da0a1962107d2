"""What a finished route tells its listeners."""

from typing import Any

from pydantic.alias_generators import to_camel

from shared.itinerary.cities import CitiesSolution
from shared.itinerary.cities.codec import solution_to_json
from shared.itinerary.cities.phrases import phrase
from shared.routes.problem import RouteProblem
from shared.words import say


def result_of(route: RouteProblem, solution: CitiesSolution) -> dict[str, Any]:
    """`route` as docs/cities-solution.schema.json has it, in camelCase; `currency` of its amounts; `wishes` by id in
    words; `names` of places and stays; ids of what is `estimated`; `assumed`, what nobody
    said, in sentences; `settings` for trips-update, null without a plan.
    """
    problem = route.problem
    used = {trip.transfer for trip in solution.trips}
    used |= {booking.stay for visit in solution.visits for booking in visit.bookings}
    stays = {stay.id: stay.name for stay in problem.stays if stay.id in used}
    return {
        "route": _camel(solution_to_json(solution)),
        "currency": route.currency,
        "wishes": {wish.id: phrase(problem, wish) for wish in problem.wishes},
        "names": {**{place.id: place.name for place in route.places.values()}, **stays},
        "estimated": sorted(route.estimated & used),
        "assumed": [say("en", "assumed_home", town=route.home.name)] if route.home else [],
        "settings": _settings(route, solution) if solution.visits else None,
    }


def summary(route: RouteProblem, solution: CitiesSolution) -> str:
    """The outcome in a sentence."""
    names = " - ".join(route.problem.name(visit.city) for visit in solution.visits)
    if solution.clash is not None:
        closest = f" The closest: {names}" if names else ""
        return f"{solution.clash.message}{closest}"[:500]
    if not names:
        return "No route was found in time; ask for fewer cities or nights"
    return f"{names}, {solution.nights} nights"


def _settings(route: RouteProblem, solution: CitiesSolution) -> dict[str, Any]:
    """The dates and destinations of the route, as trips-update takes them."""
    legs = [
        {
            "name": route.problem.name(visit.city),
            "startDate": visit.arrive,
            "endDate": visit.leave,
            "timeZone": route.places[visit.city].time_zone,
        }
        for visit in solution.visits
    ]
    return {"startDate": solution.first_date, "endDate": solution.last_date, "destinations": legs}


def _camel(value: Any) -> Any:
    if isinstance(value, dict):
        return {to_camel(name): _camel(item) for name, item in value.items()}
    return [_camel(item) for item in value] if isinstance(value, list) else value

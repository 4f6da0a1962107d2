"""What a finished route tells its listeners."""

from typing import Any

from pydantic.alias_generators import to_camel

from shared.itinerary.cities import CitiesSolution
from shared.itinerary.cities.codec import solution_to_json
from shared.routes.problem import RouteProblem
from shared.routes.words import RouteWords


def result_of(route: RouteProblem, solution: CitiesSolution, words: RouteWords) -> dict[str, Any]:
    """`route` as docs/cities-solution.schema.json has it, in camelCase, with a `message` for the clash, whatever was
    given up and whatever was left out; `currency` of its amounts; `wishes` by id in words; `names` of places and
    stays; ids of what is `estimated`; `assumed`, what nobody said, in sentences; `settings` for trips-update, null
    without a plan.
    """
    problem = route.problem
    used = {trip.transfer for trip in solution.trips}
    used |= {booking.stay for visit in solution.visits for booking in visit.bookings}
    stays = {stay.id: words.stay(stay) for stay in problem.stays if stay.id in used}
    return {
        "route": _told(solution, words),
        "currency": route.currency,
        "wishes": {wish.id: words.wish(wish) for wish in problem.wishes},
        "names": {**{place: words.town(place) for place in route.places}, **stays},
        "estimated": sorted(route.estimated & used),
        "assumed": words.assumed(),
        "settings": _settings(route, solution) if solution.visits else None,
    }


def _told(solution: CitiesSolution, words: RouteWords) -> dict[str, Any]:
    told: dict[str, Any] = _camel(solution_to_json(solution))
    if solution.clash is not None:
        told["clash"]["message"] = words.clash(solution.clash)
    for given_up, item in zip(told["givenUp"], solution.given_up, strict=True):
        given_up["message"] = words.given_up(item)
    for left_out, city in zip(told["leftOut"], solution.left_out, strict=True):
        left_out["message"] = words.left_out(city)
    return told


def _settings(route: RouteProblem, solution: CitiesSolution) -> dict[str, Any]:
    """The dates and destinations of the route, as trips-update takes them: a trip's destinations have the catalogue's
    names, whoever reads them."""
    legs = [
        {
            "name": route.places[visit.city].name,
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

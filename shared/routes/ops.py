"""From a route to operations on the plan: one for each visit, with the way there, the stays and the days for them."""

import hashlib
from datetime import date, timedelta
from typing import Any

from shared.itinerary.cities import CitiesSolution
from shared.itinerary.cities.solution import CityVisit, Trip
from shared.places.models import Destination
from shared.plan.limits import MAX_OPS
from shared.plan.models import Op
from shared.plan.order import NoRoomError, key_after, key_between
from shared.routes.problem import RouteProblem
from shared.routes.words import RouteWords

_CHECK_IN_MINUTES = 30
_CHECK_IN_AT = 15 * 60


class RouteOps:
    """Makes the operations of a job's route: the same job, the same operations."""

    def __init__(self, route: RouteProblem, doc: dict[str, Any], words: RouteWords, *, job_id: str, uid: str) -> None:
        self._route = route
        self._words = words
        self._job_id = job_id
        self._uid = uid
        self._stays = {stay.id: stay for stay in route.problem.stays}
        self._days = {day["date"]: day_id for day_id, day in doc["days"].items() if day.get("date")}
        self._orders = {day["date"]: day["order"] for day in doc["days"].values() if day.get("date")}
        self._last_stops: dict[str, str] = {}
        for stop in doc["stops"].values():
            key = stop["dayId"]
            if key is not None:
                self._last_stops[key] = max(stop["order"], self._last_stops.get(key, ""))

    def make(self, solution: CitiesSolution) -> list[Op]:
        """One operation a visit, and one for the way home; each date is in one of them, so each can be taken alone."""
        trips = list(solution.trips)
        there = [trips.pop(0) if self._arrives(trips, visit) else None for visit in solution.visits]
        ops = []
        for number, (visit, trip) in enumerate(zip(solution.visits, there, strict=True)):
            last = number == len(solution.visits) - 1 and not trips
            ops.append(self._visit(number, visit, trip, last=last))
        ops += [self._way_home(trip) for trip in trips]
        if len(ops) > MAX_OPS:
            ops[MAX_OPS - 1 :] = [[component for op in ops[MAX_OPS - 1 :] for component in op]]
        return ops

    def _arrives(self, trips: list[Trip], visit: CityVisit) -> bool:
        return bool(trips) and (trips[0].destination, trips[0].arrival_date) == (visit.city, visit.arrive)

    def _visit(self, number: int, visit: CityVisit, trip: Trip | None, *, last: bool) -> Op:
        place = self._route.places[visit.city]
        op = self._dates(trip.date if trip else visit.arrive, visit.leave, place, last=last)
        if trip is not None:
            op.append(self._transport(trip))
        at = max(_CHECK_IN_AT, (trip.arrives if trip else 0) + _CHECK_IN_MINUTES)
        for index, booking in enumerate(visit.bookings):
            stay = self._stays[booking.stay]
            until = stay.check_in_until
            op.append(
                self._stop(
                    f"stay/{number}/{index}",
                    visit.arrive,
                    name=self._words.stay(stay),
                    kind="stay",
                    at=at if until is None else max(min(at, until), trip.arrives if trip else 0),
                    minutes=_CHECK_IN_MINUTES,
                    amount=booking.price,
                    place=place,
                    why=self._words.stay_why(stay, booking.rooms, visit),
                )
            )
        return op

    def _way_home(self, trip: Trip) -> Op:
        place = self._route.places[trip.destination]
        return [*self._dates(trip.date, trip.arrival_date, place, last=True), self._transport(trip)]

    def _transport(self, trip: Trip) -> dict[str, Any]:
        return self._stop(
            f"transfer/{trip.date}",
            trip.date,
            name=self._words.way(trip),
            kind="transport",
            at=trip.departs,
            minutes=trip.minutes,
            amount=trip.price,
            place=self._route.places[trip.destination],
            why=self._words.way_why(trip),
        )

    def _stop(
        self,
        key: str,
        told: str,
        *,
        name: str,
        kind: str,
        at: int,
        minutes: int,
        amount: int,
        place: Destination,
        why: str,
    ) -> dict[str, Any]:
        day_id = self._days[told]
        order = key_after(self._last_stops.get(day_id))
        self._last_stops[day_id] = order
        stop = {
            "dayId": day_id,
            "order": order,
            "name": name[:200],
            "placeId": None,
            "kind": kind,
            "at": f"{min(at, 1439) // 60:02d}:{min(at, 1439) % 60:02d}",
            "minutes": minutes,
            "lat": place.lat,
            "lng": place.lng,
            "cost": {"amount": amount, "currency": self._route.currency},
            "notes": "",
            "fixed": kind == "transport",
            "by": self._uid,
            "source": "optimiser",
            "why": why[:500],
        }
        return {"p": ["stops", self._id(key)], "oi": stop}

    def _dates(self, first: str, until: str, place: Destination, *, last: bool) -> Op:
        """The days from `first` to the day before `until`, on the last visit that day too, that the plan lacks."""
        found: Op = []
        day, end = date.fromisoformat(first), date.fromisoformat(until) + timedelta(days=last)
        while day < end:
            told = day.isoformat()
            if told not in self._days:
                self._days[told] = self._id(f"day/{told}")
                self._orders[told] = self._between(told)
                fields = {"date": told, "order": self._orders[told], "title": self._words.town(place.id), "notes": ""}
                found.append({"p": ["days", self._days[told]], "oi": fields})
            day += timedelta(days=1)
        return found

    def _between(self, told: str) -> str:
        """An order key after the days before this date, and before the next later one if there is room."""
        low = max((order for known, order in self._orders.items() if known < told), default=None)
        later = [order for known, order in self._orders.items() if known > told]
        high = min((order for order in later if low is None or order > low), default=None)
        try:
            return key_between(low, high)
        except NoRoomError:
            return key_after(low)

    def _id(self, key: str) -> str:
        return hashlib.sha256(f"{self._job_id}/{key}".encode()).hexdigest()[:20]

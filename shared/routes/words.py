"""A route, its wishes and what came of them, in a traveller's language."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Final

from shared.itinerary.cities import CitiesSolution, Stay, Wish
from shared.itinerary.cities.solution import CityVisit, Clash, GivenUp, LeftOutCity, Trip
from shared.itinerary.cities.wishes import (
    AVOID_MODES,
    BUDGET,
    FIRST,
    LAST,
    MAX_CITIES,
    NIGHT_OF,
    NIGHTS,
    NO_OVERNIGHT,
    ON_DATE,
    ORDER,
    RATING,
    STAY_RULES,
    STAY_TYPES,
    TOTAL_NIGHTS,
    TRANSFER_MINUTES,
    VISIT,
)
from shared.routes.problem import RouteProblem
from shared.words import Key, Money, Term, Town, known, say
from shared.words.values import written

_WISHES: Final[dict[str, Key]] = {
    VISIT: "route_wish_visit",
    NIGHTS: "route_wish_nights",
    ON_DATE: "route_wish_on_date",
    NIGHT_OF: "route_wish_night_of",
    ORDER: "route_wish_order",
    FIRST: "route_wish_first",
    LAST: "route_wish_last",
    TOTAL_NIGHTS: "route_wish_total_nights",
    MAX_CITIES: "route_wish_max_cities",
    BUDGET: "route_wish_budget",
    TRANSFER_MINUTES: "route_wish_transfer_minutes",
    NO_OVERNIGHT: "route_wish_no_overnight",
    AVOID_MODES: "route_wish_avoid_modes",
    STAY_TYPES: "route_wish_stay_types",
    STAY_RULES: "route_wish_stay_rules",
    RATING: "route_wish_rating",
}
_WAYS: Final[dict[str, Key]] = {"train": "train", "bus": "bus", "flight": "flight", "car": "car"}


class RouteWords:
    """Says things of one route in a language of ours, English for any other."""

    def __init__(self, route: RouteProblem, language: str | None) -> None:
        self._route = route
        self._language = language
        self._wishes = {wish.id: wish for wish in route.problem.wishes}

    def town(self, place: str) -> str:
        """A town's name where the language is spoken."""
        return self._written(self._town(place))

    def wish(self, wish: Wish) -> str:
        towns = [self._town(city) for city in wish.cities]
        values: dict[str, Any] = {
            "town": towns[0] if towns else None,
            "towns": towns,
            "names": [Term(name) for name in wish.names],
            "nights": self._range(wish) if wish.kind in (NIGHTS, TOTAL_NIGHTS) else None,
            "date": date.fromisoformat(wish.date) if wish.date else None,
            "limit": Money(int(wish.at_most or 0), self._route.currency),
            "count": int(wish.at_most or 0),
            "time": _hours(int(wish.at_most or 0)),
            "rating": Decimal(str(wish.at_least or 0)).normalize(),
        }
        return self._say(_WISHES[wish.kind], **values)

    def clash(self, clash: Clash) -> str:
        if not clash.wishes:
            return self._hopeless(clash)
        if len(clash.wishes) == 1:
            return self._say("route_impossible", wish=self._wished(clash.wishes))
        key: Key = "route_clash" if clash.minimal else "route_clash_unproven"
        return self._say(key, wishes=self._wished(clash.wishes))

    def given_up(self, item: GivenUp) -> str:
        wish = self._wishes[item.wish]
        if item.needed is None:
            return self._say("route_given_up", wish=self.wish(wish))
        currency = self._route.currency
        more = Money(item.needed - int(wish.at_most or 0), currency)
        needed = Money(item.needed, currency)
        return self._say("route_given_up_budget", wish=self.wish(wish), needed=needed, more=more)

    def left_out(self, item: LeftOutCity) -> str:
        if item.reason == "no_stay":
            return self._no_room([item.city])
        town = self._town(item.city)
        if item.reason == "unreachable":
            return self._say("route_left_no_way", town=town)
        if item.reason == "clash":
            return self._say("route_left_clash", town=town, wishes=self._wished(item.by))
        if item.loss is None:
            return self._say("route_left_unknown", town=town)
        return self._say("route_left_worth", town=town, loss=round(Decimal(item.loss), 2))

    def title(self, solution: CitiesSolution) -> str:
        return self._say("route_title_closest" if solution.given_up else "route_title")

    def summary(self, solution: CitiesSolution) -> str:
        """The outcome in a sentence."""
        towns = " – ".join(self.town(visit.city) for visit in solution.visits)
        if solution.clash is not None:
            told = self.clash(solution.clash)
            return self._say("route_closest", clash=told, towns=towns) if towns else told
        return self._say("route_found", towns=towns, nights=self._nights(solution.nights)) if towns else self.nothing()

    def nothing(self) -> str:
        return self._say("route_none")

    def assumed(self) -> list[str]:
        """What nobody said and was taken to be meant."""
        home = self._route.home
        return [self._say("assumed_home", town=self._town(home.id))] if home else []

    def way(self, trip: Trip) -> str:
        """The name of a transfer."""
        a, b = self._town(trip.origin), self._town(trip.destination)
        if key := _WAYS.get(trip.mode.casefold()):
            return self._say(key, a=a, b=b)
        return self._say("route_way", mode=self._capital(trip.mode), a=a, b=b)

    def way_why(self, trip: Trip) -> str:
        estimated = trip.transfer in self._route.estimated
        at = f"{trip.arrives // 60:02d}:{trip.arrives % 60:02d}"
        key: Key = "route_arrives_estimated" if estimated else "route_arrives"
        return self._say(key, date=date.fromisoformat(trip.arrival_date), at=at)

    def stay(self, stay: Stay) -> str:
        """The name of a stay: of one that is an estimate, its type and town."""
        if stay.id not in self._route.estimated:
            return stay.name
        return self._say("route_stay", type=self._capital(stay.type), town=self._town(stay.city))

    def stay_why(self, stay: Stay, rooms: int, visit: CityVisit) -> str:
        key: Key = "route_sleeping_estimated" if stay.id in self._route.estimated else "route_sleeping"
        return self._say(key, nights=self._nights(visit.nights), date=date.fromisoformat(visit.leave), rooms=rooms)

    def _hopeless(self, clash: Clash) -> str:
        told = [self._no_room(clash.roofless)] if clash.roofless else []
        if len(clash.roofless) < len(self._route.problem.cities):
            told.insert(0, self._say("route_no_ways", nights=self._nights(self._route.problem.horizon)))
        return " ".join(told)

    def _no_room(self, cities: Iterable[str]) -> str:
        people, towns = self._route.problem.people, [self._town(city) for city in cities]
        if people == 1:
            return self._say("route_no_room_one", towns=towns)
        return self._say("route_no_room", people=people, towns=towns)

    def _wished(self, wishes: Iterable[str]) -> str:
        return self._say("route_between").join(self.wish(self._wishes[wish]) for wish in wishes)

    def _range(self, wish: Wish) -> str:
        least, most = int(wish.at_least or 0), None if wish.at_most is None else int(wish.at_most)
        if most is None:
            return self._say("route_nights_least", nights=self._nights(least))
        if least == most:
            return self._nights(most)
        if least == 0:
            return self._say("route_nights_most", nights=self._nights(most))
        return self._say("route_nights_range", least=least, nights=self._nights(most))

    def _nights(self, count: int) -> str:
        return self._say("route_night") if count == 1 else self._say("route_nights", count=count)

    def _town(self, place: str) -> Town:
        return Town(place, self._route.places[place].name)

    def _capital(self, word: str) -> str:
        told = self._written(Term(word))
        return told[:1].upper() + told[1:]

    def _written(self, value: Any) -> str:
        return written(value, known(self._language))

    def _say(self, key: Key, **values: Any) -> str:
        return say(self._language, key, **values)


def _hours(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"

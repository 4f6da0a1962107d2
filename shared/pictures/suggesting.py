"""From what was matched to the candidates that people are shown, the surest first. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from shared.pictures.candidates import Candidate, Cost, Evidence, StopKind, candidate_id
from shared.pictures.evidence import Hints
from shared.pictures.facts import Facts, Landmark
from shared.pictures.matching import Matches
from shared.pictures.ticket import Span, Ticket, read
from shared.places.models import Place
from shared.places.provider import PlaceProvider
from shared.words import Key, Language, say

MOST: Final = 30
_STOP_KINDS: Final[dict[str, StopKind]] = {"food": "food", "activity": "activity", "nightlife": "activity"}
_REASONS: Final[Mapping[Evidence, Key]] = {
    "landmark": "picture_landmark",
    "location": "picture_location",
    "text": "picture_text",
    "web": "picture_web",
    "ticket": "picture_ticket",
}
_ENTRY_CONFIDENCE: Final = 0.4
_BOOKING_SURE, _BOOKING_ASSUMED = 0.9, 0.6
_MOST_QUOTED: Final = 80


@dataclass(frozen=True)
class ForWhom:
    """The trip that candidates are for: how many people, its towns and days; and the language of the reasons."""

    travellers: int
    towns: tuple[str, ...]
    first: date | None
    last: date | None
    today: date
    language: Language


class Suggesting:
    """Makes the candidates of one picture."""

    def __init__(self, provider: PlaceProvider, whom: ForWhom) -> None:
        self._provider = provider
        self._whom = whom

    def suggest(self, facts: Facts, found: Matches) -> list[Candidate]:
        """At most 30: a booking, then places, then towns, then ideas that nobody has verified, each by confidence."""
        ticket = read(facts.lines, Span(self._whom.first, self._whom.last, self._whom.today))
        booking = self._booking(ticket, found) if ticket else None
        ideas = [*map(self._landmark, found.landmarks), *(() if booking else map(self._entry, found.entries))]
        candidates = [booking] if booking else []
        for some in (self._places(found, booking), self._towns(found), ideas):
            candidates += sorted(some, key=lambda one: (-one.confidence, one.name))
        return candidates[:MOST]

    def _places(self, found: Matches, booking: Candidate | None) -> Iterable[Candidate]:
        for place_id, hints in found.places:
            if booking is None or booking.place_id != place_id:
                yield self._of_place(found.known[place_id], hints)

    def _of_place(self, place: Place, hints: Hints) -> Candidate:
        # Of a place from Google only the id may be kept, and what people call it (docs/maps.md).
        ours = not place.attributions
        amount = place.price * max(1, self._whom.travellers) if ours else 0
        return Candidate(
            id=candidate_id("place", place.id),
            kind="place",
            name=place.name,
            confidence=hints.confidence,
            evidence=hints.kinds,
            reason=self._reason(hints.kinds, hints.line),
            verified=True,
            place_id=place.id,
            destination_id=place.destination or None,
            lat=place.lat if ours else None,
            lng=place.lng if ours else None,
            stop_kind=_STOP_KINDS.get(place.kind, "sight"),
            minutes=place.minutes,
            cost=Cost(amount=amount, currency=place.currency) if amount else None,
        )

    def _towns(self, found: Matches) -> Iterable[Candidate]:
        """Those that the trip does not go to yet."""
        for town_id, hints in found.towns:
            town = self._provider.destination(town_id)
            if town is not None and town_id not in self._whom.towns:
                yield Candidate(
                    id=candidate_id("destination", town_id),
                    kind="destination",
                    name=town.name,
                    confidence=hints.confidence,
                    evidence=hints.kinds,
                    reason=self._reason(hints.kinds, town.name),
                    verified=True,
                    destination_id=town_id,
                    lat=town.lat,
                    lng=town.lng,
                )

    def _landmark(self, landmark: Landmark) -> Candidate:
        return self._unverified(landmark.name, landmark.score, "landmark", lat=landmark.lat, lng=landmark.lng)

    def _entry(self, name: str) -> Candidate:
        return self._unverified(name, _ENTRY_CONFIDENCE, "text")

    def _unverified(
        self, name: str, confidence: float, kind: Evidence, lat: float | None = None, lng: float | None = None
    ) -> Candidate:
        reason = self._reason((kind,), name)
        return Candidate(
            id=candidate_id("idea", name),
            kind="idea",
            name=name,
            confidence=round(confidence, 2),
            evidence=(kind,),
            reason=f"{reason} ({say(self._whom.language, 'picture_unverified')})",
            verified=False,
            lat=lat,
            lng=lng,
        )

    def _booking(self, ticket: Ticket, found: Matches) -> Candidate | None:
        """Of the place that the ticket names, else of what stands at its top."""
        named = [(hints.by_kind["text"], place_id) for place_id, hints in found.places if "text" in hints.by_kind]
        place = found.known[max(named)[1]] if named else None
        name = place.name if place else ticket.title
        if name is None:
            return None
        return Candidate(
            id=candidate_id("booking", f"{name}/{ticket.day}/{ticket.at}"),
            kind="booking",
            name=name,
            confidence=_BOOKING_ASSUMED if ticket.assumed else _BOOKING_SURE,
            evidence=("ticket",),
            reason=say(self._whom.language, "picture_ticket"),
            verified=place is not None,
            place_id=place.id if place else None,
            destination_id=place.destination if place else None,
            lat=place.lat if place else None,
            lng=place.lng if place else None,
            stop_kind=_STOP_KINDS.get(place.kind, "sight") if place else "activity",
            minutes=place.minutes if place else 60,
            day=ticket.day,
            at=ticket.at,
            people=ticket.people,
            reference=ticket.reference,
            assumed=ticket.assumed,
        )

    def _reason(self, kinds: Sequence[Evidence], line: str) -> str:
        """The strongest hint in words."""
        return say(self._whom.language, _REASONS[kinds[0]], line=line[:_MOST_QUOTED])

"""What the catalogue knows: destinations and the places in them."""

from dataclasses import dataclass

from shared.places.vocabulary import Kind


@dataclass(frozen=True, slots=True)
class Bounds:
    """A box in degrees around a metropolitan area."""

    south: float
    west: float
    north: float
    east: float

    def contains(self, lat: float, lng: float) -> bool:
        return self.south <= lat <= self.north and self.west <= lng <= self.east


@dataclass(frozen=True, slots=True)
class Destination:
    """A town people travel to.

    `aliases` are its names in other languages and spellings, `country` is ISO 3166-1 alpha-2, `time_zone` an IANA
    name, `currency` ISO 4217, `languages` ISO 639-1 codes of what is spoken there, `continent` an English name.
    """

    id: str
    name: str
    aliases: tuple[str, ...]
    country: str
    continent: str
    lat: float
    lng: float
    bounds: Bounds
    time_zone: str
    currency: str
    languages: tuple[str, ...]
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A sight, a restaurant, anything one can visit.

    `id` is "destination/place". `opening_hours` is an OpenStreetMap expression in local time, `minutes` a typical
    visit. `price` is what one adult pays to enter, or for food typically spends, in minor units of `currency` (yen
    have no minor unit: 600 is 600 yen). `weight` in 0..1 says how much visitors care, 1 being the reason to come.
    `attributions` must be shown wherever the place is; ours needs none.
    """

    id: str
    destination: str
    name: str
    local_name: str | None
    aliases: tuple[str, ...]
    lat: float
    lng: float
    kind: Kind
    tags: tuple[str, ...]
    opening_hours: str
    minutes: int
    price: int
    currency: str
    weight: float
    country: str
    time_zone: str
    attributions: tuple[str, ...] = ()

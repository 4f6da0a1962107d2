"""What the trip already says before anybody asks: handed to the assistant with each request."""

from datetime import date

from shared.assistant.constraints import Value


class ExistingDay(Value):
    """A day of the plan. Stops for its date go into it, behind `last_order`, the greatest order key among its stops."""

    id: str
    date: date
    order: str
    last_order: str | None = None


class TripContext(Value):
    """The trip's own facts; each fills what the request leaves open. `currency` (ISO 4217) is the trip's."""

    start_date: date | None = None
    end_date: date | None = None
    members: int | None = None
    currency: str | None = None
    destinations: tuple[str, ...] = ()
    days: tuple[ExistingDay, ...] = ()

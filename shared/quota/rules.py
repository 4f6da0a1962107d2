"""Whether a charge still fits into the day. Without I/O."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from shared.quota.models import Account
from shared.runtime.errors import ResourceExhausted
from shared.runtime.registry import DailyLimit

COSTS = "costs"
"""What a refusal names when not the number of calls but the money is used up."""


def day_of(now: datetime) -> str:
    """The calendar day in UTC."""
    return now.astimezone(UTC).date().isoformat()


def resets_at(now: datetime) -> datetime:
    """The next midnight in UTC."""
    return datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)


def check(
    person: Account, trip: Account, what: str, amount: int, limit: DailyLimit, costs: DailyLimit, now: datetime
) -> None:
    """Raise ResourceExhausted (QUOTA_EXCEEDED) if `amount` more would be too much, or the day's money is spent."""
    used = person.used.get(what, 0), trip.used.get(what, 0)
    for scope, most, before in _scopes(limit, *used):
        if before + amount > most:
            raise _exceeded(what, scope, most, before, now)
    for scope, most, before in _scopes(costs, person.costs.micro_usd, trip.costs.micro_usd):
        if before >= most:
            raise _exceeded(COSTS, scope, most, before, now)


def _scopes(limit: DailyLimit, person: int, trip: int) -> Iterator[tuple[str, int, int]]:
    if limit.person is not None:
        yield "person", limit.person, person
    if limit.trip is not None:
        yield "trip", limit.trip, trip


def _exceeded(what: str, scope: str, limit: int, used: int, now: datetime) -> ResourceExhausted:
    reset = resets_at(now)
    whose = "You have" if scope == "person" else "This trip has"
    return ResourceExhausted(
        f"{whose} used up today's {what}. There will be more after midnight (UTC).",
        reason="QUOTA_EXCEEDED",
        metadata={"what": what, "scope": scope, "limit": limit, "used": used, "resetsAt": reset.isoformat()},
        retry_after=(reset - now).total_seconds(),
    )

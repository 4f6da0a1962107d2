"""Unix cron in a time zone: when a schedule is due next. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

FIELDS = 5


def check_cron(cron: str, zone: ZoneInfo) -> None:
    """Raises ValueError unless `cron` has five fields and is due at some time."""
    if len(cron.split()) != FIELDS:
        raise ValueError(f"{cron!r} must have five fields: minute, hour, day of month, month, day of week")
    try:
        next_run(cron, zone, datetime(2024, 1, 1, tzinfo=UTC))
    except (CronSimError, StopIteration) as error:
        raise ValueError(f"{cron!r} is no cron expression: {error or 'it is never due'}") from error


def next_run(cron: str, zone: ZoneInfo, after: datetime) -> datetime:
    """The first time (UTC) after `after` (any zone) at which the clock on the wall in `zone` matches.

    Where clocks change, as Debian's cron: a time that is skipped runs at once after, one that comes twice runs once.
    """
    return next(CronSim(cron, after.astimezone(zone))).astimezone(UTC)

"""When schedules are due: in their time zone, also when its clocks change."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from emulator.scheduler.cron import check_cron, next_run


@pytest.mark.parametrize(
    ("cron", "zone", "after", "due"),
    [
        ("*/5 * * * *", "Etc/UTC", "2026-01-01T00:00", "2026-01-01T00:05"),
        ("*/5 * * * *", "Etc/UTC", "2026-01-01T00:04:59", "2026-01-01T00:05"),
        ("0 9 * * *", "Asia/Tokyo", "2026-01-01T00:00", "2026-01-02T00:00"),
        ("0 9 * * *", "America/New_York", "2026-01-01T00:00", "2026-01-01T14:00"),
        ("0 9 * * *", "America/New_York", "2026-07-01T00:00", "2026-07-01T13:00"),
        ("0 0 29 2 *", "Etc/UTC", "2026-01-01T00:00", "2028-02-29T00:00"),
        ("0 8 * * MON", "Europe/Paris", "2026-03-27T12:00", "2026-03-30T06:00"),
        # 02:30 does not exist in Paris on 29 March 2026: it runs when the clocks have changed.
        ("30 2 * * *", "Europe/Paris", "2026-03-28T12:00", "2026-03-29T01:00"),
        # 02:30 comes twice on 25 October 2026: it runs once.
        ("30 2 * * *", "Europe/Paris", "2026-10-24T12:00", "2026-10-25T00:30"),
        ("30 2 * * *", "Europe/Paris", "2026-10-25T00:30", "2026-10-26T01:30"),
    ],
)
def test_next_run(cron: str, zone: str, after: str, due: str) -> None:
    moment = datetime.fromisoformat(after).replace(tzinfo=UTC)
    assert next_run(cron, ZoneInfo(zone), moment) == datetime.fromisoformat(due).replace(tzinfo=UTC)


@pytest.mark.parametrize("cron", ["", "often", "* * * *", "* * * * * *", "61 * * * *", "0 0 31 2 *"])
def test_what_is_no_cron_is_refused(cron: str) -> None:
    with pytest.raises(ValueError, match=r"cron|fields"):
        check_cron(cron, ZoneInfo("Etc/UTC"))

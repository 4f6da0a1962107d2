"""A time that moves when somebody waits on it, or when told."""

from datetime import UTC, datetime, timedelta


class MovingTime:
    """As `time.monotonic`, as a pause and as a clock. `pauses` are the seconds that were waited."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.pauses: list[float] = []
        # By day, whenever the tests run, and ahead of now: timetables and traffic are asked for neither night nor past.
        self._begin = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=1)

    def __call__(self) -> float:
        return self.seconds

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.seconds += seconds

    def now(self) -> datetime:
        return self._begin + timedelta(seconds=self.seconds)


class UnixTime:
    """As `time.time`; a test moves `time`, in seconds."""

    def __init__(self) -> None:
        self.time = 1_800_000_000.0

    def __call__(self) -> float:
        return self.time

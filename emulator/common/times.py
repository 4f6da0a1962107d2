"""Between seconds since the epoch and protobuf's times."""

from __future__ import annotations

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp


def timestamp(seconds: float) -> Timestamp:
    """A Timestamp, to the microsecond."""
    value = Timestamp()
    value.FromMicroseconds(round(seconds * 1e6))
    return value


def seconds(value: Timestamp | Duration) -> float:
    """Seconds since the epoch of a Timestamp, or the length of a Duration."""
    return value.seconds + value.nanos / 1e9


def duration(length: float) -> Duration:
    """A Duration from seconds, to the microsecond."""
    value = Duration()
    value.FromMicroseconds(round(length * 1e6))
    return value

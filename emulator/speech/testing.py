"""For tests: the stand-in as a process of its own, the real client library for it, faults and answers on order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import grpc
from google.cloud.speech_v2 import SpeechClient
from google.cloud.speech_v2.services.speech.transports import SpeechGrpcTransport

from emulator.common.control import Control
from emulator.common.testing import program


class StandIn(Control):
    """A running stand-in at an address, and a real client for it.

    `requests()` tells of each: recognizer, model, languages, hints, size and digest of the sound.
    """

    def __init__(self, address: str, channel: grpc.Channel) -> None:
        super().__init__("speech", channel)
        self.address = address
        self.client = SpeechClient(transport=SpeechGrpcTransport(channel=channel))

    def record(self, name: str) -> None:
        """The next request gets the recorded answer of this name."""
        self.order(f"recorded:{name}")

    def answer(self, transcript: str, *, language: str = "en-US", confidence: float = 0.9) -> None:
        """The next request is answered with these words, in the service's form."""
        best = {"transcript": transcript, "confidence": confidence}
        self.call("Record", {"answer": {"results": [{"alternatives": [best], "languageCode": language}]}})


@contextmanager
def at(address: str) -> Iterator[StandIn]:
    """The stand-in that answers there, until the block ends."""
    with grpc.insecure_channel(address, [("grpc.max_send_message_length", -1)]) as channel:
        yield StandIn(address, channel)


@contextmanager
def standin() -> Iterator[StandIn]:
    """A stand-in on a free port, until the block ends."""
    with program("speech") as running, at(running.address) as one:
        yield one

"""For tests: the stand-in as a process of its own, the real client library for it, faults and answers on order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import grpc
from google.cloud.speech_v2 import SpeechClient
from google.cloud.speech_v2.services.speech.transports import SpeechGrpcTransport

from emulator.common.testing import program
from emulator.speech.server import CONTROL

_SECONDS = 20.0


class StandIn:
    """A running stand-in at an address, and a real client for it."""

    def __init__(self, address: str, channel: grpc.Channel) -> None:
        self.address = address
        self._channel = channel
        self.client = SpeechClient(transport=SpeechGrpcTransport(channel=channel))

    def order(self, fault: str, *, skip: int = 0, times: int = 1) -> None:
        """The fault strikes `times` requests, after `skip` of them."""
        self._control("Order", {"fault": fault, "skip": skip, "times": times})

    def record(self, name: str) -> None:
        """The next request gets the recorded answer of this name."""
        self._control("Record", {"name": name})

    def answer(self, transcript: str, *, language: str = "en-US", confidence: float = 0.9) -> None:
        """The next request is answered with these words, in the service's form."""
        best = {"transcript": transcript, "confidence": confidence}
        self._control("Record", {"answer": {"results": [{"alternatives": [best], "languageCode": language}]}})

    def requests(self) -> list[dict[str, Any]]:
        """What was asked since the last `reset`: recognizer, model, languages, hints, size and digest of the sound."""
        found: list[dict[str, Any]] = self._control("Requests", {})["requests"]
        return found

    def reset(self) -> None:
        """Forget faults, answers and requests."""
        self._control("Reset", {})

    def _control(self, method: str, order: dict[str, Any]) -> dict[str, Any]:
        call = self._channel.unary_unary(f"/{CONTROL}/{method}")
        answer: dict[str, Any] = json.loads(call(json.dumps(order).encode(), timeout=_SECONDS))
        return answer


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

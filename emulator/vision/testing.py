"""For tests: the stand-in as a process of its own, the real client library for it, faults and answers on order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import grpc
from google.cloud.vision_v1 import ImageAnnotatorClient
from google.cloud.vision_v1.services.image_annotator.transports import ImageAnnotatorGrpcTransport

from emulator.common.control import Control
from emulator.common.testing import program


class StandIn(Control):
    """A running stand-in at an address, and a real client for it.

    `requests()` tells of each: parent, digests of the images, features, whether there was EXIF.
    """

    def __init__(self, address: str, channel: grpc.Channel) -> None:
        super().__init__("vision", channel)
        self.address = address
        self.client = ImageAnnotatorClient(transport=ImageAnnotatorGrpcTransport(channel=channel))

    def record(self, name: str) -> None:
        """The next request's first picture gets the recorded answer of this name."""
        self.order(f"recorded:{name}")

    def answer(self, answer: dict[str, Any]) -> None:
        """The next picture gets this answer, in the service's JSON form."""
        self.call("Record", {"answer": answer})


@contextmanager
def at(address: str) -> Iterator[StandIn]:
    """The stand-in that answers there, until the block ends."""
    options = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]
    with grpc.insecure_channel(address, options) as channel:
        yield StandIn(address, channel)


@contextmanager
def standin() -> Iterator[StandIn]:
    """A stand-in on a free port, until the block ends."""
    with program("vision") as running, at(running.address) as one:
        yield one

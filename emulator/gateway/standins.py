"""The stand-ins that the functions of this process are led to, and how faults are ordered from them."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any, Final

import grpc

from emulator.common.control import Control
from emulator.gateway.faults import StandIn, UnreachableError
from emulator.gemini.faults import FAULTS as GEMINI
from emulator.maps.faults import PLACES, ROUTES
from emulator.speech.faults import FAULTS as SPEECH
from emulator.vision.faults import FAULTS as VISION
from shared.runtime.settings import Settings

_SECONDS: Final = 5.0

Ordering = Callable[[Mapping[str, Any]], None]


def standins(settings: Settings) -> dict[str, StandIn]:
    """By the name that goes before the slash. A service with a real key is none."""
    found = {}
    if settings.gemini_url and not settings.gemini_api_key:
        found["gemini"] = StandIn(GEMINI, _over_http(f"{settings.gemini_url}/emulator/faults"))
    if settings.vision_emulator:
        found["vision"] = StandIn(VISION, _over_grpc("vision", settings.vision_emulator))
    if settings.speech_emulator:
        found["speech"] = StandIn(SPEECH, _over_grpc("speech", settings.speech_emulator))
    if settings.maps_emulator:
        found["routes"] = StandIn(ROUTES, _over_grpc("maps", settings.maps_emulator, service="routes"))
        found["places"] = StandIn(PLACES, _over_grpc("maps", settings.maps_emulator, service="places"))
    return found


def _over_http(url: str) -> Ordering:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def order(wanted: Mapping[str, Any]) -> None:
        body = json.dumps(wanted).encode()
        request = urllib.request.Request(url, body, {"Content-Type": "application/json"})  # noqa: S310 - ours
        try:
            opener.open(request, timeout=_SECONDS).close()
        except (urllib.error.URLError, TimeoutError) as error:
            raise UnreachableError(f"The stand-in at {url} takes no orders: {error}") from error

    return order


def _over_grpc(part: str, address: str, **more: str) -> Ordering:
    def order(wanted: Mapping[str, Any]) -> None:
        with grpc.insecure_channel(address) as channel:
            try:
                Control(part, channel).call("Order", {**wanted, **more})
            except grpc.RpcError as error:
                raise UnreachableError(f"The stand-in at {address} takes no orders: {error.code()}") from error

    return order

"""For tests: the stand-in as a process of its own, real clients for it, and faults on order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from google import genai
from google.genai import types

from emulator.common.faults import HEADER
from emulator.common.testing import program

TIMEOUT_SECONDS = 60.0


class StandIn:
    """A running stand-in. `clients` are kept: they are slow to make, and the library closes one that is garbage."""

    def __init__(self, address: str) -> None:
        self.url = f"http://{address}"
        self.http = httpx.Client(base_url=self.url, timeout=TIMEOUT_SECONDS)
        self.clients: dict[tuple[str, str | None, float], genai.Client] = {}

    def client(self, key: str = "local", *, fault: str | None = None, timeout: float = TIMEOUT_SECONDS) -> genai.Client:
        """A google-genai client, as the app makes it; `fault` goes with each of its requests. `timeout` in seconds."""
        wanted = (key, fault, timeout)
        if wanted not in self.clients:
            headers = {HEADER: fault} if fault else None
            options = types.HttpOptions(base_url=self.url, headers=headers, timeout=round(timeout * 1000))
            self.clients[wanted] = genai.Client(api_key=key, http_options=options)
        return self.clients[wanted]

    def order(self, fault: str, *, skip: int = 0, times: int = 1) -> None:
        """The fault strikes `times` generating requests, after `skip` of them."""
        body = {"fault": fault, "skip": skip, "times": times}
        self.http.post("/emulator/faults", json=body).raise_for_status()

    def answer(self, *parts: dict[str, Any]) -> None:
        """The next turn that no fault strikes is this one, in the API's JSON, whatever is asked.

        Its calls get the signature without which Gemini 3 does not take them back.
        """
        signed = [{"thoughtSignature": "cmVjb3JkZWQ=", **part} if "functionCall" in part else part for part in parts]
        self.http.post("/emulator/turns", json={"parts": signed}).raise_for_status()

    def requests(self) -> list[dict[str, Any]]:
        """The bodies of generating requests since the last `reset`: method, model, body."""
        found: list[dict[str, Any]] = self.http.get("/emulator/requests").raise_for_status().json()["requests"]
        return found

    def reset(self) -> None:
        self.http.delete("/emulator").raise_for_status()


@contextmanager
def standin() -> Iterator[StandIn]:
    """The stand-in on a free port, until the block ends."""
    with program("gemini") as running:
        one = StandIn(running.address)
        try:
            yield one
        finally:
            one.http.close()
            for client in one.clients.values():
                client.close()

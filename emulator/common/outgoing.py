"""Calling the targets of tasks, pushes and schedules over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import httpx


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, or None and the reason why there is none. `retry_after` is in seconds."""

    status: int | None
    reason: str
    retry_after: float | None = None

    @property
    def ok(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class Outgoing:
    """An HTTP client that reports failures as answers. Redirects are not followed: they are failures."""

    def __init__(self) -> None:
        # A connection per request: a kept one may have been closed by a target that restarts, which would look like a
        # failed attempt. Proxies are for the internet, targets are on this machine.
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        self._client = httpx.AsyncClient(timeout=None, limits=limits, trust_env=False)  # noqa: S113 - send() limits

    async def send(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes, timeout_seconds: float
    ) -> Answer:
        """Sends and reads the whole answer within `timeout_seconds`."""
        encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
        try:
            async with asyncio.timeout(timeout_seconds):
                response = await self._client.request(method, url, headers=encoded, content=body)
        except TimeoutError:
            return Answer(None, f"no answer within {timeout_seconds:g} s")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Answer(None, f"{type(error).__name__}: {error}")
        return Answer(response.status_code, f"HTTP status code {response.status_code}", _retry_after(response))

    async def close(self) -> None:
        await self._client.aclose()


def _retry_after(response: httpx.Response) -> float | None:
    value = response.headers.get("Retry-After", "")
    return float(value) if value.isdecimal() else None

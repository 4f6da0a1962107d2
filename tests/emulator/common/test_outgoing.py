"""Calling targets: every way to fail is an answer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from emulator.common.outgoing import Answer, Outgoing
from emulator.common.testing import Target, target


@pytest.fixture
def server() -> Iterator[Target]:
    with target() as started:
        yield started


def send(url: str, timeout_seconds: float = 60) -> Answer:
    async def scenario() -> Answer:
        outgoing = Outgoing()
        try:
            return await outgoing.send(
                "POST", url, headers={"X-Name": "Zoë"}, body=b"", timeout_seconds=timeout_seconds
            )
        finally:
            await outgoing.close()

    return asyncio.run(scenario())


@pytest.mark.parametrize(("status", "ok"), [(200, True), (204, True), (299, True), (302, False), (404, False)])
def test_a_status_in_the_200s_is_success(server: Target, status: int, ok: bool) -> None:
    server.answer = lambda _: status
    answer = send(server.url)
    assert (answer.status, answer.ok) == (status, ok)


def test_a_target_that_takes_too_long_is_given_up(server: Target) -> None:
    let_go = threading.Event()

    def slow(_: object) -> int:
        let_go.wait(10)
        return 200

    server.answer = slow
    answer = send(server.url, timeout_seconds=0.05)
    let_go.set()
    assert (answer.status, answer.ok) == (None, False)
    assert "0.05" in answer.reason


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://[::bad/", "http://no-such-host.invalid/"])
def test_a_target_that_cannot_be_reached_is_an_answer_with_a_reason(url: str) -> None:
    answer = send(url)
    assert answer.status is None
    assert answer.reason


@pytest.mark.parametrize(("value", "seconds"), [("7", 7.0), ("soon", None), ("Fri, 31 Dec 2027 23:59:59 GMT", None)])
def test_retry_after_is_read_in_seconds(server: Target, value: str, seconds: float | None) -> None:
    server.answer, server.headers = (lambda _: 503), {"Retry-After": value}
    assert send(server.url).retry_after == seconds

"""A process that is killed at its n-th commit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import grpc
import pytest

from emulator.testing import LocalCloud
from shared.cloud import firestore
from tests.support.clients import forget_clients
from tests.support.deaths import Killed, MortalClient


class _Death(grpc.UnaryUnaryClientInterceptor):
    """Only commits count: a death between two reads leaves what the commit before them left."""

    def __init__(self, after: int) -> None:
        self.left = after

    def intercept_unary_unary(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        if details.method.endswith("/Commit"):
            if self.left <= 0:
                raise Killed
            self.left -= 1
        return continuation(details, request)


@pytest.fixture
def killed_after(cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Any]:
    """A block in which this process's services die after so many commits; tells whether they did."""

    @contextmanager
    def block(commits: int) -> Iterator[list[bool]]:
        died = [False]
        mortal = MortalClient(cloud.project, _Death(commits))
        forget_clients()
        with monkeypatch.context() as patch:
            patch.setattr(firestore, "client", lambda: mortal)
            try:
                yield died
            except Killed:
                died[0] = True
        forget_clients()

    return block

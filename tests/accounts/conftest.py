"""A process that is killed at its n-th word to Firestore, and the services of one that is not."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import grpc
import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud.firestore import Client

from emulator.testing import LocalCloud
from shared.cloud import firestore
from tests.support.clients import forget_clients


class Killed(BaseException):
    """The process is gone; nothing of ours may catch this."""


class _Death(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor):
    def __init__(self, after: int) -> None:
        self.left = after
        self.died = False

    def intercept_unary_unary(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        return self._one_less(continuation, details, request)

    def intercept_unary_stream(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        return self._one_less(continuation, details, request)

    def _one_less(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        # Its transactions would expire after a while; nobody wants to wait for that.
        if details.method.endswith("/Rollback"):
            return continuation(details, request)
        if self.left <= 0:
            self.died = True
            raise Killed
        self.left -= 1
        return continuation(details, request)


class MortalClient(Client):
    """A Firestore client whose process dies after so many calls."""

    def __init__(self, project: str, address: str, after: int) -> None:
        self._death = _Death(after)
        super().__init__(project=project, credentials=AnonymousCredentials())
        self._address = address

    @property
    def died(self) -> bool:
        return self._death.died

    def _emulator_channel(self, _transport: Any) -> grpc.Channel:
        return grpc.intercept_channel(grpc.insecure_channel(self._address), self._death)


@pytest.fixture
def killed_after(cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Any]:
    """A block in which this process's services die after so many calls to Firestore; tells whether they did."""

    @contextmanager
    def block(calls: int) -> Iterator[list[bool]]:
        died = [False]
        mortal = MortalClient(cloud.project, os.environ["FIRESTORE_EMULATOR_HOST"], calls)
        forget_clients()
        with monkeypatch.context() as patch:
            patch.setattr(firestore, "client", lambda: mortal)
            try:
                yield died
            except BaseException:
                # The library tries to roll back even then, and stumbles over that.
                if not mortal.died:
                    raise
                died[0] = True
        forget_clients()

    return block

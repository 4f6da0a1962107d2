"""Workers in this process that die on order: their real clients make no call after the one that is to be the last."""

import os
import threading
from collections.abc import Callable
from typing import Any

import grpc
import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud.firestore import Client

ENDLESS = 10**9
_MOST_ATTEMPTS = 40


class Killed(BaseException):
    """The process is gone; nothing of ours may catch this."""


class Life(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor):
    """Ends at the n-th call of the worker: with its answer lost if it is to be `answered`, else before it is sent.

    A read is never sent by the dying, and a transaction dies only where it holds no lock or with what ends it: the
    locks of a dead one last a minute, in production as here, and that is not what is tried.
    """

    def __init__(self, calls: int = ENDLESS, *, answered: bool = True) -> None:
        self._left = calls
        self._answered = answered
        self._guard = threading.Lock()
        self.over = False
        self.made = 0

    def again(self, calls: int = ENDLESS) -> None:
        """Live, or live on, for so many calls more."""
        self._left, self.over = calls, False

    def begins(self, *, may_end: bool = True) -> bool:
        """A call begins; True if its answer will be lost. Raises Killed where it is not even sent."""
        # How often the lease is renewed depends on the machine, and does not count.
        if threading.current_thread().name.startswith("lease-"):
            return False
        with self._guard:
            if self.over:
                raise Killed
            self.made += 1
            self._left -= 1
            self.over = self._left <= 0
            if self.over and not self._answered and may_end:
                raise Killed
            return self.over

    def intercept_unary_unary(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        lost = self.begins(may_end=not getattr(request, "transaction", b""))
        call = continuation(details, request)
        if lost:
            call.result()
            raise Killed
        return call

    def intercept_unary_stream(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        if self.begins():
            raise Killed
        return continuation(details, request)

    def dies(self, work: Callable[[], object]) -> bool:
        """Do a worker's work; whether it died in it."""
        return died_in(work, lambda: self.over)


def died_in(work: Callable[[], object], over: Callable[[], bool]) -> bool:
    """Do a worker's work; whether its life is `over` after it."""
    try:
        work()
    except BaseException:
        # What a library makes of a death is no error of ours.
        if not over():
            raise
    return over()


class MortalClient(Client):
    """A Firestore client that lives as long as its `life`, by default that of a worker which is not to die yet."""

    def __init__(self, project: str, life: grpc.UnaryUnaryClientInterceptor | None = None) -> None:
        super().__init__(project=project, credentials=AnonymousCredentials())
        self._address = os.environ["FIRESTORE_EMULATOR_HOST"]
        self.life: Any = life or Life()

    def _emulator_channel(self, _transport: Any) -> grpc.Channel:
        return grpc.intercept_channel(grpc.insecure_channel(self._address), self.life)


class Fate:
    """Kills whoever makes one more of these calls (a class, a method's name) than are `left`."""

    def __init__(self, patch: pytest.MonkeyPatch, *calls: tuple[type, str]) -> None:
        self.left = ENDLESS
        for owner, name in calls:
            patch.setattr(owner, name, self._mortal(getattr(owner, name)))

    def until_one_survives(self, work: Callable[[int], object]) -> int:
        """Have work done that dies before its first call, then before its second one, and so on, until it gets through;
        the number of that attempt, from 1, which `work` is given."""
        for attempt in range(1, _MOST_ATTEMPTS):
            self.left = attempt - 1
            try:
                work(attempt)
            except Killed:
                continue
            self.left = ENDLESS
            return attempt
        raise AssertionError("nobody survived")

    def _mortal(self, work: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            self.left -= 1
            if self.left < 0:
                raise Killed
            return work(*args, **kwargs)

        return call

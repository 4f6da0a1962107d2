"""Counts Firestore round trips: a client whose channel notes when each call started and ended."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import dataclass, field
from typing import Any, Final

import grpc
import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud.firestore import Client

LATENCY_SECONDS = 0.03
"""What each counted call takes at least, as over a network: calls meant to overlap do so on a busy machine too."""

END_SECONDS: Final = 60.0
_handed: ContextVar[list[Future[Any]] | None] = ContextVar("handed", default=None)


@dataclass
class Calls:
    """Calls made: method, start and end."""

    made: list[tuple[str, float, float]] = field(default_factory=list)
    begun: int = 0
    change: threading.Condition = field(default_factory=threading.Condition)

    @property
    def methods(self) -> list[str]:
        return [method for method, _, _ in self.made]

    @property
    def in_a_row(self) -> int:
        """The longest chain of calls in which each began after the one before it had ended."""
        depth = 0
        ended = float("-inf")
        for _, start, end in sorted(self.made, key=lambda call: call[2]):
            if start >= ended:
                depth, ended = depth + 1, end
        return depth


class _Watch(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor):
    def __init__(self) -> None:
        self.calls: Calls | None = None

    def intercept_unary_unary(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        return self._note(continuation, details, request)

    def intercept_unary_stream(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        return self._note(continuation, details, request)

    def _note(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        calls = self.calls
        if calls is None:
            return continuation(details, request)
        with calls.change:
            calls.begun += 1
        start = time.monotonic()
        time.sleep(LATENCY_SECONDS)

        def ended() -> None:
            with calls.change:
                calls.made.append((details.method.rpartition("/")[2], start, time.monotonic()))
                calls.change.notify_all()

        call = continuation(details, request)
        # A failed unary call comes back as its error, which takes no callbacks.
        if isinstance(call, grpc.RpcError) or not call.add_callback(ended):
            ended()
        return call


class CountingClient(Client):
    """A Firestore client for an emulator that counts its calls."""

    def __init__(self, project: str, address: str) -> None:
        self._watch = _Watch()
        super().__init__(project=project, credentials=AnonymousCredentials())
        self._address = address

    def _emulator_channel(self, _transport: Any) -> grpc.Channel:
        return grpc.intercept_channel(grpc.insecure_channel(self._address), self._watch)

    @contextmanager
    def counted(self) -> Iterator[Calls]:
        """The calls made within the block, and by what it has handed to pools of threads: the block ends with them,
        also if it fails. Raises TimeoutError if they do not end."""
        self._watch.calls = calls = Calls()
        try:
            with _pools_work_done():
                yield calls
            with calls.change:
                if not calls.change.wait_for(lambda: len(calls.made) == calls.begun, END_SECONDS):
                    raise TimeoutError("a call does not end")
        finally:
            self._watch.calls = None


@contextmanager
def _pools_work_done() -> Iterator[None]:
    """Ends when all has ended that was handed to pools within the block, or by what was handed to them: what is read
    beside something that fails goes on when its caller has its answer."""
    handed: list[Future[Any]] = []
    plain = ThreadPoolExecutor.submit

    def submit(pool: ThreadPoolExecutor, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        if _handed.get() is not handed:
            return plain(pool, work, *args, **kwargs)
        future: Future[Any] = plain(pool, copy_context().run, work, *args, **kwargs)
        handed.append(future)
        return future

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ThreadPoolExecutor, "submit", submit)
        token = _handed.set(handed)
        try:
            yield
        finally:
            # It grows while what is in it runs.
            for future in handed:
                future.exception(END_SECONDS)
            _handed.reset(token)

"""Counts Firestore round trips: a client whose channel notes when each call started and ended."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc
from google.auth.credentials import AnonymousCredentials
from google.cloud.firestore import Client

LATENCY_SECONDS = 0.03
"""What each counted call takes at least, as over a network: calls meant to overlap do so on a busy machine too."""


@dataclass
class Calls:
    """Calls made: method, start and end."""

    made: list[tuple[str, float, float]] = field(default_factory=list)

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
        self._guard = threading.Lock()

    def intercept_unary_unary(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        return self._note(continuation, details, request)

    def intercept_unary_stream(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        return self._note(continuation, details, request)

    def _note(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        calls = self.calls
        if calls is None:
            return continuation(details, request)
        start = time.monotonic()
        time.sleep(LATENCY_SECONDS)
        call = continuation(details, request)

        def ended() -> None:
            with self._guard:
                calls.made.append((details.method.rpartition("/")[2], start, time.monotonic()))

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
        """The calls made within the block."""
        self._watch.calls = Calls()
        try:
            yield self._watch.calls
        finally:
            self._watch.calls = None

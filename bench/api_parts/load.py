"""Clients that call a server over HTTP and take the time; they do little else, for they share the machine with it."""

import json
import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

Payload = Callable[[int], dict[str, Any]]


class Caller:
    """One connection, kept alive, to one path."""

    def __init__(self, address: str, path: str) -> None:
        host, _, port = address.partition(":")
        self._target = host, int(port)
        self._path = path
        self._socket: socket.socket | None = None

    def call(self, payload: dict[str, Any], token: str) -> tuple[float, dict[str, Any]]:
        """Seconds that a call took, and its answer. Raises RuntimeError if it failed."""
        body = json.dumps({"data": payload}).encode()
        head = (
            f"POST /{self._path} HTTP/1.1\r\nHost: {self._target[0]}\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode()
        started = time.perf_counter()
        raw = self._exchange(head + body)
        took = time.perf_counter() - started
        if not raw.startswith(b'{"result"'):
            raise RuntimeError(f"answered {raw[:2000]!r}")
        answer = json.loads(raw)
        return took, answer

    def _exchange(self, request: bytes) -> bytes:
        connection = self._socket or self._connected()
        try:
            connection.sendall(request)
            return _answer(connection)
        except (BrokenPipeError, ConnectionResetError, EOFError):
            # The server had closed an idle connection; a request in flight is never sent twice otherwise.
            connection = self._connected()
            connection.sendall(request)
            return _answer(connection)

    def _connected(self) -> socket.socket:
        if self._socket:
            self._socket.close()
        self._socket = socket.create_connection(self._target, timeout=120)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._socket

    def close(self) -> None:
        if self._socket:
            self._socket.close()
            self._socket = None


def _answer(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _some(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    headers = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    length = int(headers[b"content-length"])
    while len(body) < length:
        body += _some(connection)
    return body


def _some(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    if not data:
        raise EOFError
    return data


def together(jobs: Sequence[Callable[[], list[float]]]) -> list[float]:
    """Run the jobs at once, each in a thread; all their times. Raises the first failure."""
    times: list[float] = []
    failures: list[Exception] = []

    def run(job: Callable[[], list[float]]) -> None:
        try:
            times.extend(job())
        except Exception as error:  # noqa: BLE001 - raised again below, in the thread that waits
            failures.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return times

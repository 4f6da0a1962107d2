"""The HTTP face: routes, the key check, server-sent events, and faults on the wire."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from emulator.common.faults import Fault
from emulator.gemini import agent, answers, errors, faults, wire
from emulator.gemini.gazetteer import Gazetteer

MODELS = ("gemini-3.8-flash", "gemini-3-pro-preview", "gemini-2.5-flash", "gemini-2.5-flash-lite", "gemini-2.5-pro")
_MODEL_PATH = re.compile(r"/v1(?:beta|alpha)?/models/([^/:]+)(?::(\w+))?")
_KNOWN_MODEL = re.compile(r"gemini-[\w.\-]+")
_METHODS = ["generateContent", "countTokens"]
_MAX_BODY_BYTES = 20 * 1024 * 1024
_LOGGED_REQUESTS = 200


class TurnQueue:
    """Recorded turns of a model, answered instead of the next ones that the rules would make. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[list[dict[str, Any]]] = []

    def add(self, parts: list[dict[str, Any]]) -> None:
        with self._lock:
            self._waiting.append(parts)

    def next(self) -> list[dict[str, Any]] | None:
        with self._lock:
            return self._waiting.pop(0) if self._waiting else None

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()


class GeminiServer(ThreadingHTTPServer):
    """Serves until `shutdown()`. `requests` keeps the latest bodies, so that a test can see what was asked."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self, address: tuple[str, int], gazetteer: Gazetteer, *, refused_keys: Iterable[str] = ("invalid",)
    ) -> None:
        self.gazetteer = gazetteer
        self.refused_keys = frozenset(refused_keys)
        self.faults = faults.queue()
        self.turns = TurnQueue()
        self.stopping = threading.Event()
        self._log_lock = threading.Lock()
        self._log: list[dict[str, Any]] = []
        super().__init__(address, _Handler)

    def log_request_body(self, method: str, model: str, body: dict[str, Any]) -> None:
        with self._log_lock:
            self._log = [*self._log[1 - _LOGGED_REQUESTS :], {"method": method, "model": model, "body": body}]

    def requests(self) -> list[dict[str, Any]]:
        with self._log_lock:
            return list(self._log)

    def forget(self) -> None:
        """Back to a fresh start: nothing queued, no logged request."""
        self.faults.clear()
        self.turns.clear()
        with self._log_lock:
            self._log = []

    def shutdown(self) -> None:
        self.stopping.set()
        super().shutdown()


class _Handler(BaseHTTPRequestHandler):
    """One connection. Paths under /emulator/ steer the stand-in; the rest is the Gemini API."""

    server: GeminiServer
    protocol_version = "HTTP/1.1"
    timeout = 60
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._guarded(self._get)

    def do_POST(self) -> None:
        self._guarded(self._post)

    def do_DELETE(self) -> None:
        self._guarded(self._delete)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: the caller sees every answer."""

    def _guarded(self, action: Any) -> None:
        try:
            action()
        except errors.ApiError as error:
            self._send(error.code, error.body())
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _get(self) -> None:
        path = urlsplit(self.path).path
        if path == "/emulator/requests":
            return self._send(200, {"requests": self.server.requests()})
        if path == "/":
            return self._send(200, {"status": "ok"})
        self._check_key()
        if re.fullmatch(r"/v1(?:beta|alpha)?/models", path):
            return self._send(200, {"models": [_model(name) for name in MODELS]})
        match = _MODEL_PATH.fullmatch(path)
        if not match or match[2]:
            raise errors.path_unknown()
        if not _KNOWN_MODEL.fullmatch(match[1]):
            raise errors.model_unknown(match[1], "GetModel")
        return self._send(200, _model(match[1]))

    def _delete(self) -> None:
        if urlsplit(self.path).path not in ("/emulator/faults", "/emulator"):
            raise errors.path_unknown()
        self.server.forget()
        self._send(200, {})

    def _post(self) -> None:
        body = self._body()
        path = urlsplit(self.path).path
        if path == "/emulator/faults":
            self.server.faults.add(body)
            return self._send(200, {})
        if path == "/emulator/turns":
            self.server.turns.add(body.get("parts", []))
            return self._send(200, {})
        self._check_key()
        match = _MODEL_PATH.fullmatch(path)
        if not match or not match[2]:
            raise errors.path_unknown()
        model, method = match[1], match[2]
        if not _KNOWN_MODEL.fullmatch(model) or method not in (
            "generateContent",
            "streamGenerateContent",
            "countTokens",
        ):
            raise errors.model_unknown(model, method)
        if method == "countTokens":
            return self._count(model, body)
        return self._generate(model, method, body)

    def _count(self, model: str, body: dict[str, Any]) -> None:
        request = wire.parse(model, body.get("generateContentRequest") or body)
        total = answers.prompt_tokens(request)
        self._send(200, {"totalTokens": total, "promptTokensDetails": [{"modality": "TEXT", "tokenCount": total}]})

    def _generate(self, model: str, method: str, body: dict[str, Any]) -> None:
        self.server.log_request_body(method, model, body)
        request = wire.parse(model, body)
        fault = self.server.faults.next(self.headers)
        if fault and (refusal := faults.refusal(fault, model)):
            raise refusal
        streamed = method == "streamGenerateContent"
        # Taken before any waiting: a caller who has given up must not take what was meant for the next one.
        recorded = None if fault and fault.kind == "prompt_blocked" else self.server.turns.next()
        if fault and fault.kind == "slow" and not streamed:
            self.server.stopping.wait(fault.value)
        if fault and fault.kind == "prompt_blocked":
            chunks = [answers.blocked(request, faults.SAFETY_RATINGS)]
        else:
            turn = agent.next_parts(request, self.server.gazetteer) if recorded is None else recorded
            parts, cut = answers.cut_to_limit(turn, request.max_output_tokens)
            finish = "MAX_TOKENS" if cut else "STOP"
            if fault:
                parts, spoilt = faults.damage(fault, parts)
                finish = spoilt if spoilt != "STOP" else finish
            make = answers.pieces if streamed else _once
            chunks = list(make(request, parts, finish))
        if not streamed:
            return self._send(200, chunks[0], cut=fault is not None and fault.kind == "cut")
        return self._stream(chunks, fault)

    def _stream(self, chunks: list[dict[str, Any]], fault: Fault | None) -> None:
        sse = parse_qs(urlsplit(self.path).query).get("alt") == ["sse"]
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream" if sse else "application/json; charset=UTF-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for number, chunk in enumerate(chunks):
            if fault and fault.kind == "slow":
                self.server.stopping.wait(fault.value)
            text = json.dumps(chunk, ensure_ascii=False)
            data = f"data: {text}\r\n\r\n" if sse else ("[" if number == 0 else ",\r\n") + text
            if fault and fault.kind == "cut" and number == len(chunks) - 1:
                self._write_chunk(data[: len(data) // 2])
                self.close_connection = True
                return
            self._write_chunk(data)
        if not sse:
            self._write_chunk("]")
        self.wfile.write(b"0\r\n\r\n")

    def _write_chunk(self, text: str) -> None:
        data = text.encode()
        self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))
        self.wfile.flush()

    def _check_key(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        key = self.headers.get("x-goog-api-key") or query.get("key", [""])[0]
        if not key:
            raise errors.key_missing()
        if key in self.server.refused_keys:
            raise errors.key_invalid()

    def _body(self) -> dict[str, Any]:
        announced = self.headers.get("Content-Length") or "0"
        length = int(announced) if announced.isdecimal() else _MAX_BODY_BYTES + 1
        if length > _MAX_BODY_BYTES:
            self.close_connection = True
            raise errors.bad_request("Request payload size exceeds the limit: 20971520 bytes.")
        try:
            body = json.loads(self.rfile.read(length) or b"{}")
        except ValueError as error:
            raise errors.bad_request(f"Invalid JSON payload received. {error}") from error
        if not isinstance(body, dict):
            raise errors.bad_request("Invalid JSON payload received. Expected an object.")
        return body

    def _send(self, code: int, body: dict[str, Any], *, cut: bool = False) -> None:
        data = json.dumps(body, ensure_ascii=False).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if cut:
            data, self.close_connection = data[: len(data) // 2], True
        self.wfile.write(data)


def _once(request: wire.GenerateRequest, parts: list[dict[str, Any]], finish: str) -> list[dict[str, Any]]:
    return [answers.whole(request, parts, finish)]


def _model(name: str) -> dict[str, Any]:
    return {
        "name": f"models/{name}",
        "version": name.removeprefix("gemini-"),
        "displayName": name.replace("-", " ").title(),
        "description": "Stand-in: answers by rules.",
        "inputTokenLimit": 1_048_576,
        "outputTokenLimit": 65_536,
        "supportedGenerationMethods": _METHODS,
        "temperature": 1,
        "topP": 0.95,
        "topK": 64,
        "maxTemperature": 2,
        "thinking": True,
    }

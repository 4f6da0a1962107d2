"""A model that obeys whatever it reads: Gemini's REST protocol in front of the turns that an injection asks for.

The stand-in follows no instruction in data by construction. This one does, so that what is tested is everything around
the model: a real one may be talked into anything.
"""

import base64
import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Turn = dict[str, Any]
Names = Mapping[str, str]
_LEAST_FORM = {"language": "en", "destinations": [{"name": "Rome", "days": None}], "days": 1}


class Obedient(ThreadingHTTPServer):
    """Does as the texts say that it is told of: as long as it has not seen one it takes the turns that lead there."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.begin("", [], [], {})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def begin(self, text: str, lead: list[Turn], obeys: list[Turn], names: Names) -> None:
        """What to look for, what to do until it is seen and then, and what `$NAME` stands for in turns."""
        self.text, self.lead, self.obeys, self.names = text, list(lead), list(obeys), names
        self.seen = False
        self.asked: list[dict[str, Any]] = []

    def parts(self, body: dict[str, Any]) -> list[dict[str, Any]]:
        """The next turn, in the API's JSON."""
        self.asked.append(body)
        self.seen = self.seen or bool(self.text and self.text in _words(body["contents"]))
        turns = self.obeys if self.seen else self.lead
        wants_form = "responseMimeType" in body.get("generationConfig", {})
        may_call = body.get("toolConfig", {}).get("functionCallingConfig", {}).get("mode") != "NONE"
        if wants_form != bool(turns and "form" in turns[0]):
            return [{"text": json.dumps(_LEAST_FORM) if wants_form else "I found nothing."}]
        turn = turns.pop(0) if len(turns) > 1 or (turns and "say" not in turns[0]) else (turns or [{"say": "Done."}])[0]
        if "call" in turn and not may_call:
            return [{"text": "I was stopped."}]
        return [self._part(turn, body)]

    def _part(self, turn: Turn, body: dict[str, Any]) -> dict[str, Any]:
        system = body["systemInstruction"]["parts"][0]["text"]
        names = {
            **self.names,
            "SYSTEM_UPPER": system.upper(),
            "SYSTEM_SPACED": " ".join(letter for letter in system if letter.isalnum()),
            "SYSTEM_BASE64": base64.b64encode(system.encode()).decode(),
            "SYSTEM_REVERSED": system[::-1],
            "SYSTEM": system,
        }
        turn = filled(turn, names)
        if "form" in turn:
            return {"text": json.dumps({**_LEAST_FORM, **turn["form"]})}
        if "say" in turn:
            return {"text": turn["say"]}
        call = {"id": "c1", "name": turn["call"], "args": turn["args"]}
        return {"functionCall": call, "thoughtSignature": "b2JleQ=="}


def filled(value: Any, names: Names) -> Any:
    """The value with what its `$NAME`s stand for."""
    if isinstance(value, str):
        return re.sub(r"\$([A-Z_0-9]+)", lambda found: names.get(found[1], found[0]), value)
    if isinstance(value, dict):
        return {key: filled(one, names) for key, one in value.items()}
    return [filled(one, names) for one in value] if isinstance(value, list) else value


def _words(value: Any) -> str:
    """All texts of a request."""
    if isinstance(value, str):
        return value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return "\n".join(_words(one) for one in inner)


class _Handler(BaseHTTPRequestHandler):
    server: Obedient
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        candidate = {"content": {"role": "model", "parts": self.server.parts(body)}, "finishReason": "STOP"}
        usage = {"promptTokenCount": 10, "candidatesTokenCount": 5, "totalTokenCount": 15}
        answer = json.dumps({"candidates": [candidate], "usageMetadata": usage})
        streamed = ":streamGenerateContent" in self.path
        data = (f"data: {answer}\r\n\r\n" if streamed else answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream" if streamed else "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@contextmanager
def obedient() -> Iterator[Obedient]:
    """The server on a free port, until the block ends."""
    server = Obedient()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

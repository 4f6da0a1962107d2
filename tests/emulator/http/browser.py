"""Runs the scenarios in a browser: a page imports the SDK's browser build and keeps what came out of it."""

import json
import re
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import quote

from tests.support.browser import page

SDK = Path(__file__).parent / "sdk"
FIREBASE = Path(__file__).parents[3] / "node_modules" / "firebase"

_CDN = re.compile(rb"https://www\.gstatic\.com/firebasejs/[\d.]+/")
_ROOTS = {"sdk": SDK, "firebase": FIREBASE}
_TYPES = {".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript"}

Outcomes = dict[str, str | None]


def run_page(task: Mapping[str, object], seconds: float = 90) -> Outcomes:
    """The outcome of each scenario: None, or what went wrong. Raises AssertionError if the page does not end."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Files) as server, page() as scenarios:
        Thread(target=server.serve_forever, daemon=True).start()
        scenarios.open(f"http://127.0.0.1:{server.server_port}/sdk/page.html#{quote(json.dumps(task))}")
        outcomes: Outcomes = scenarios.wait_for("globalThis.outcomes", seconds)
        server.shutdown()
    return outcomes


class _Files(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        root, _, name = self.path.partition("?")[0].lstrip("/").partition("/")
        file = _ROOTS.get(root, SDK) / Path(name).name
        if file.is_file():
            self._answer(200, _CDN.sub(b"/firebase/", file.read_bytes()), _TYPES.get(file.suffix, "text/plain"))
        else:
            self._answer(404)

    def _answer(self, status: int, body: bytes = b"", kind: str = "text/plain") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Says nothing."""

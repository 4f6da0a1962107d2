"""Runs the scenarios in headless Chromium: a page imports the SDK's browser build and posts what came out of it."""

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from urllib.parse import quote

SDK = Path(__file__).parent / "sdk"
FIREBASE = Path(__file__).parents[3] / "node_modules" / "firebase"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
)
_CDN = re.compile(rb"https://www\.gstatic\.com/firebasejs/[\d.]+/")
_TYPES = {".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript"}

Outcomes = dict[str, str | None]


def run_page(task: Mapping[str, object], seconds: float = 90) -> Outcomes:
    """The outcome of each scenario: None, or what went wrong. Raises AssertionError if the page does not answer."""
    outcomes: Queue[Outcomes] = Queue()
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(outcomes)) as server, _profile() as profile:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/sdk/page.html#{quote(json.dumps(task))}"
        command = [str(CHROMIUM), *_FLAGS, "--enable-logging=stderr", f"--user-data-dir={profile}", url]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as browser:
            try:
                return outcomes.get(timeout=seconds)
            except Empty:
                browser.terminate()
                raise AssertionError(f"the page did not answer:\n{browser.communicate()[1]}") from None
            finally:
                browser.terminate()
                browser.communicate()
                server.shutdown()


def _profile() -> tempfile.TemporaryDirectory[str]:
    # Helpers of the browser may outlive it by a moment and still write.
    return tempfile.TemporaryDirectory(ignore_cleanup_errors=True)


def _handler(outcomes: Queue[Outcomes]) -> type[BaseHTTPRequestHandler]:
    roots = {"sdk": SDK, "firebase": FIREBASE}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            root, _, name = self.path.partition("?")[0].lstrip("/").partition("/")
            file = roots.get(root, SDK) / Path(name).name
            if file.is_file():
                self._answer(200, _CDN.sub(b"/firebase/", file.read_bytes()), _TYPES.get(file.suffix, "text/plain"))
            else:
                self._answer(404)

        def do_POST(self) -> None:
            outcomes.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self._answer(200)

        def _answer(self, status: int, body: bytes = b"", kind: str = "text/plain") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Says nothing."""

    return Handler

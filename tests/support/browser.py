"""A page in headless Chromium, led over the DevTools protocol."""

import itertools
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.support.waiting import eventually

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
    "--remote-debugging-port=0",
)


class Page:
    """An open page. `complaints` is what it wrote to the console as an error, threw, or failed to load."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._numbers = itertools.count(1)
        self.complaints: list[str] = []

    def open(self, url: str) -> None:
        for domain in ("Page", "Runtime", "Log", "Network"):
            self._send(f"{domain}.enable")
        self._send("Page.navigate", url=url)

    def evaluate(self, script: str) -> Any:
        """The value of an expression in the page; promises are awaited."""
        told = self._send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    def wait_for(self, script: str, seconds: float = 90) -> Any:
        """The first truthy value of an expression. Raises AssertionError."""
        try:
            return eventually(lambda: self.evaluate(script), timeout=seconds)
        except AssertionError:
            raise AssertionError(f"never true: {script}\n{self.complaints}") from None

    def _send(self, method: str, **params: Any) -> Any:
        number = next(self._numbers)
        self._connection.send(json.dumps({"id": number, "method": method, "params": params}))
        deadline = time.monotonic() + 90
        while True:
            message = json.loads(self._connection.recv(timeout=max(0.1, deadline - time.monotonic())))
            if message.get("id") == number:
                assert "error" not in message, message
                return message["result"]
            self._note(message.get("method", ""), message.get("params", {}))

    def _note(self, event: str, told: dict[str, Any]) -> None:
        if event == "Runtime.exceptionThrown":
            self.complaints.append(str(told["exceptionDetails"]))
        elif event == "Runtime.consoleAPICalled" and told["type"] in ("error", "assert"):
            self.complaints.append(str(told["args"]))
        elif event == "Log.entryAdded" and told["entry"]["level"] == "error":
            self.complaints.append(f"{told['entry']['text']} {told['entry'].get('url', '')}")


@contextmanager
def page() -> Iterator[Page]:
    """A new browser with one empty page."""
    with ExitStack() as stack:
        # Helpers of the browser may outlive it by a moment and still write.
        profile = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        command = [str(CHROMIUM), *_FLAGS, f"--user-data-dir={profile}", "about:blank"]
        browser = stack.enter_context(subprocess.Popen(command, stderr=subprocess.DEVNULL))
        stack.callback(browser.terminate)
        told = profile / "DevToolsActivePort"
        eventually(lambda: told.exists() and told.read_text().count("\n"))
        port, path = told.read_text().split("\n")[:2]
        root = stack.enter_context(connect(f"ws://127.0.0.1:{port}{path}", max_size=None))
        root.send(json.dumps({"id": 0, "method": "Target.getTargets"}))
        targets = json.loads(root.recv(timeout=30))["result"]["targetInfos"]
        target = next(one["targetId"] for one in targets if one["type"] == "page")
        connection = stack.enter_context(connect(f"ws://127.0.0.1:{port}/devtools/page/{target}", max_size=None))
        yield Page(connection)

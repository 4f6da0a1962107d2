"""The web client for Python tests: builds it once, and leads an editor of it in a Node process."""

import fcntl
import itertools
import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from emulator.testing import LocalCloud

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "clients" / "web"
_numbers = itertools.count(1)


def build() -> Path:
    """Compile the package, one process at a time; returns the directory with the compiled files."""
    with (PACKAGE / "tsconfig.json").open() as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        sources = [*PACKAGE.glob("src/*.ts"), *PACKAGE.glob("test/*.ts"), PACKAGE / "tsconfig.json"]
        stamp = PACKAGE / "dist" / "built"
        if not stamp.exists() or stamp.stat().st_mtime < max(source.stat().st_mtime for source in sources):
            subprocess.run([ROOT / "node_modules" / ".bin" / "tsc", "-p", PACKAGE], check=True)
            stamp.touch()
    return PACKAGE / "dist"


class WebError(Exception):
    """The web client's call was refused."""

    def __init__(self, code: str, reason: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.reason = reason


class WebClient:
    """A traveller on the web, signed in with Google. Not thread-safe."""

    def __init__(self, cloud: LocalCloud, name: str = "Wen") -> None:
        self._node = subprocess.Popen(
            ["node", build() / "test" / "driver.js"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        number = next(_numbers)
        told = {"sub": f"web-{number}", "email": f"web{number}@example.com", "email_verified": True, "name": name}
        local = {"auth": cloud.address("auth"), "firestore": cloud.address("firestore"), "functions": _gateway(cloud)}
        self.uid: str = self.do("signIn", project=cloud.project, local=local, idToken=json.dumps(told))["uid"]

    def do(self, command: str, **fields: Any) -> Any:
        """Have a command of `driver.ts` obeyed. Raises WebError."""
        assert self._node.stdin and self._node.stdout
        self._node.stdin.write(json.dumps({"do": command, **fields}) + "\n")
        self._node.stdin.flush()
        line = self._node.stdout.readline()
        if not line:
            raise RuntimeError(f"the web client ended with {self._node.wait()}")
        answer = json.loads(line)
        if "error" in answer:
            raise WebError(**answer["error"])
        return answer["ok"]

    def call(self, function: str, **data: Any) -> Any:
        """Call a function. Raises WebError."""
        return self.do("call", name=function, data=data)

    def edit(self, *components: dict[str, Any], version: int | None = None) -> Any:
        """Edit the open plan; returns its state (version, doc, pending, src, lost), or None if it is past `version`."""
        return self.do("edit", op=components, **({} if version is None else {"version": version}))

    def wait_until(self, met: Callable[[Any], bool], command: str = "state", timeout: float = 30) -> Any:
        """The answer to a command, by default the state of the open plan, once it is as wanted. Raises TimeoutError."""
        deadline = time.monotonic() + timeout
        while not met(answer := self.do(command)):
            if time.monotonic() > deadline:
                raise TimeoutError(f"the {command} stays {answer}")
            time.sleep(0.005)
        return answer

    def close(self) -> None:
        """End the Node process."""
        assert self._node.stdin
        self._node.stdin.close()
        try:
            self._node.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self._node.kill()
            self._node.wait()


def _gateway(cloud: LocalCloud) -> str:
    return cloud.url("").removeprefix("http://").split("/")[0]

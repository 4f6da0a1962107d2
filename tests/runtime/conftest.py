"""Sample functions in real server processes, and people signed in at the real Auth emulator."""

import json
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from emulator.layout import ROOT
from emulator.processes import Child, end_all
from emulator.testing import LocalCloud, local_cloud
from tests.support.keys import Key
from tests.support.waiting import eventually

SAMPLE = Path(__file__).parent / "sample"
WAIT_SECONDS = 90
http = httpx.Client(timeout=WAIT_SECONDS, trust_env=False)


@dataclass
class Server:
    """A server process: where it answers, and the structured lines it has logged."""

    url: str = ""
    raw: list[str] = field(default_factory=list)

    @property
    def logged(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in list(self.raw) if line.startswith("{")]

    def line(self, **wanted: Any) -> dict[str, Any]:
        """The log line with these fields, once it is there."""
        return eventually(lambda: next((line for line in self.logged if wanted.items() <= line.items()), None))

    def call(self, name: str, data: Any = None, token: str | None = None, **headers: str | bytes) -> httpx.Response:
        """Call a function by the callable protocol."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            sent.setdefault("Authorization", f"Bearer {token}")
        return http.post(f"{self.url}/{name}", json={"data": data}, headers=sent)

    def send(self, method: str, name: str, **options: Any) -> httpx.Response:
        """Send any request to a function."""
        separator = "" if name.startswith("?") else "/"
        return http.request(method, f"{self.url}{separator}{name}", **options)

    def stream(self, method: str, name: str, **options: Any) -> AbstractContextManager[httpx.Response]:
        """Send a request and read the answer as it comes."""
        return http.stream(method, f"{self.url}/{name}", **options)


@contextmanager
def serving(command: list[str], environment: Mapping[str, str], is_up: Callable[[Server], bool]) -> Iterator[Server]:
    """A server process, until the block ends."""
    server = Server()
    inherited = {name: value for name, value in os.environ.items() if "EMULATOR" not in name}
    child = Child("server", command, inherited | dict(environment), lambda _, line: server.raw.append(line))
    try:
        eventually(lambda: child.exit_code is not None or is_up(server))
        assert child.exit_code is None, "\n".join(server.raw)
        yield server
    finally:
        end_all([child])


@contextmanager
def sample_server(environment: Mapping[str, str]) -> Iterator[Server]:
    """All sample functions behind one port."""

    def is_up(server: Server) -> bool:
        ready = next((line for line in server.raw if line.startswith("READY sample")), None)
        if ready:
            server.url = f"http://{ready.split()[2]}/demo-travvy/us-central1"
        return ready is not None

    with serving([sys.executable, str(SAMPLE / "serve.py")], _environment(environment), is_up) as server:
        yield server


@contextmanager
def framework_server(target: str, source: Path, environment: Mapping[str, str]) -> Iterator[Server]:
    """One function under functions-framework itself, on a port of its choosing."""
    program = str(Path(sys.executable).parent / "functions-framework")
    port = _free_port()
    command = [program, "--target", target, "--source", str(source), "--host", "127.0.0.1", "--port", str(port)]

    def is_up(server: Server) -> bool:
        server.url = f"http://127.0.0.1:{port}"
        try:
            http.options(server.url)
        except httpx.TransportError:
            return False
        return True

    with serving(command, _environment(environment), is_up) as server:
        yield server


@dataclass(frozen=True)
class Person:
    """Somebody who signed up at the Auth emulator."""

    uid: str
    email: str
    token: str
    refresh_token: str


class People:
    """Signs people up, and changes their accounts as an administrator."""

    def __init__(self, address: str) -> None:
        self._accounts = f"http://{address}/identitytoolkit.googleapis.com/v1/accounts"
        self._projects = f"http://{address}/identitytoolkit.googleapis.com/v1/projects/demo-travvy/accounts"
        self._tokens = f"http://{address}/securetoken.googleapis.com/v1/token"
        self._count = 0

    def new(self) -> Person:
        self._count += 1
        email = f"person{self._count}-{time.time_ns()}@example.com"
        body = {"email": email, "password": "correct horse", "returnSecureToken": True}
        answer = http.post(f"{self._accounts}:signUp?key=any", json=body).raise_for_status().json()
        return Person(answer["localId"], email, answer["idToken"], answer["refreshToken"])

    def update(self, person: Person, **changes: Any) -> None:
        body = {"localId": person.uid, **changes}
        owner = {"Authorization": "Bearer owner"}
        http.post(f"{self._projects}:update", json=body, headers=owner).raise_for_status()

    def delete(self, person: Person) -> None:
        owner = {"Authorization": "Bearer owner"}
        http.post(f"{self._projects}:delete", json={"localId": person.uid}, headers=owner).raise_for_status()

    def refreshed(self, person: Person) -> str:
        """A new ID token, with the claims as they are now."""
        body = {"grant_type": "refresh_token", "refresh_token": person.refresh_token}
        return str(http.post(f"{self._tokens}?key=any", data=body).raise_for_status().json()["id_token"])


@pytest.fixture(scope="session")
def auth_emulator() -> Iterator[LocalCloud]:
    with local_cloud({"auth"}) as running:
        yield running


@pytest.fixture(scope="session")
def people(auth_emulator: LocalCloud) -> People:
    return People(auth_emulator.address("auth"))


@pytest.fixture(scope="session")
def sample(auth_emulator: LocalCloud) -> Iterator[Server]:
    """The sample functions, in the emulator's environment."""
    environment = auth_emulator.environment()
    del environment["TRAVVY_FUNCTIONS_URL"]
    with sample_server(environment) as server:
        yield server


@pytest.fixture(scope="session")
def start_sample() -> Callable[[Mapping[str, str]], AbstractContextManager[Server]]:
    """Starts the sample functions in another environment."""
    return sample_server


@pytest.fixture(scope="session")
def credentials(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A service account's key file, as production has its identity; its token server answers nobody."""
    account = tmp_path_factory.mktemp("credentials") / "account.json"
    project = "travvy-production"
    fields = {
        "type": "service_account",
        "project_id": project,
        "client_email": f"server@{project}.iam.gserviceaccount.com",
        "private_key": Key().private,
        "token_uri": "http://127.0.0.1:1/token",
    }
    account.write_text(json.dumps(fields))
    return str(account)


@pytest.fixture(scope="session")
def start_framework() -> Callable[[str, Path, Mapping[str, str]], AbstractContextManager[Server]]:
    """Starts one target of a source file under functions-framework."""
    return framework_server


@pytest.fixture
def free_port() -> int:
    """A port that nobody listens on."""
    return _free_port()


@pytest.fixture(scope="session")
def counting() -> Iterator[Server]:
    """The streaming sample function alone, under functions-framework."""
    with framework_server("count_up", SAMPLE / "main.py", {"TRAVVY_EMULATOR": "local"}) as server:
        yield server


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    return {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **more}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

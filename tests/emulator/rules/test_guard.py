"""Rules in force: the emulator judges what the official Python client asks for as a signed-in user."""

import base64
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from google.api_core.exceptions import NotFound, PermissionDenied
from google.auth.credentials import AnonymousCredentials
from google.cloud import firestore
from google.cloud.firestore import Client, FieldFilter

from emulator.firestore.testing import running
from tests.support.waiting import eventually

RULES = """rules_version = '2';
service cloud.firestore {
  match /databases/{database}/documents {
    function signedIn() { return request.auth != null; }
    match /open/{id} { allow read, write; }
    match /own/{uid} { allow read, write: if signedIn() && request.auth.uid == uid; }
    match /missing/{id} { allow get: if resource == null; }
    match /named/{id} { allow get: if resource.id == id && resource.__name__ == request.path; }
    match /claims/{id} { allow get: if request.auth.token.email == 'ada@example.org' && request.auth.token.level > 1; }
    match /stamped/{id} {
      allow create: if request.resource.data.at == request.time && request.resource.data.n == 3;
      allow update: if request.resource.data.n == resource.data.n + 1 && request.resource.data.tags == ['a', 'b'];
      allow delete: if request.resource == null && resource.data.n > 3;
    }
    match /types/{id} {
      allow create: if request.resource.data == {
        'null': null, 'bool': true, 'int': 1, 'float': 1.5, 'text': 'é', 'bytes': b'x', 'list': [1, {'a': 2}],
        'at': timestamp.date(2027, 4, 2), 'place': latlng.value(1, 2), 'ref': /databases/(default)/documents/own/ada
      };
    }
    match /pairs/{id} { allow create: if getAfter(/databases/$(database)/documents/twins/$(id)).data.of == id; }
    match /twins/{id} { allow create: if !exists(/databases/$(database)/documents/pairs/$(id))
      && existsAfter(/databases/$(database)/documents/pairs/$(id)); }
    match /scores/{id} { allow list: if resource.data.score > 3 && request.query.limit <= 10; }
    match /sorted/{id} { allow list: if request.query.orderBy == {'at': 'DESC'} && request.query.offset == 0; }
    match /{path=**}/parts/{id} { allow list: if resource.data.owner == request.auth.uid; }
  }
}
"""


class UserClient(Client):
    """A client that sends a user's ID token, or none, where the library would act as an administrator."""

    def __init__(self, project: str, claims: dict[str, Any] | None) -> None:
        super().__init__(project=project, credentials=AnonymousCredentials())
        self._claims = claims

    @property
    def _rpc_metadata(self) -> Sequence[tuple[str, Any]]:
        if self._claims is None:
            return []
        parts = ({"alg": "none"}, self._claims)
        token = ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
        return [("authorization", f"Bearer {token}.")]


Users = Callable[..., Client]


def users_of(address: str, patch: pytest.MonkeyPatch, project: str = "demo-rules") -> Users:
    patch.setenv("FIRESTORE_EMULATOR_HOST", address)

    def client(uid: str | None, **claims: Any) -> Client:
        return UserClient(project, None if uid is None else {"sub": uid, **claims})

    return client


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    rules = tmp_path_factory.mktemp("rules") / "firestore.rules"
    rules.write_text(RULES)
    with running(rules=rules) as emulator:
        yield emulator.address


@pytest.fixture
def user(address: str, monkeypatch: pytest.MonkeyPatch) -> Users:
    return users_of(address, monkeypatch)


@pytest.fixture
def admin(address: str, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", address)
    return Client(project="demo-rules", credentials=AnonymousCredentials())


def denied(action: Callable[[], Any]) -> bool:
    """Whether production's refusal comes back; what was streamed is read to the end."""
    try:
        result = action()
        if hasattr(result, "__next__"):
            list(result)
    except PermissionDenied as error:
        assert error.message == "Missing or insufficient permissions."
        return True
    return False


def test_the_owner_alone(user: Users, admin: Client) -> None:
    user("ada").document("own/ada").set({"n": 1})
    assert user("ada").document("own/ada").get().get("n") == 1
    for stranger in (user("bob"), user(None)):
        assert denied(lambda who=stranger: who.document("own/ada").get())
        assert denied(lambda who=stranger: who.document("own/ada").set({"n": 2}))
        assert denied(lambda who=stranger: who.document("own/ada").delete())
    assert admin.document("own/ada").get().get("n") == 1


def test_what_no_rule_names_is_closed(user: Users, admin: Client) -> None:
    admin.document("secret/one").set({})
    assert denied(lambda: user("ada").document("secret/one").get())
    assert denied(lambda: user("ada").collection("secret").stream())
    assert denied(lambda: user("ada").document("secret/two").create({}))


def test_resource_of_a_get(user: Users, admin: Client) -> None:
    assert not user("ada").document("missing/one").get().exists
    admin.document("missing/two").set({})
    assert denied(lambda: user("ada").document("missing/two").get())
    admin.document("named/one").set({})
    assert user("ada").document("named/one").get().exists


def test_claims_of_the_token(user: Users) -> None:
    assert not user("ada", email="ada@example.org", level=2).document("claims/one").get().exists
    assert denied(lambda: user("ada", email="ada@example.org", level=1).document("claims/one").get())
    assert denied(lambda: user("ada", email="ada@example.org").document("claims/one").get())


def test_writes_are_judged_after_their_transforms(user: Users) -> None:
    document = user("ada").document("stamped/one")
    stamped = {"at": firestore.SERVER_TIMESTAMP, "tags": ["a"]}
    assert denied(lambda: document.set({**stamped, "n": firestore.Increment(2)}))
    document.set({**stamped, "n": firestore.Increment(3)})
    assert denied(lambda: document.delete())
    assert denied(lambda: document.update({"n": firestore.Increment(1)}))
    document.update({"n": firestore.Increment(1), "tags": firestore.ArrayUnion(["b"])})
    document.delete()


def test_values_of_every_type(user: Users) -> None:
    client = user("ada")
    values = {
        "null": None, "bool": True, "int": 1, "float": 1.5, "text": "é", "bytes": b"x", "list": [1, {"a": 2}],
        "at": firestore.SERVER_TIMESTAMP, "place": firestore.GeoPoint(1, 2), "ref": client.document("own/ada"),
    }  # fmt: skip
    assert denied(lambda: client.document("types/one").create(values))
    client.document("types/one").create({**values, "at": datetime(2027, 4, 2, tzinfo=UTC)})


def test_a_batch_is_judged_on_the_state_after_it(user: Users, admin: Client) -> None:
    client = user("ada")

    def write(of: str) -> None:
        batch = client.batch()
        batch.create(client.document("pairs/x"), {})
        batch.create(client.document("twins/x"), {"of": of})
        batch.commit()

    assert denied(lambda: client.document("pairs/x").create({}))
    assert denied(lambda: write("y"))
    assert not admin.document("pairs/x").get().exists
    write("x")
    assert admin.document("twins/x").get().exists


def test_a_stranger_does_not_learn_whether_a_document_exists(user: Users) -> None:
    assert denied(lambda: user("bob").document("own/nobody").update({"n": 1}))
    with pytest.raises(NotFound):
        user("nobody").document("own/nobody").update({"n": 1})


def test_queries_are_judged_on_what_they_ask(user: Users, admin: Client) -> None:
    admin.document("scores/one").set({"score": 5})
    scores = user("ada").collection("scores")

    def where(operator: str, value: Any, limit: int = 10) -> Any:
        return scores.where(filter=FieldFilter("score", operator, value)).limit(limit)

    assert [found.id for found in where(">=", 4).stream()] == ["one"]
    assert where(">=", 4).count().get()[0][0].value == 1
    assert [found.id for found in where("in", [5]).stream()] == ["one"]
    assert denied(lambda: where("in", [5, 7]).stream())
    assert denied(lambda: where(">=", 3).stream())
    assert denied(lambda: where(">=", 4, 11).stream())
    assert denied(lambda: where(">=", 3).count().get())
    assert denied(lambda: scores.limit(10).stream())
    assert denied(lambda: scores.document("one").get())


def test_disjunctions_are_judged_one_by_one(user: Users) -> None:
    scores = user("ada").collection("scores").limit(1)
    high, equal, low = (FieldFilter("score", *each) for each in ((">", 8), ("==", 4), ("==", 3)))
    assert list(scores.where(filter=firestore.Or([high, equal])).stream()) == []
    assert denied(lambda: scores.where(filter=firestore.Or([high, low])).stream())


def test_order_and_offset_are_seen(user: Users) -> None:
    ordered = user("ada").collection("sorted").order_by("at", direction="DESCENDING")
    assert list(ordered.stream()) == []
    assert denied(lambda: ordered.offset(1).stream())
    assert denied(lambda: user("ada").collection("sorted").order_by("at").stream())


def test_collection_groups(user: Users, admin: Client) -> None:
    admin.document("things/one/parts/two").set({"owner": "ada"})
    mine = user("ada").collection_group("parts").where(filter=FieldFilter("owner", "==", "ada"))
    assert [found.id for found in mine.stream()] == ["two"]
    assert denied(
        lambda: user("bob").collection_group("parts").where(filter=FieldFilter("owner", "==", "ada")).stream()
    )
    assert denied(lambda: user("ada").collection_group("others").stream())


def test_a_changed_file_is_put_into_force_unless_it_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    rules, log = tmp_path / "firestore.rules", ""

    def text(condition: str) -> str:
        return f"service cloud.firestore {{\n  match /{{x=**}} {{ allow get: if {condition}; }}\n}}\n"

    def logged(part: str) -> bool:
        nonlocal log
        log += capfd.readouterr().err
        return part in log

    rules.write_text(text("false"))
    with running(rules=rules) as emulator:
        document = users_of(emulator.address, monkeypatch)("ada").document("any/one")
        assert denied(document.get)
        eventually(lambda: logged("2:19: allow get is false"))
        assert "denied to ada: get /databases/(default)/documents/any/one" in log
        rules.write_text(text("true"))
        eventually(lambda: not denied(document.get))
        rules.write_text(text("true ||"))
        eventually(lambda: logged("firestore.rules:2:40: Unexpected ';'"))
        assert not denied(document.get)
        rules.write_text(text("1 == 2"))
        eventually(lambda: denied(document.get))


def test_without_rules_everything_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    with running() as emulator:
        users_of(emulator.address, monkeypatch)(None).document("any/one").set({})


def test_it_does_not_start_with_rules_that_do_not_load(tmp_path: Path) -> None:
    rules = tmp_path / "firestore.rules"
    rules.write_text("service cloud.firestore {\n  match /a { allow read: if }\n}")
    command = [sys.executable, "-m", "emulator.firestore", "--port", "0", "--rules", str(rules)]
    run = subprocess.run(
        command, capture_output=True, text=True, timeout=90, cwd=Path(__file__).parents[3], check=False
    )
    assert run.returncode not in (0, 3)
    assert "firestore.rules:2:29: " in run.stderr
    assert run.stdout == ""

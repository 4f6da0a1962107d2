"""The requests of developers and of test tools, and the tools themselves."""

import json
import os
import subprocess
from pathlib import Path

import httpx
import pytest

from emulator.firestore.testing import Emulator, running
from tests.emulator.http.tokens import OWNER, bearer

SDK = Path(__file__).parent / "sdk"
CLOSED = "rules_version = '2'; service cloud.firestore { match /{all=**} { allow read, write: if false; } }"


def load(http: httpx.Client, project: str, text: str) -> httpx.Response:
    body = json.dumps({"rules": {"files": [{"content": text}]}})
    path = f"/emulator/v1/projects/{project}:securityRules"
    return http.put(path, content=body, headers={"Content-Type": "text/plain;charset=UTF-8"})


def test_it_says_that_it_is_there(http: httpx.Client) -> None:
    assert http.get("/").text == "Ok\n"
    assert http.get("/elsewhere").status_code == 404


def test_rules_are_those_of_a_project(http: httpx.Client, project: str, documents: str) -> None:
    assert http.patch(f"{documents}/c/a", json={}).status_code == 200
    assert load(http, project, CLOSED).status_code == 200
    assert http.get(f"{documents}/c/a", headers=bearer("alice")).status_code == 403
    assert http.get(f"{documents}/c/a", headers=OWNER).status_code == 200
    assert http.get(f"{documents.replace(project, project + '-2')}/c/a").status_code == 404


def test_bad_rules_are_refused_and_the_old_ones_stay(http: httpx.Client, project: str, documents: str) -> None:
    load(http, project, CLOSED)
    refused = load(http, project, "rules_version = '2';\nservice cloud.firestore {\n  match /a/{b} { allow write if; }")
    assert refused.status_code == 400
    assert "L3:" in refused.json()["error"]["message"]
    assert http.get(f"{documents}/c/a").status_code == 403


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "{}", '{"rules": {"files": []}}', '{"rules": {"files": [{"content": 1}]}}']
)
def test_what_is_no_ruleset(http: httpx.Client, project: str, body: str) -> None:
    answer = http.put(f"/emulator/v1/projects/{project}:securityRules", content=body)
    assert (answer.status_code, answer.json()["error"]["status"]) == (400, "INVALID_ARGUMENT")


def test_clearing_a_database_leaves_the_others(http: httpx.Client, project: str, database: str) -> None:
    here, there = f"/v1/{database}/documents/c/a", f"/v1/projects/{project}/databases/other/documents/c/a"
    for path in (here, there):
        http.patch(path, json={}).raise_for_status()
    load(http, project, CLOSED)
    assert http.delete(f"/emulator/v1/{database}/documents").status_code == 200
    assert http.get(here, headers=OWNER).status_code == 404
    assert http.get(there, headers=OWNER).status_code == 200


def test_a_reset_deletes_everything() -> None:
    paths = [f"/v1/projects/{name}/databases/(default)/documents/c/a" for name in "pq"]
    with running() as emulator, httpx.Client(base_url=emulator.url) as http:
        for path in paths:
            http.patch(path, json={}).raise_for_status()
        assert http.post("/reset").status_code == 200
        assert [http.get(path).status_code for path in paths] == [404, 404]


def test_the_hub_tells_where_firestore_is(http: httpx.Client, emulator: Emulator) -> None:
    known = http.get("/emulators").json()
    host, port = emulator.address.split(":")
    for name in ("hub", "firestore"):
        assert (known[name]["host"], known[name]["port"]) == (host, int(port))


def test_rules_unit_testing_finds_it_through_the_hub(emulator: Emulator) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.endswith("_EMULATOR_HOST")}
    environment["FIREBASE_EMULATOR_HUB"] = emulator.address
    command = ["node", "--test", "--test-reporter=tap", str(SDK / "testing.test.mjs")]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=200, check=False)
    assert run.returncode == 0, run.stdout + run.stderr

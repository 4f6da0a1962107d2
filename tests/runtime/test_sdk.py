"""The official Firebase SDK for JavaScript understands what we answer."""

import json
import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def got(sample, auth_emulator) -> dict:
    script = Path(__file__).parent / "client.mjs"
    functions = sample.url.split("/")[2]
    command = ["node", str(script), functions, auth_emulator.address("auth")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_results(got):
    assert got["whoami"] == {"uid": got["uid"], "admin": False}
    assert got["said"] == {"text": "grüezi", "number": 0, "anything": [1, None]}
    assert got["large"] == "number"


def test_errors_keep_code_message_and_details(got):
    assert got["signedOut"]["code"] == "functions/unauthenticated"
    assert got["signedOut"]["details"]["reason"] == "TOKEN_MISSING"
    assert got["invalid"]["code"] == "functions/invalid-argument"
    assert got["invalid"]["details"]["fieldViolations"][0]["field"] == "number"
    assert got["quota"]["code"] == "functions/resource-exhausted"
    assert got["quota"]["message"].startswith("Come back later.")
    assert got["broken"]["code"] == "functions/internal"
    assert got["tooLow"]["code"] == "functions/permission-denied"
    assert got["tooLow"]["details"]["metadata"] == {"needed": "editor", "actual": "viewer"}


def test_stream(got):
    assert got["chunks"] == [0, 1, 2]
    assert got["result"] == {"text": "done", "number": 3, "anything": None}

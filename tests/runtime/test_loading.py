"""What a cold instance loads: its own module, and no Google client that it does not use."""

import json
import os
import subprocess
import sys

import pytest

import functions
from emulator.layout import ROOT
from shared.runtime.registry import FUNCTIONS

HEAVY = ("grpc", "firebase_admin", "google.auth", "google.api_core", "google.cloud.firestore", "google.genai", "proto")
LIMIT_OF_RUNTIME = 500


def loaded(code: str, **environment: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after the code."""
    program = f"{code}\nimport sys, json\nprint(json.dumps(sorted(sys.modules)))"
    inherited = {name: value for name, value in os.environ.items() if "EMULATOR" not in name}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=inherited | {"PYTHONPATH": str(ROOT), "TRAVVY_EMULATOR": "local", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def heavy(modules: set[str]) -> set[str]:
    return {name for name in modules if name.startswith(HEAVY)}


def test_runtime_loads_no_google_client():
    modules = loaded("import shared.runtime.decorators, shared.runtime.identity, shared.runtime.health")
    assert heavy(modules) == set()
    assert len(modules) < LIMIT_OF_RUNTIME


def test_errors_roles_and_models_load_no_web_framework():
    modules = loaded("import shared.runtime.errors, shared.runtime.caller, shared.runtime.models, shared.runtime.ids")
    assert not modules & {"flask", "werkzeug", "functions_framework"}


def test_main_imports_only_the_targets_module():
    modules = loaded("import main; main.health")
    assert {name for name in modules if name.startswith("functions.")} == {"functions.health"}
    assert heavy(modules) == set()


def test_functions_for_callers_load_what_checks_them_before_the_first_request():
    modules = loaded("import main; main.trips_create")
    assert {name for name in modules if name.startswith("functions.")} == {"functions.trips"}
    assert "firebase_admin.auth" in modules
    assert not {name for name in modules if name.startswith("google.genai")}


def test_every_function_is_where_main_looks_for_it():
    functions.load_all()
    ours = [spec for spec in FUNCTIONS.values() if spec.module.startswith("functions.")]
    assert ours
    for spec in ours:
        assert functions.module_of(spec.entry_point) == spec.module


@pytest.mark.parametrize("name", ["nothing_here", "__path__", "_private", "functionsx"])
def test_unknown_attribute_of_main(name):
    code = f"import main\ntry:\n    main.{name}\nexcept AttributeError:\n    print()\nelse:\n    raise SystemExit(1)"
    assert "functions.health" not in loaded(code)


class TestUnderFunctionsFramework:
    def test_plain_function(self, start_framework):
        with start_framework(
            "health", ROOT / "main.py", {"TRAVVY_EMULATOR": "local", "TRAVVY_VERSION": "v7"}
        ) as server:
            answer = server.send("GET", "")
        assert answer.json() == {"status": "ok", "version": "v7", "database": "unchecked"}

    def test_callable_function(self, start_framework):
        with start_framework("trips_create", ROOT / "main.py", {"TRAVVY_EMULATOR": "local"}) as server:
            answer = server.call("", {})
        assert answer.status_code == 401
        assert answer.json()["error"]["status"] == "UNAUTHENTICATED"

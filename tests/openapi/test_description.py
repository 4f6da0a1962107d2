"""The API description: valid, complete, and what it shows as examples is what the functions take and give."""

import json
from typing import Any

import jsonschema_rs
import pytest
from openapi_spec_validator import validate

from deploy import roles
from deploy.openapi import pages
from deploy.openapi.answers import failures
from deploy.openapi.code import Code
from deploy.openapi.document import as_text
from deploy.openapi.reach import ANY, Reach
from shared.runtime.registry import FunctionSpec
from tests.support.described import FILE, api

DESCRIBED = api()
SPECS = roles.clients_functions()
CALLABLES = [spec for spec in SPECS if spec.kind == "callable"]
NO_MODEL_EXAMPLE = (
    "give {model} an example, which is also how tests/matrix and tests/fuzz_api call the function:\n"
    'model_config = ConfigDict(json_schema_extra={{"examples": [{{…}}]}})'
)


def named(spec: FunctionSpec) -> str:
    return spec.name


def post(spec: FunctionSpec) -> Any:
    return DESCRIBED["paths"][f"/{spec.name}"]["post"]


def errors(schema: Any, value: Any) -> list[str]:
    whole = {"allOf": [schema], "components": DESCRIBED["components"]}
    return [str(error) for error in jsonschema_rs.Draft202012Validator(whole, validate_formats=True).iter_errors(value)]


def test_the_file_is_in_step_with_the_functions() -> None:
    assert FILE.read_text() == as_text(), "make openapi"


def test_it_is_openapi() -> None:
    validate(DESCRIBED)
    assert DESCRIBED["openapi"].startswith("3.1.")


def test_it_has_what_clients_call_and_nothing_else() -> None:
    assert set(DESCRIBED["paths"]) == {f"/{spec.name}" for spec in SPECS}


@pytest.mark.parametrize("spec", CALLABLES, ids=named)
def test_the_example_of_a_request_is_one(spec: FunctionSpec) -> None:
    content = post(spec)["requestBody"]["content"]["application/json"]
    assert content.get("examples"), f"{spec.name}: " + NO_MODEL_EXAMPLE.format(model=spec.request)
    for example in content["examples"].values():
        assert errors(content["schema"], example["value"]) == []
        assert spec.request is not None
        spec.request.model_validate_json(json.dumps(example["value"]["data"]))


@pytest.mark.parametrize("spec", CALLABLES, ids=named)
def test_the_example_of_an_answer_is_one(spec: FunctionSpec) -> None:
    content = post(spec)["responses"]["200"]["content"]["application/json"]
    wanted = f"{spec.name}: record an answer of it with python -m tests.matrix.record, then make openapi"
    assert content.get("examples"), wanted
    for example in content["examples"].values():
        assert errors(content["schema"], example["value"]) == [], wanted


@pytest.mark.parametrize("spec", [spec for spec in SPECS if spec.kind == "http"], ids=named)
def test_a_page_says_what_it_takes_and_gives(spec: FunctionSpec) -> None:
    assert spec.name in pages.PAGES, f"describe {spec.name} in deploy/openapi/pages.py"
    content = DESCRIBED["paths"][f"/{spec.name}"]["get"]["responses"]["200"]["content"]
    for kind, described in content.items():
        for example in described.get("examples", {}).values():
            assert errors(described["schema"], example["value"]) == [], kind


def test_the_examples_of_failures_are_failures() -> None:
    for name, example in DESCRIBED["components"]["examples"].items():
        assert errors({"$ref": "#/components/schemas/Failure"}, example["value"]) == [], name


def test_every_reason_is_written_out_where_the_error_is_made() -> None:
    """Otherwise nobody can tell from outside what a function may answer: write the reason as a constant."""
    unknown = {
        f"{spec.name}: {failure.code}, {failure.message}"
        for spec in SPECS
        for told in failures(spec).values()
        for failure in told
        if failure.reason == ANY
    }
    assert not unknown


@pytest.mark.parametrize(
    ("function", "answers", "never"),
    [
        (
            "trips-get",
            {"TRIP_NOT_FOUND", "TOKEN_MISSING", "RATE_LIMITED", "BACKEND_BUSY"},
            {"ROLE_TOO_LOW", "TRIP_FULL"},
        ),
        ("plan-undo", {"NOTHING_TO_UNDO", "ROLE_TOO_LOW", "PLAN_INVALID"}, {"TOKEN_REVOKED", "ADMIN_ONLY"}),
        ("auth-session", {"TOKEN_REVOKED", "ACCOUNT_GONE"}, {"TRIP_NOT_DELETED", "POLL_CLOSED"}),
        ("public-trip", {"PAGE_NOT_FOUND"}, {"TOKEN_MISSING", "MALFORMED_ENVELOPE"}),
    ],
)
def test_the_failures_of_a_function_are_those_of_what_it_does(
    function: str, answers: set[str], never: set[str]
) -> None:
    spec = next(spec for spec in SPECS if spec.name == function)
    told = {failure.reason for found in failures(spec).values() for failure in found}
    assert answers <= told
    assert not never & told


def test_errors_are_found_through_attributes_callbacks_and_futures(tmp_path: Any) -> None:
    (tmp_path / "functions").mkdir()
    (tmp_path / "shared" / "runtime").mkdir(parents=True)
    (tmp_path / "shared" / "runtime" / "errors.py").write_text(
        "class TravvyError(Exception): ...\nclass NotFound(TravvyError): ...\nclass Aborted(TravvyError): ...\n"
    )
    (tmp_path / "shared" / "store.py").write_text(
        "from shared.runtime.errors import Aborted, NotFound\n"
        "class Found:\n"
        "    def known(self) -> None: raise NotFound('No', reason='MISSING')\n"
        "class Store:\n"
        "    def open(self) -> Found: return Found()\n"
        "    def transact(self, work): return work()\n"
        "    def lose(self) -> None: raise Aborted(f'Lost {self}', reason='LOST', metadata={'version': 1})\n"
        "    def unused(self) -> None: raise Aborted('Never', reason='NEVER')\n"
    )
    (tmp_path / "functions" / "area.py").write_text(
        "from shared.store import Store\n"
        "class Service:\n"
        "    def __init__(self, store: Store) -> None: self._store = store\n"
        "    def late(self, pool) -> None:\n"
        "        pool.submit(self._store.open).result().known()\n"
        "    def retried(self) -> None:\n"
        "        def work(): self._store.lose()\n"
        "        self._store.transact(work)\n"
    )
    reach = Reach(Code(tmp_path))
    assert [error.reason for error in reach.errors(["functions.area.Service.late"])] == ["MISSING"]
    (lost,) = reach.errors(["functions.area.Service.retried"])
    assert (lost.code, lost.reason, lost.message, lost.metadata) == ("ABORTED", "LOST", "Lost …", ("version",))

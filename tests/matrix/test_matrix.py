"""Every function, called by everybody, on every kind of trip: the answers that `deploy/roles.py` expects."""

import itertools
from typing import Any

import pytest

from deploy import roles
from deploy.roles import OK, Outcome, Who, expected, trips_of
from shared.runtime.registry import FunctionSpec
from tests.matrix.asking import ask, outcome, prepared
from tests.matrix.conftest import World
from tests.matrix.recipes import Data

CLIENTS = roles.clients_functions()
SERVICES = roles.services_functions()


def named(spec: FunctionSpec) -> str:
    return spec.name


@pytest.mark.parametrize("spec", CLIENTS, ids=named)
def test_everybody_gets_what_the_declaration_says(world: World, spec: FunctionSpec) -> None:
    wrong = []
    for trip, who in itertools.product(trips_of(spec), Who):
        wanted = expected(spec, who, trip)
        data, token = prepared(world, spec, who, trip, wanted)
        response = ask(world, spec, data, token)
        got = outcome(response)
        if got == OK and spec.kind == "callable":
            calm(world, data, response.json()["result"])
        if got != wanted:
            wrong.append(f"{who}, {trip} trip: {got}, expected {wanted}\n    {response.text[:400]}")
    hint = "deploy/roles.py says what is expected; tests/matrix/recipes.py what is sent if the example will not do"
    assert not wrong, "\n".join([f"{spec.name} ({hint})", *wrong])


def calm(world: World, data: Data, result: Any) -> None:
    """Have a job that was started stop: what comes of it is not asked here, and others wait for their turn."""
    if isinstance(result, dict) and result.get("jobId") and "tripId" in data:
        job = {"tripId": data["tripId"], "jobId": result["jobId"]}
        world.cast.people[Who.OWNER].call("jobs-cancel", **job)


@pytest.mark.parametrize("spec", SERVICES, ids=named)
@pytest.mark.parametrize("who", [Who.SIGNED_OUT, Who.OWNER, Who.ADMIN])
def test_only_the_suite_itself_calls_its_own_functions(world: World, spec: FunctionSpec, who: Who) -> None:
    response = ask(world, spec, {}, world.cast.token(who))
    assert outcome(response).code == "UNAUTHENTICATED"


def test_the_matrix_is_complete() -> None:
    answers = {expected(spec, who, trip) for spec in CLIENTS for who in Who for trip in trips_of(spec)}
    assert {answer.code for answer in answers} >= {"OK", "UNAUTHENTICATED", "PERMISSION_DENIED", "NOT_FOUND"}
    assert Outcome() in answers
    assert {spec.name for spec in CLIENTS}.isdisjoint(spec.name for spec in SERVICES)

"""Asking a function as the matrix does, and reading what it answered."""

import httpx

from deploy.roles import OK, Outcome, Trip, Who
from shared.runtime.registry import FunctionSpec, HttpTrigger
from tests.matrix.conftest import World
from tests.matrix.recipes import RECIPES, STAND_INS, Data, Scene, usual
from tests.support.people import sign_in


def prepared(world: World, spec: FunctionSpec, who: Who, trip: Trip, wanted: Outcome) -> tuple[Data, str | None]:
    """What to send, and with which token. What a good answer needs is made only where one is expected."""
    good = wanted == OK
    scene = Scene(world.cast, world.template, world.database, who, world.trip(trip, changes=good))
    data = usual(spec, scene)
    assert data is not None, (
        f"{spec.name}: its request needs an example, which is also its recipe here: "
        f"model_config = ConfigDict(json_schema_extra={{'examples': [{{…}}]}}) in {spec.request}"
    )
    if good and spec.name in STAND_INS:
        scene.stand_in = sign_in(world.backend, "Spare")
    if good and spec.name in RECIPES:
        data = RECIPES[spec.name](scene, data)
    return data, scene.stand_in.id_token() if scene.stand_in else world.cast.token(who)


def ask(world: World, spec: FunctionSpec, data: Data, token: str | None) -> httpx.Response:
    """Call a function over HTTP."""
    url = f"{world.backend.functions_url}/{spec.name}"
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if isinstance(spec.trigger, HttpTrigger) and spec.kind == "http":
        return world.http.request(spec.trigger.methods[0], url, params=data, headers=headers)
    return world.http.post(url, json={"data": data}, headers=headers)


def outcome(response: httpx.Response) -> Outcome:
    """What was answered, as far as the matrix cares."""
    if response.status_code < 400:
        return OK
    error = response.json()["error"]
    return Outcome(error["status"], error["details"]["reason"])

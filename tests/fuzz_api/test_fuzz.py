"""schemathesis over the API description, against the running suite: no answer is a 5xx or off the description.

`make test` tries a few hundred requests, the same each time; `make fuzz-api` thousands, new ones each time.
"""

import copy
import os
import random
from typing import Any, Final

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from deploy import roles
from deploy.openapi.document import document
from deploy.roles import Who
from shared.runtime.registry import FunctionSpec
from tests.matrix.conftest import World
from tests.matrix.recipes import RECIPES, STAND_INS, Data, Scene, usual
from tests.support.people import sign_in

SPECS: Final = roles.clients_functions()
EXAMPLES: Final = int(os.environ.get("TRAVVY_FUZZ_EXAMPLES", "300"))
"""Requests in all."""
EACH: Final = -(-EXAMPLES // len(SPECS))
WORN_OUT: Final = frozenset({"trips-delete", "trips-hand-over", "trips-leave", "trips-member-remove", "trips-update"})
"""After one good answer of these, the next would find the trip changed too much to get deep: each gets a new one."""
CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
SCHEMA: Final = schemathesis.openapi.from_dict(document())
BREAKING: Final = (
    *("", "..", "a/b", "__x__", "a\0b", "x" * 2000, "\u202eabc", "../../etc/passwd", "=1+1", "localtime"),
    *("0001-01-01", "9999-12-31", "2027-02-30", -1, 0, 2**63, 10**400, -(10**400), 1e308, None, [], {}),
)
CALLERS: Final = (Who.OWNER,) * 6 + (Who.EDITOR, Who.VOTER, Who.STRANGER, Who.SIGNED_OUT)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_nothing_that_is_asked_breaks_a_function(world: World, spec: FunctionSpec) -> None:
    operation = SCHEMA[f"/{spec.name}"]["GET" if spec.kind == "http" else "POST"]
    made = st.one_of(
        operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
    )
    scene = Scene(world.cast, world.template, world.database, Who.OWNER, world.new_trip())
    if spec.name in STAND_INS:
        scene.stand_in = sign_in(world.backend, "Spare")
    there = good_request(spec, scene)

    @settings(
        max_examples=EACH,
        derandomize="TRAVVY_FUZZ_EXAMPLES" not in os.environ,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=made, kept=st.integers(min_value=0, max_value=2**32), who=st.sampled_from(CALLERS))
    def ask(case: Any, kept: int, who: Who) -> None:
        nonlocal there
        if spec.name in WORN_OUT:
            scene.trip_id = world.new_trip()
            there = good_request(spec, scene)
        aim(case, there, random.Random(kept))
        token = scene.stand_in.id_token() if scene.stand_in else world.cast.token(who)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        response = case.call(base_url=world.backend.functions_url, headers=headers, timeout=60)
        case.validate_response(response, checks=CHECKS)

    ask()


def good_request(spec: FunctionSpec, scene: Scene) -> Data:
    """A request that the function would do, were it asked at once by the owner."""
    data = usual(spec, scene) or {}
    return RECIPES[spec.name](scene, data) if spec.name in RECIPES else data


def aim(case: Any, there: Data, choose: random.Random) -> None:
    """Give most requests some of the fields of one about things that are there: blind ones do not get past the door."""
    # What was generated may be the description's own example, which others ask with.
    case.body, case.query = copy.deepcopy(case.body), copy.deepcopy(case.query)
    data = case.body.get("data") if isinstance(case.body, dict) else case.query
    if not isinstance(data, dict) or choose.random() < 0.2:
        return
    ids = {name: value for name, value in there.items() if name.endswith("Id") and name != "requestId"}
    rest = {name: value for name, value in there.items() if name not in ids and choose.random() < 0.5}
    data.update(ids | rest)
    if choose.random() < 0.5:
        for name in data.keys() - there.keys():
            del data[name]
    if choose.random() < 0.3:
        spoil(data, choose)


def spoil(data: Any, choose: random.Random) -> None:
    """Put one of the values that break programs somewhere into a request."""
    keys = list(data) if isinstance(data, dict) else list(range(len(data)))
    if not keys:
        return
    key = choose.choice(keys)
    if isinstance(data[key], dict | list) and data[key]:
        spoil(data[key], choose)
    else:
        data[key] = choose.choice(BREAKING)


def test_the_description_was_tried_as_it_is(world: World) -> None:
    served = httpx.get(world.backend.functions_url.partition("/demo")[0] + "/openapi.json", timeout=60).json()
    assert {path.lstrip("/") for path in served["paths"]} == {spec.name for spec in SPECS}

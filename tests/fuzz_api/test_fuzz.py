"""schemathesis over the API description, against the running suite: no answer is a 5xx or off the description.

`make test` tries a few hundred requests, the same each time; `make fuzz-api` thousands, new ones each time, and without
rate limits. It then also holds that enough of them got past the door: of each function, a share of the answers is good.
"""

import copy
import os
import random
from collections import Counter
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
from deploy.roles import OK, Who
from shared.runtime.registry import FunctionSpec
from tests.matrix.asking import outcome
from tests.matrix.conftest import World
from tests.matrix.recipes import RECIPES, STAND_INS, Data, Scene, usual
from tests.support.described import api
from tests.support.people import sign_in

SPECS: Final = roles.clients_functions()
THE_SAME: Final = "TRAVVY_FUZZ_EXAMPLES" not in os.environ
EXAMPLES: Final = int(os.environ.get("TRAVVY_FUZZ_EXAMPLES", "300"))
"""Requests in all."""
EACH: Final = -(-EXAMPLES // len(SPECS))
ENOUGH: Final = 40
"""Requests of each function from which on a share of them says something."""
WORN_OUT: Final = frozenset(
    {"comments-delete", "comments-edit", "expenses-edit", "expenses-remove", "plan-redo", "plan-restore", "plan-undo"}
    | {"polls-close", "proposals-accept", "proposals-reject", "trips-claim-guest", "trips-delete", "trips-hand-over"}
    | {"trips-invitation-revoke", "trips-leave", "trips-member-remove", "trips-member-role", "trips-remove-guest"}
    | {"trips-restore", "trips-update", "users-update"}
)
"""After one good answer of these, the next would find things changed too much to get deep: it gets a new trip."""
DEEP: Final = 0.03
"""The share of good answers that says that the requests reach what is behind the door."""
SHALLOW: Final = frozenset({"ai-retry", "trips-leave", "users-delete-account"})
"""What can be done once, or, as the owner, never; it is asked all the same."""
CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
SCHEMA: Final = schemathesis.openapi.from_dict(api())
BREAKING: Final = (
    *("", "..", "a/b", "__x__", "a\0b", "x" * 2000, "\u202eabc", "../../etc/passwd", "=1+1", "localtime"),
    *("0001-01-01", "9999-12-31", "2027-02-30", -1, 0, 2**63, 10**400, -(10**400), 1e308, None, [], {}),
)
CALLERS: Final = (Who.OWNER,) * 7 + (Who.EDITOR, Who.VOTER, Who.STRANGER, Who.SIGNED_OUT)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_nothing_that_is_asked_breaks_a_function(world: World, spec: FunctionSpec) -> None:
    operation = SCHEMA[f"/{spec.name}"]["GET" if spec.kind == "http" else "POST"]
    made = st.one_of(
        operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
    )
    gone = spec.name == "trips-restore"
    scene = Scene(world.cast, world.template, world.database, Who.OWNER, world.new_trip(deleted=gone))
    if spec.name in STAND_INS:
        scene.stand_in = sign_in(world.backend, "Spare")
    there = good_request(spec, scene)
    tally: Counter[str] = Counter()
    worn_out = False
    choose = random.Random(spec.name if THE_SAME else None)

    @settings(
        max_examples=EACH,
        derandomize=THE_SAME,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=made)
    def ask(case: Any) -> None:
        nonlocal there, worn_out
        if worn_out:
            scene.trip_id = world.new_trip(deleted=gone)
            there = good_request(spec, scene)
        # Hypothesis prefers the ends of what it chooses from, which are not the callers who get far.
        who = choose.choice(CALLERS)
        aim(case, there, choose)
        if spec.caller == "admin" and who is Who.OWNER:
            who = Who.ADMIN
        token = scene.stand_in.id_token() if scene.stand_in else world.cast.token(who)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        response = case.call(base_url=world.backend.functions_url, headers=headers, timeout=60)
        case.validate_response(response, checks=CHECKS)
        answered = outcome(response)
        tally[answered.reason or answered.code] += 1
        worn_out = spec.name in WORN_OUT and answered == OK

    ask()
    if EACH >= ENOUGH and spec.name not in SHALLOW:
        assert tally["OK"] >= DEEP * tally.total(), f"{spec.name} is hardly reached: {tally.most_common()}"


def good_request(spec: FunctionSpec, scene: Scene) -> Data:
    """A request that the function would do, were it asked at once by the owner."""
    data = usual(spec, scene) or {}
    return RECIPES[spec.name](scene, data) if spec.name in RECIPES else data


def aim(case: Any, there: Data, choose: random.Random) -> None:
    """Mix what was generated with a request about things that are there: blind ones do not get past the door.

    A fifth stay blind; a quarter are the good request as it is; another quarter has one generated field in it; the
    rest are what was generated, with the ids and some other fields of the good one. Some of the last two are spoilt.
    """
    # What was generated may be the description's own example, which others ask with.
    case.body, case.query = copy.deepcopy(case.body), copy.deepcopy(case.query)
    fresh = {
        **copy.deepcopy(there),
        **({"requestId": f"fuzz-{choose.getrandbits(64)}"} if "requestId" in there else {}),
    }
    mode = choose.random()
    if mode < 0.2:
        return
    # A generated token, as far as there is one, says nothing of what is behind the door.
    case.headers = {name: value for name, value in (case.headers or {}).items() if name.lower() != "authorization"}
    data = case.body.get("data") if isinstance(case.body, dict) else case.query
    if mode < 0.7:
        generated = sorted(data) if isinstance(data, dict) else []
        swapped = choose.sample(generated, 1) if generated and mode >= 0.45 else []
        data = fresh | {name: data[name] for name in swapped}
        if case.method.upper() == "GET":
            case.query = data
        else:
            case.body = {"data": data}
    elif isinstance(data, dict):
        ids = {name: value for name, value in fresh.items() if name.endswith("Id")}
        data.update(ids | {name: value for name, value in fresh.items() if choose.random() < 0.5})
        for name in sorted(data.keys() - there.keys()):
            if choose.random() < 0.5:
                del data[name]
    if isinstance(data, dict) and mode >= 0.45 and choose.random() < 0.2:
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

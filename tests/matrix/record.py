"""Records one good answer of each callable function, for the API description: `python -m tests.matrix.record`.

Those that are there and still fit stay as they are; `--all` asks for all of them anew.
"""

import itertools
import json
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import httpx
import jsonschema_rs

from deploy import roles
from deploy.openapi.document import EXAMPLES, document
from deploy.roles import OK, Trip, Who, expected
from emulator.layout import PARTS
from emulator.testing import local_cloud
from shared.runtime.registry import FunctionSpec
from tests.matrix.asking import ask, outcome, prepared
from tests.matrix.cast import TRIP
from tests.matrix.conftest import World, a_world

_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")
_QUIET: Final = "2026-11-22T10:00:00Z"


def fits(described: Mapping[str, Any], name: str, answer: Any) -> bool:
    """Whether an answer is as described."""
    operation = described["paths"][f"/{name}"]["post"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    whole = {"allOf": [schema], "components": described["components"]}
    return bool(jsonschema_rs.Draft202012Validator(whole, validate_formats=True).is_valid(answer))


def quiet(world: World, trip_id: str, answer: Any) -> Any:
    """An answer with the ids of the examples in place of the world's, and all instants the same."""
    text = json.dumps(answer, ensure_ascii=False)
    for known, there in {**world.template.ids, TRIP: trip_id}.items():
        text = text.replace(there, known)
    return json.loads(_INSTANT.sub(_QUIET, text))


def recorded(world: World, spec: FunctionSpec) -> Any:
    """A good answer of a function, to somebody who gets one."""
    cells = itertools.product((Trip.OWN, Trip.DELETED), (Who.OWNER, Who.ADMIN, Who.VIEWER))
    trip, who = next((trip, who) for trip, who in cells if expected(spec, who, trip) == OK)
    data, token = prepared(world, spec, who, trip, OK)
    response = ask(world, spec, data, token)
    assert outcome(response) == OK, f"{spec.name}: {response.text}"
    return quiet(world, data.get("tripId", TRIP), response.json())


@contextmanager
def _a_world() -> Iterator[World]:
    with local_cloud([part for part in PARTS if part != "scheduler"]) as running, httpx.Client(timeout=60) as http:
        yield a_world(running, http)


def main() -> int:
    described = document()
    known: dict[str, Any] = {} if "--all" in sys.argv[1:] else json.loads(EXAMPLES.read_text(encoding="utf-8"))
    specs = {spec.name: spec for spec in roles.clients_functions() if spec.kind == "callable"}
    kept = {name: answer for name, answer in known.items() if name in specs and fits(described, name, answer)}
    if missing := specs.keys() - kept.keys():
        with _a_world() as world:
            kept |= {name: recorded(world, specs[name]) for name in sorted(missing)}
    EXAMPLES.write_text(json.dumps(kept, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

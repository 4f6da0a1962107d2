"""Ops damaged at random: pieces taken out, put in, changed or given another name."""

import json
from typing import Any

from shared.ot.form import KINDS
from tests.ot.cases import Dice, value

FIELDS = ("p", "oi", "od", "li", "ld", "lm", "na", "t", "o", "si", "sd", "i", "d")
ODD = (None, True, 0, "a", "text0", "text-unicode", [], {})


def damaged(rng: Dice, op: Any) -> Any:
    """A copy of the op, damaged in one place or two."""
    result = json.loads(json.dumps(op))
    for _ in range(rng.choice((1, 1, 2))):
        if places := _places(result):
            _damage(rng, *rng.choice(places))
    return result


def of_one_kind_each(op: Any) -> bool:
    """Whether no component has several kinds: only for applying them is it agreed which one counts."""
    kinds = [KINDS & component.keys() for component in op]
    return all(len(kind) == 1 or kind in ({"ld", "li"}, {"od", "oi"}) for kind in kinds)


def _places(op: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    pending = [op]
    while pending:
        node = pending.pop()
        keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
        found.extend((node, key) for key in keys)
        pending.extend(node[key] for key in keys)
    return found


def _damage(rng: Dice, parent: Any, key: Any) -> None:
    kind = rng.random()
    present = parent[key]
    if kind < 0.15:
        del parent[key]
    elif kind < 0.3 and isinstance(parent, list):
        parent.insert(key, value(rng))
    elif kind < 0.35 and isinstance(parent, dict):
        parent[rng.choice(FIELDS)] = rng.choice((value(rng), present, *ODD))
    elif type(present) is int:
        parent[key] = rng.choice((present + 1, present - 1, -present, present + 0.5, True, str(present)))
    else:
        parent[key] = rng.choice((value(rng), *ODD))

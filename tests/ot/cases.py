"""Random documents, and random ops of every kind that fit them, from a seed."""

import random
from typing import Any

from shared import ot

KEYS = ("a", "b", "c", "days", "été", "😀")
PIECES = ("a", "bc", "x y", "é", "日本", "😀", "👩‍👩‍👧", "\u0301", "\U0010ffff", "\n", '"', "\\")


class Dice(random.Random):
    """Where chance comes from. Its floats add up to the same in any order, and with one document it sticks to one type
    of text op: json0 does not transform one type over another."""

    floats: tuple[float, ...] = (0.5, -2.25, 3.75)
    text_type = "text-unicode"


class RoundingDice(Dice):
    """With floats that do not."""

    floats = (*Dice.floats, 1e-7, 1.5e300)


def text(rng: Dice, most: int = 4) -> str:
    return "".join(rng.choice(PIECES) for _ in range(rng.randint(0, most)))


def scalar(rng: Dice) -> Any:
    kind = rng.randrange(6)
    if kind == 0:
        return None
    if kind == 1:
        return rng.random() < 0.5
    if kind == 2:
        return rng.choice(rng.floats)
    if kind == 3:
        return rng.choice((0, 1, -1, 7, 2**53 - 1))
    return text(rng)


def value(rng: Dice, depth: int = 3) -> Any:
    kind = rng.random() if depth else 1.0
    if kind < 0.3:
        return {rng.choice(KEYS): value(rng, depth - 1) for _ in range(rng.randint(0, 3))}
    if kind < 0.55:
        return [value(rng, depth - 1) for _ in range(rng.randint(0, 4))]
    return scalar(rng)


def nested(rng: Dice, levels: int) -> Any:
    """A document that goes down that many levels, with something to edit beside the way."""
    result = value(rng, 1)
    for _ in range(levels):
        result = {"a": result, "b": rng.randint(0, 9)} if rng.random() < 0.5 else [result, rng.randint(0, 9)]
    return result


def document(rng: Dice) -> Any:
    kind = rng.random()
    rng.text_type = rng.choice(("text-unicode", "text0"))
    if kind < 0.02:
        return nested(rng, rng.randint(20, 120))
    if kind < 0.07:
        return scalar(rng)
    if kind < 0.17:
        return [value(rng) for _ in range(rng.randint(1, 6))]
    return {key: value(rng) for key in rng.sample(KEYS, rng.randint(1, 4))}


def nodes(doc: Any) -> list[tuple[list[Any], Any]]:
    """Every value in the document with its path, the root first."""
    found: list[tuple[list[Any], Any]] = [([], doc)]
    for path, node in found:
        children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        found.extend(([*path, key], child) for key, child in children)
    return found


def op(rng: Dice, doc: Any, components: int) -> list[dict[str, Any]]:
    """An op of about that many components, each made for what the ones before it leave."""
    result: list[dict[str, Any]] = []
    for _ in range(components):
        made = component(rng, doc, near=result[-1]["p"] if result and rng.random() < 0.3 else None)
        doc = ot.apply(doc, [made])
        result.append(made)
    return result


def component(rng: Dice, doc: Any, near: list[Any] | None = None) -> dict[str, Any]:
    """One component; `near` is a path to work on again, if there is something, so that neighbours merge."""
    there = nodes(doc)
    path, node = rng.choice([at for at in there if at[0] == near] or there)
    if near is not None and path == near and path and rng.random() < 0.6:
        return _replacement(rng, path, node)
    if not path and rng.random() < 0.04:
        return {"p": [], "od": node, "oi": value(rng)} if rng.random() < 0.7 else {"p": [], "oi": value(rng)}
    if isinstance(node, dict):
        return _object_component(rng, path, node)
    if isinstance(node, list):
        return _list_component(rng, path, node)
    if isinstance(node, str) and rng.random() < 0.85:
        return _text_component(rng, path, node)
    if isinstance(node, int | float) and not isinstance(node, bool) and abs(node) < 1000 and rng.random() < 0.8:
        return {"p": path, "na": rng.choice((0, 1, -3, 0.5, 2.25))}
    if not path:
        return {"p": [], "od": node, "oi": value(rng)}
    return _replacement(rng, path, node)


def _replacement(rng: Dice, path: list[Any], node: Any) -> dict[str, Any]:
    deletes, inserts = ("ld", "li") if isinstance(path[-1], int) else ("od", "oi")
    return {"p": path, deletes: node, **({inserts: value(rng, 1)} if rng.random() < 0.5 else {})}


def _object_component(rng: Dice, path: list[Any], node: dict[str, Any]) -> dict[str, Any]:
    key = rng.choice(KEYS)
    if key not in node:
        return {"p": [*path, key], "oi": value(rng)}
    return {"p": [*path, key], "od": node[key], **({"oi": value(rng)} if rng.random() < 0.5 else {})}


def _list_component(rng: Dice, path: list[Any], node: list[Any]) -> dict[str, Any]:
    kind = rng.randrange(5) if node else 0
    if kind < 2:
        return {"p": [*path, rng.randint(0, len(node))], "li": value(rng)}
    index = rng.randrange(len(node))
    if kind == 2:
        return {"p": [*path, index], "ld": node[index]}
    if kind == 3:
        return {"p": [*path, index], "ld": node[index], "li": value(rng)}
    return {"p": [*path, index], "lm": rng.randrange(len(node))}


def _text_component(rng: Dice, path: list[Any], node: str) -> dict[str, Any]:
    if rng.text_type == "text-unicode":
        return {"p": path, "t": "text-unicode", "o": text_op(rng, node)}
    if rng.random() < 0.5:
        return {"p": path, "t": "text0", "o": text0_op(rng, node)}
    single = text0_op(rng, node, most=1)
    if not single:
        return {"p": [*path, 0], "si": text(rng)}
    return {"p": [*path, single[0]["p"]], **{"s" + kind: single[0][kind] for kind in "id" if kind in single[0]}}


def text_op(rng: Dice, node: str) -> list[Any]:
    result: list[Any] = []
    at = 0
    while rng.random() < 0.75:
        kind = rng.randrange(3)
        left = len(node) - at
        if kind == 0 and left and (not result or not isinstance(result[-1], int)):
            result.append(rng.randint(1, left))
            at += result[-1]
        elif kind == 1 and (not result or not isinstance(result[-1], str)):
            result.append(rng.choice(PIECES))
        elif kind == 2 and left:
            result.append({"d": node[at : at + rng.randint(1, min(left, 4))]})
            at += len(result[-1]["d"])
    if result and isinstance(result[-1], int):
        result.pop()
    return result


def text0_op(rng: Dice, node: str, most: int = 4) -> list[dict[str, Any]]:
    result: list[dict[str, Any]] = []
    for _ in range(rng.randint(0, most)):
        start = rng.randint(0, len(node))
        units = len(node[:start].encode("utf-16-le")) // 2
        end = rng.randint(start, min(len(node), start + 5))
        if end > start and rng.random() < 0.5:
            result.append({"p": units, "d": node[start:end]})
            node = node[:start] + node[end:]
        else:
            result.append({"p": units, "i": text(rng)})
            node = node[:start] + result[-1]["i"] + node[start:]
    return result

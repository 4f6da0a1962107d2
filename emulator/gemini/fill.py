"""Fills any object schema from what was understood: by the names of its properties, their descriptions and enums."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

Schema = Mapping[str, Any]

_NAMES: dict[str, str] = {
    "destinations": "destinations destination cities city towns town legs where locations location",
    "days": "days numberofdays numdays daycount dayscount durationdays lengthdays duration tripdays totaldays",
    "start_date": "startdate start date from firstday arrival arrivaldate",
    "year": "year startyear",
    "month": "month startmonth travelmonth",
    "month_part": "monthpart partofmonth",
    "weekend": "weekend isweekend onlyweekend",
    "adults": "adults adultcount numberofadults partysize people travelerscount",
    "children": "children kids childcount numberofchildren",
    "travellers": "travellers travelers party group",
    "interests": "interests likes themes preferences topics wishes",
    "dislikes": "dislikes exclude excluded excludedkinds notinterested avoidtags",
    "must_see": "mustsee mustsees musts musthave required requiredplaces mustvisit",
    "must_avoid": "mustavoid avoid avoidplaces blacklist",
    "budget": "budget maxbudget totalbudget spendinglimit",
    "pace": "pace rhythm speed tempo",
    "lazy_mornings": "lazymornings latemornings sleepins lazymorning",
    "transport": "transport transportmode mode travelmode transportation",
    "diet": "diet diets dietary dietaryneeds food restrictions",
    "language": "language lang locale languagecode",
    "candidates": "candidates places choices selection picks selected placeids ids stops ideas",
    "tags": "tags tag theme",
    "kinds": "kinds kind category categories types type",
    "text": "text query q keywords keyword search term name",
    "limit": "limit max maxresults count top",
    "answer": "answer summary message reply response narrative",
}
_CONCEPTS = {name: concept for concept, names in _NAMES.items() for name in names.split()}
_PRIMARY = ("name", "tag", "id", "amount")
_NEUTRAL = ("unknown", "any", "none", "normal", "other", "unspecified")


def plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def concept_of(name: str, schema: Schema) -> str | None:
    """Which concept a property asks for: by its name, else by a name within its description."""
    direct = _CONCEPTS.get(plain(name)) or _CONCEPTS.get(plain(name).removesuffix("s"))
    if direct:
        return direct
    words = re.findall(r"[a-z]+", str(schema.get("description", "")).lower())
    pairs = [*map("".join, pairwise(words)), *words]
    return next((_CONCEPTS[word] for word in pairs if word in _CONCEPTS), None)


def fill_object(schema: Schema, concepts: Mapping[str, Any], root: Schema | None = None) -> dict[str, Any]:
    """An object that the schema accepts. Without a value a property is null, left out or neutral."""
    root = schema if root is None else root
    schema = _resolve(schema, root)
    required = set(schema.get("required", ()))
    filled: dict[str, Any] = {}
    for name, child in schema.get("properties", {}).items():
        child = _resolve(child, root)
        value = _value(name, child, concepts)
        fitted = None if value is None else fit(child, value, root)
        if fitted is None and name in required:
            filled[name] = _neutral(child, root)
        elif fitted is not None:
            filled[name] = fitted
    return filled


def _value(name: str, schema: Schema, concepts: Mapping[str, Any]) -> Any:
    for key, value in concepts.items():
        if plain(key) == plain(name):
            return value
    concept = concept_of(name, schema)
    return concepts.get(concept) if concept else None


def fit(schema: Schema, value: Any, root: Schema) -> Any:
    """The value in the shape of the schema, or None when it cannot be."""
    schema = _resolve(schema, root)
    kind = _type(schema)
    if kind == "array":
        items = value if isinstance(value, list) else [value]
        fitted = [one for item in items if (one := fit(schema.get("items", {}), item, root)) is not None]
        return (
            list({repr(one): one for one in fitted}.values())[: schema.get("maxItems")] if fitted or not items else []
        )
    if isinstance(value, list):
        return fit(schema, value[0], root) if value else None
    if kind == "object":
        return fill_object(schema, value if isinstance(value, Mapping) else _as_record(schema, value), root)
    if isinstance(value, Mapping):
        return next((fit(schema, value[key], root) for key in _PRIMARY if value.get(key) is not None), None)
    if "enum" in schema:
        return _choose(schema["enum"], value)
    return _scalar(kind, value)


def _scalar(kind: str, value: Any) -> Any:
    if kind == "string":
        return str(value)
    if kind == "boolean":
        return bool(value)
    if kind in ("integer", "number"):
        try:
            number = float(value)
        except (TypeError, ValueError):
            return None
        return round(number) if kind == "integer" or number.is_integer() else number
    return value


def _as_record(schema: Schema, value: Any) -> dict[str, Any]:
    """A bare value for an object: it is the value of the property that names the thing."""
    names = list(schema.get("properties", {}))
    primary = next((name for wanted in _PRIMARY for name in names if plain(name).endswith(wanted)), None)
    return {primary or (names[0] if names else "name"): value}


def _choose(options: list[Any], value: Any) -> Any:
    """The option that means the value: the same word, or one that begins with the other ("walk", "walking")."""
    wanted = plain(str(value))
    for option in options:
        if plain(str(option)) == wanted:
            return option
    for option in options:
        name = plain(str(option))
        if min(len(name), len(wanted)) >= 4 and (name.startswith(wanted) or wanted.startswith(name)):
            return option
    return None


def _neutral(schema: Schema, root: Schema) -> Any:
    if _nullable(schema):
        return None
    if "enum" in schema:
        return next((option for option in schema["enum"] if str(option).lower() in _NEUTRAL), schema["enum"][0])
    kind = _type(schema)
    if kind == "object":
        return fill_object(schema, {}, root)
    if kind in ("integer", "number"):
        return max(schema.get("minimum", 0), 0)
    return {"array": [], "boolean": False}.get(kind, "")


def _type(schema: Schema) -> str:
    declared = schema.get("type")
    if isinstance(declared, list):
        declared = next((one for one in declared if str(one).lower() != "null"), "string")
    if declared is None:
        declared = "object" if "properties" in schema else "array" if "items" in schema else "string"
    return str(declared).lower()


def _nullable(schema: Schema) -> bool:
    declared = schema.get("type")
    return bool(schema.get("nullable")) or (isinstance(declared, list) and "null" in declared)


def _resolve(schema: Schema, root: Schema) -> Schema:
    """Follows $ref, and takes the branch of anyOf that is not null, marking it nullable."""
    if "$ref" in schema:
        target: Any = root
        for step in str(schema["$ref"]).removeprefix("#/").split("/"):
            target = target[step]
        return _resolve({**target, **{key: item for key, item in schema.items() if key != "$ref"}}, root)
    branches = schema.get("anyOf") or schema.get("oneOf")
    if branches:
        real = [branch for branch in branches if str(branch.get("type", "")).lower() != "null"]
        outer = {key: item for key, item in schema.items() if key not in ("anyOf", "oneOf")}
        nullable = len(real) < len(branches) or bool(schema.get("nullable"))
        return _resolve({**(real[0] if real else {}), **outer, "nullable": nullable}, root)
    return schema

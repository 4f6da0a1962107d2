"""Any object schema is filled with what was understood, and never with what it does not accept."""

from typing import Any

import pytest

from emulator.gemini.fill import fill_object

CONCEPTS: dict[str, Any] = {
    "destinations": [{"name": "Kyoto", "days": 3, "nights": 2}],
    "days": 3,
    "interests": [{"tag": "temple", "weight": 0.8}, {"tag": "opera", "weight": 0.5}],
    "budget": {"amount": 900.0, "currency": "EUR", "per_person": True},
    "transport": "walk",
    "month": None,
}


def one(schema: dict[str, Any], *, required: bool = False) -> dict[str, Any]:
    return {"type": "object", "properties": schema, "required": list(schema) if required else []}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (one({"numberOfDays": {"type": "integer"}}), {"numberOfDays": 3}),
        (one({"x": {"type": "INTEGER", "description": "how many days"}}), {"x": 3}),
        (one({"cities": {"type": "array", "items": {"type": "string"}}}), {"cities": ["Kyoto"]}),
        (one({"destination": {"type": "string"}}), {"destination": "Kyoto"}),
        (one({"interests": {"type": "array", "items": {"enum": ["temples", "food"]}}}), {"interests": ["temples"]}),
        (one({"budget": {"type": "number"}}), {"budget": 900}),
        (one({"travelMode": {"enum": ["walking", "driving"]}}), {"travelMode": "walking"}),
        (one({"month": {"anyOf": [{"type": "integer"}, {"type": "null"}]}}, required=True), {"month": None}),
        (one({"month": {"type": "integer", "minimum": 1}}, required=True), {"month": 1}),
        (one({"month": {"type": "integer"}}), {}),
        (one({"mood": {"type": "STRING", "nullable": True}}, required=True), {"mood": None}),
        (one({"ok": {"type": "boolean"}, "list": {"type": "array"}}, required=True), {"ok": False, "list": []}),
        (one({"level": {"enum": ["high", "unknown"]}}, required=True), {"level": "unknown"}),
    ],
)
def test_properties_are_filled_by_what_they_mean(schema: dict[str, Any], expected: dict[str, Any]) -> None:
    assert fill_object(schema, CONCEPTS) == expected


def test_references_and_nested_objects_are_followed() -> None:
    schema = {
        "$defs": {"Money": one({"amount": {"type": "number"}, "perPerson": {"type": "boolean"}}, required=True)},
        **one({"budget": {"anyOf": [{"$ref": "#/$defs/Money"}, {"type": "null"}]}}, required=True),
    }
    assert fill_object(schema, CONCEPTS) == {"budget": {"amount": 900, "perPerson": True}}

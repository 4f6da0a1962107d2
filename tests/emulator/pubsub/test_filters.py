"""The filter language."""

from __future__ import annotations

import pytest

from emulator.pubsub.filters import FilterError, compile_filter

MESSAGE = {"type": "trip.member_joined.v1", "region": "eu-west", "iana.org/language_tag": "en", "n": 'a"b', "empty": ""}


@pytest.mark.parametrize(
    ("expression", "passes"),
    [
        ("", True),
        ("attributes:type", True),
        ("attributes:colour", False),
        ("attributes:empty", True),
        ('attributes.region = "eu-west"', True),
        ('attributes.region="eu"', False),
        ('attributes.region != "eu"', True),
        ('attributes.colour != "red"', True),
        ('attributes.colour = ""', False),
        ('hasPrefix(attributes.type, "trip.")', True),
        ('hasPrefix(attributes.colour, "")', False),
        ('attributes."iana.org/language_tag" = "en"', True),
        ('attributes.n = "a\\"b"', True),
        ("NOT attributes:colour", True),
        ("-attributes:type", False),
        ('-(attributes:type AND attributes.region = "x")', True),
        ('attributes:type AND NOT attributes.region = "eu-west"', False),
        ('attributes:colour OR attributes.region = "eu-west"', True),
        ('(attributes:colour OR attributes:type) AND hasPrefix(attributes.region, "eu")', True),
        ('NOT hasPrefix(attributes.region, "us") AND NOT hasPrefix(attributes.region, "ap")', True),
    ],
)
def test_a_message_passes_or_not(expression: str, passes: bool) -> None:
    assert compile_filter(expression)(MESSAGE) is passes


@pytest.mark.parametrize(
    "expression",
    [
        "attributes",
        "attributes.region",
        "attributes.region = eu",
        'attributes.region > "a"',
        'data = "x"',
        'hasSuffix(attributes.a, "x")',
        'hasPrefix(attributes.a "x")',
        "attributes:a AND",
        "attributes:a attributes:b",
        "attributes:a AND attributes:b OR attributes:c",
        "(attributes:a",
        'attributes.a = "x',
        'attributes.a = "\\q"',
        "attributes:a AND (NOT)",
        "attributes:" + "a" * 260,
    ],
)
def test_what_is_no_filter_is_refused(expression: str) -> None:
    with pytest.raises(FilterError):
        compile_filter(expression)

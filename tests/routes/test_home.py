"""A route begins and ends where its asker lives, unless they say otherwise."""

from typing import Any

import pytest

from tests.routes.conftest import Italy

HOME = {"name": "Mum's", "lat": 48.8, "lng": 2.4}
"""A few kilometres from the centre of Paris."""
OPEN: dict[str, Any] = {"cities": [{"city": "Rome"}], "nights": {"atLeast": 3, "atMost": 3}}


def live(italy: Italy, **home: Any) -> None:
    version = italy.ana.call("users-get")["version"]
    italy.ana.call("users-update", version=version, home={**HOME, **home})


def asked(italy: Italy, **fields: Any) -> dict[str, Any]:
    """The result of a route for which nothing is said of a start or an end, but by `fields`."""
    wishes = {"tripId": italy.trip_id, "firstDate": "2027-04-01", **OPEN, **fields}
    result: dict[str, Any] = italy.ended(italy.ana.call("routes-plan", **wishes)["jobId"])["result"]
    return result


def ways(result: dict[str, Any]) -> list[tuple[str, str]]:
    return [(trip["origin"], trip["destination"]) for trip in result["route"]["trips"]]


def test_a_route_leaves_home_and_comes_back_and_says_so(italy: Italy) -> None:
    assert ways(asked(italy)) == [], "who lives nowhere sets out from nowhere"
    live(italy)
    result = asked(italy)
    assert ways(result) == [("paris", "rome"), ("rome", "paris")]
    assert result["assumed"] == ["You did not say from where: from Paris and back."]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"start": None}, []),
        ({"end": None}, []),
        ({"start": "Berlin"}, [("berlin", "rome")]),
        ({"end": "Berlin"}, [("rome", "berlin")]),
        ({"cities": [{"city": "Paris"}]}, []),
    ],
)
def test_home_is_left_out_where_something_else_is_said(
    italy: Italy, fields: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    live(italy)
    result = asked(italy, **fields)
    assert (ways(result), result["assumed"]) == (expected, [])


def test_a_home_far_from_what_we_know_is_no_start(italy: Italy) -> None:
    live(italy, name="Paris", lat=-50.0, lng=-120.0)
    result = asked(italy)
    assert (ways(result), result["assumed"]) == ([], [])

"""Sixty requests, ten in each of six languages: short, rambling, contradictory, impossible, hostile, and plain ones.

Each file beside this one holds those of a language. `plan` is what a request must be understood as; `error` the reason
with which it is refused, because it does not say, or says wrongly, what a plan needs. `compromises` are wishes that
nobody can fulfil: the plan must say so.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shared.assistant import changes
from shared.assistant.choice import Candidates
from shared.assistant.constraints import TripConstraints
from shared.assistant.generate import Output
from shared.assistant.validate import HARD, validate
from shared.money import reference_rates
from shared.places.catalogue import CatalogueProvider
from shared.plan import schema
from shared.runtime.errors import FailedPrecondition, InvalidArgument

KINDS = ["normal"] * 3 + ["short"] * 2 + ["rambling", "contradictory", "impossible"] + ["hostile"] * 2
UNVERIFIED = "nverified"
REQUESTS: dict[str, list[dict[str, Any]]] = {
    file.stem: json.loads(file.read_text("utf-8")) for file in sorted(Path(__file__).parent.glob("*.json"))
}
EACH = [(language, request) for language, requests in REQUESTS.items() for request in requests]
IDS = [f"{language}-{number % 10}-{request['kind']}" for number, (language, request) in enumerate(EACH)]


def test_there_are_ten_of_each_language() -> None:
    assert sorted(REQUESTS) == ["de", "en", "es", "fr", "it", "ja"]
    assert all([request["kind"] for request in requests] == KINDS for requests in REQUESTS.values())


@pytest.mark.parametrize(("language", "request_"), EACH, ids=IDS)
def test_every_request_ends_in_a_plan_that_holds_or_in_what_is_missing(
    language: str, request_: dict[str, Any], generate: Callable[..., dict[str, Output]], provider: CatalogueProvider
) -> None:
    if "error" in request_:
        with pytest.raises((InvalidArgument, FailedPrecondition)) as caught:
            generate(request_["text"])
        assert (caught.value.reason, caught.value.retryable) == (request_["error"], False)
        return
    state = generate(request_["text"])
    assert understood(state["constraints"], request_["plan"]) == request_["plan"]
    assert state["constraints"]["language"] == language
    check_plan(state, provider)
    assert set(request_.get("compromises", ())) <= {one["wish"] for one in state["ops"]["compromises"]}


def understood(constraints: Output, wanted: dict[str, Any]) -> dict[str, Any]:
    """What the constraints say of the things that are wanted."""
    budget = constraints["budget"]
    said = {
        **{name: constraints[name] for name in ("mustSee", "dislikes", "pace", "transport", "diet")},
        "legs": [[leg["destination"], leg["days"]] for leg in constraints["legs"]],
        "interests": [one["tag"] for one in constraints["interests"]],
        "adults": constraints["travellers"]["adults"],
        "budget": budget and [budget["amount"], budget["currency"]],
        "month": int(constraints["startDate"][5:7]),
    }
    in_any_order = {
        name: sorted(said[name], key=value.index) if set(said[name]) == set(value) else said[name]
        for name, value in wanted.items()
        if name in ("interests", "dislikes")
    }
    return {name: said[name] for name in wanted} | in_any_order


def check_plan(state: dict[str, Output], provider: CatalogueProvider) -> None:
    """The independent validator finds no rule broken that the plan does not name as a compromise, and every stop is a
    place that resolves, a journey, or said to be unverified."""
    days, stops = changes.documents(state["ops"]["ops"])
    schema.validate({**schema.empty_plan(), "days": days, "stops": stops})
    candidates = Candidates.model_validate(state["candidates"])
    must = tuple(one.place_id for one in candidates.places if one.must)
    constraints = TripConstraints.model_validate(state["constraints"])
    broken = {one.rule for one in validate(days, stops, constraints, provider, reference_rates(), must_see=must)}
    named = {one["wish"] for one in state["ops"]["compromises"]}
    assert not broken & HARD and broken <= named
    asked_for = {place.name for place_id in must if (place := provider.get(place_id))}
    unmet = {one["subject"] for one in state["ops"]["compromises"] if one["wish"] == "must_see"}
    in_plan = {stop["name"] for stop in stops.values()}
    assert asked_for <= in_plan | unmet and len(must) + len(candidates.unknown_wishes) >= len(constraints.must_see)
    for stop in stops.values():
        place = provider.get(stop["placeId"] or "")
        assert place is not None or stop["kind"] == "transport" or UNVERIFIED in stop["why"]

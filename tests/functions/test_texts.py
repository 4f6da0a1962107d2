"""Every text that a request may carry is made harmless, and what is made harmless stays so through a real call."""

import re
import types
import typing
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from pydantic import AfterValidator, BaseModel, BeforeValidator, StringConstraints

import functions
from clients.python.session import CallError
from shared.runtime.registry import FUNCTIONS
from shared.runtime.text import Text
from tests.support.people import make_trip

functions.load_all()

LOOKED_UP = {
    "DecideRequest.items", "from_id", "groups", "mentions", "paid", "participants", "parts", "place_id", "scores",
    "stays", "to", "to_id", "uid", "upload",
}  # fmt: skip
"""Fields of ids and names: whatever is not the id of something known is refused."""
OPAQUE = {"ops", "page_token", "picture", "token"}
"""Operations and pictures, which are checked on their own, and what the suite or the platform has made itself."""


def requests() -> list[type[BaseModel]]:
    models = {spec.request for spec in FUNCTIONS.values() if spec.kind == "callable" and spec.request}
    return sorted(models, key=lambda model: model.__name__)


def loose(annotation: Any, metadata: tuple[Any, ...] = ()) -> Iterator[str]:
    """Where plain strings are in an annotation; models in it are walked through."""
    if typing.get_origin(annotation) is typing.Annotated:
        inner, *more = typing.get_args(annotation)
        yield from loose(inner, (*metadata, *more))
    elif annotation is str:
        if not any(_guards(one) for one in metadata):
            yield ""
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from loose_fields(annotation)
    elif typing.get_origin(annotation) is not typing.Literal:
        union = isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is typing.Union
        for part in typing.get_args(annotation):
            yield from loose(part, metadata if union else ())


def _guards(one: Any) -> bool:
    bounded = isinstance(one, StringConstraints) and one.pattern is not None
    return bounded or isinstance(one, Text | AfterValidator | BeforeValidator) or bool(getattr(one, "pattern", None))


def loose_fields(model: type[BaseModel]) -> Iterator[str]:
    hints = typing.get_type_hints(model, include_extras=True)
    for name, field in model.model_fields.items():
        if {name, f"{model.__name__}.{name}"}.isdisjoint(LOOKED_UP | OPAQUE):
            for where in loose(hints[name], tuple(field.metadata)):
                yield f"{name}.{where}".rstrip(".")


@pytest.mark.parametrize("model", requests(), ids=lambda model: model.__name__)
def test_no_request_takes_a_text_as_it_comes(model):
    found = sorted(set(loose_fields(model)))
    assert not found, f"{found}: annotate with Line or Text of shared/runtime/text.py, or with a pattern"


def test_what_nobody_sees_never_arrives(person):
    ana = person("Ana")
    trip_id = make_trip(ana, name=" Kyo\u202eto\u200b  \u2066in\tspring")
    assert ana.call("trips-get", tripId=trip_id)["name"] == "Kyoto  in spring"
    said = ana.call("comments-create", tripId=trip_id, on="trip", text="One\r\ntwo\u0007 e\u0301 👩\u200d🚀 \n")
    assert said["text"] == "One\ntwo é 👩\u200d🚀"


@pytest.mark.parametrize("name", ["\u0000", "Kyoto\u0000", "\u200b\u202e", " \n "])
def test_what_cannot_be_a_name_is_refused_by_its_field(person, name):
    with pytest.raises(CallError) as refused:
        person("Ana").call("trips-create", name=name)
    assert refused.value.status == "INVALID_ARGUMENT"
    assert [one["field"] for one in refused.value.details["fieldViolations"]] == ["name"]


@pytest.mark.parametrize(
    "op",
    [
        {"p": ["notes"], "t": "text-unicode", "o": ["a\u0007b"]},
        {"p": ["notes"], "od": "", "oi": "a\u0000"},
        {"p": ["packing", "hat"], "oi": {"order": "a0", "text": "H\u001bat", "done": False}},
        {"p": ["notes"], "t": "text-unicode", "o": ["photo\u202egpj.exe"]},
        {"p": ["packing", "hat"], "oi": {"order": "a0", "text": "\u2066Hat", "done": False}},
    ],
)
def test_operations_insert_neither_control_characters_nor_overrides(person, op):
    ana = person("Ana")
    trip_id = make_trip(ana)
    with pytest.raises(CallError) as refused:
        ana.call("plan-submit", tripId=trip_id, base=0, src="phone", seq=0, ops=[[op]])
    assert (refused.value.status, refused.value.reason) == ("INVALID_ARGUMENT", "OP_INVALID")
    assert re.search(r"the character U\+(00|20[26])", refused.value.message)


def test_links_in_what_people_write_are_text(person, backend):
    ana = person("Ana")
    link = '<a href="javascript:alert(1)">[x](javascript:alert(1))</a> https://evil.example'
    trip_id = make_trip(ana, name=link)
    ana.call("plan-submit", tripId=trip_id, base=0, src="phone", seq=0, ops=[[{"p": ["notes"], "od": "", "oi": link}]])
    name = ana.call("trips-publish", tripId=trip_id, sections=["notes"])["name"]
    page = httpx.get(f"{backend.functions_url}/public-trip", params={"name": name}, headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "<a" not in page.text
    assert "href" not in page.text.replace("href=&#34;", "")

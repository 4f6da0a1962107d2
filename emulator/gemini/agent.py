"""Decides what a model would do next: call a search tool, hand in a choice, fill the schema, or answer in words."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from emulator.gemini import chat
from emulator.gemini.facts import Facts
from emulator.gemini.fill import Schema, concept_of, fill_object, fit, plain
from emulator.gemini.gazetteer import Gazetteer
from emulator.gemini.reader import read
from emulator.gemini.text import fold
from emulator.gemini.wire import GenerateRequest
from emulator.gemini.words import say

Part = dict[str, Any]

_FENCED = re.compile(r"<(request)((?:-[0-9a-f]+)?)>\s*(.*?)\s*</\1\2>", re.DOTALL)
_SEARCHES = ("search", "find", "lookup", "nearby")
_MAX_CALLS = 16
_CHOICES_PER_TOWN = 60
_TELLING = 4
_UNWEIGHTED = 0.5


def next_parts(request: GenerateRequest, gazetteer: Gazetteer) -> list[Part]:
    """The parts of the model's turn."""
    step = chat.next_step(request, gazetteer)
    if step is not None:
        return [{"text": step}] if isinstance(step, str) else _calls(request, [(one.tool, one.args) for one in step])
    facts = read(_request_text(request.contents), gazetteer)
    results, done = _results(request.contents)
    search = next((f for f in request.functions if _is_search(f)), None)
    finish = next((f for f in request.functions if f is not search and _choice_of(f) is not None), None)
    if search and search["name"] not in done and facts.legs:
        return _calls(request, [(search["name"], args) for args in _searches(search, facts)])
    if finish and finish["name"] not in done and (results or request.must_call):
        concepts = {**facts.concepts(), "candidates": list(_choices(results, facts))}
        return _calls(request, [(finish["name"], fill_object(_parameters(finish), concepts))])
    if request.must_call and request.functions:
        function = request.functions[0]
        return _calls(request, [(function["name"], fill_object(_parameters(function), facts.concepts()))])
    if request.schema is not None or request.json_answer:
        schema = request.schema or {"type": "object"}
        concepts = {**facts.concepts(), "candidates": list(_choices(results, facts)), "answer": _words(facts, results)}
        filled = fit(schema, concepts, schema) if schema.get("type") else fill_object(schema, concepts)
        return [{"text": json.dumps(filled, ensure_ascii=False)}]
    return [{"text": _words(facts, results)}]


def _request_text(contents: list[dict[str, Any]]) -> str:
    """What the person says: the last fenced request, else the last text of the user."""
    texts = [
        "\n".join(part["text"] for part in content["parts"] if "text" in part)
        for content in contents
        if content["role"] == "user" and any("text" in part for part in content["parts"])
    ]
    fenced = [match[3] for text in texts for match in _FENCED.finditer(text)]
    return fenced[-1] if fenced else texts[-1] if texts else ""


def _results(contents: list[dict[str, Any]]) -> tuple[dict[str, dict[str, Any]], set[str]]:
    """The places in the tool results since the person last spoke, by id, and the names of the tools that answered."""
    places: dict[str, dict[str, Any]] = {}
    done: set[str] = set()
    for content in contents:
        if content["role"] == "user" and any("text" in part for part in content["parts"]):
            places, done = {}, set()
        for part in content["parts"]:
            if "functionResponse" in part:
                done.add(part["functionResponse"].get("name", ""))
                for place in _places_in(part["functionResponse"].get("response")):
                    places.setdefault(str(place.get("id") or place.get("placeId")), place)
    return places, done


def _places_in(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if value.get("name") and (value.get("id") or value.get("placeId")):
            yield value
        else:
            for item in value.values():
                yield from _places_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from _places_in(item)


def _parameters(function: Mapping[str, Any]) -> Schema:
    return function.get("parametersJsonSchema") or function.get("parameters") or {}


def _is_search(function: Mapping[str, Any]) -> bool:
    return any(word in function["name"].lower() for word in _SEARCHES)


def _choice_of(function: Mapping[str, Any]) -> str | None:
    """The parameter that takes a list of places by id, if the function has one."""
    for name, child in _parameters(function).get("properties", {}).items():
        items = child.get("items", {})
        has_ids = any(plain(key).endswith("id") for key in items.get("properties", {}))
        if has_ids or (items and plain(name).endswith("ids")) or concept_of(name, child) == "candidates":
            return str(name)
    return None


def _calls(request: GenerateRequest, calls: Sequence[tuple[str, dict[str, Any]]]) -> list[Part]:
    """Function calls with ids; the first carries the thought signature that Gemini 3 gives."""
    parts: list[Part] = []
    for number, (name, args) in enumerate(calls):
        digest = hashlib.sha256(json.dumps([len(request.contents), number, name, args]).encode()).hexdigest()
        parts.append({"functionCall": {"id": digest[:8], "name": name, "args": args}})
        if number == 0:
            parts[0]["thoughtSignature"] = digest[:32]
    return parts


def _searches(function: Mapping[str, Any], facts: Facts) -> Iterator[dict[str, Any]]:
    """Per town: what is popular, one search per interest, one per wish; each only if the tool can express it."""
    schema = _parameters(function)
    seen: set[str] = set()
    wishes: list[dict[str, Any]] = [{}, *({"tags": [tag], "kinds": [tag], "text": tag} for tag in facts.interests)]
    wishes += [{"text": name} for name in facts.must_see] + [{"kinds": ["food"], "tags": ["food"]}]
    for wish in wishes:
        for leg in facts.legs:
            concepts = {**facts.concepts(), "destinations": leg.name, "text": None, "limit": 30, **wish}
            filled = fill_object(schema, concepts)
            if wish.get("tags") and any(filled.get(key) for key in _asked(schema, "tags", "kinds")):
                filled = {key: item for key, item in filled.items() if key not in _asked(schema, "text")}
            text = json.dumps(filled, sort_keys=True)
            if text not in seen and len(seen) < _MAX_CALLS:
                seen.add(text)
                yield filled


def _asked(schema: Schema, *concepts: str) -> list[str]:
    return [name for name, child in schema.get("properties", {}).items() if concept_of(name, child) in concepts]


def _choices(results: Mapping[str, dict[str, Any]], facts: Facts) -> Iterator[dict[str, Any]]:
    """The found places that nobody dislikes, best first, with a score in 0..1 and a reason."""
    ranked = []
    for identifier, place in results.items():
        tags, weight = place.get("tags"), place.get("weight")
        labels = {plain(str(label)) for label in [place.get("kind", ""), *(tags if isinstance(tags, list) else [])]}
        if any(plain(dislike) in labels for dislike in facts.dislikes) or _named(place, facts.must_avoid):
            continue
        liked = {tag: weight for tag, weight in facts.interests.items() if plain(tag) in labels}
        wanted = _named(place, facts.must_see)
        weight = weight if isinstance(weight, int | float) else _UNWEIGHTED
        score = 1.0 if wanted else min(0.4 * weight + 0.6 * max(liked.values(), default=0.35 * weight), 0.99)
        reason = "asked_for" if wanted else "matches" if liked else "popular"
        words = say(facts.language, reason, tag=", ".join(liked))
        ranked.append((-score, identifier, {**place, "id": identifier, "score": round(score, 3), "reason": words}))
    for _, identifier, place in sorted(ranked, key=lambda one: one[:2])[: _CHOICES_PER_TOWN * max(len(facts.legs), 1)]:
        yield {**place, "placeId": identifier, "interest": place["score"], "why": place["reason"]}


def _named(place: Mapping[str, Any], names: list[str]) -> bool:
    own = [fold(str(place.get(key))) for key in ("name", "localName") if place.get(key)]
    wanted = [fold(name) for name in names]
    return any(name in mine or (len(mine) >= _TELLING and mine in name) for name in wanted for mine in own)


def _words(facts: Facts, results: Mapping[str, dict[str, Any]]) -> str:
    where = ", ".join(leg.name for leg in facts.legs)
    if results:
        chosen = [str(place["name"]) for place in _choices(results, facts)]
        found = "found" if chosen else "nothing_found"
        return say(facts.language, found, count=len(chosen), where=where or "…", names=", ".join(chosen[:6]))
    if facts.legs and facts.days:
        return say(facts.language, "understood", where=where, days=facts.days)
    return say(facts.language, "ask")

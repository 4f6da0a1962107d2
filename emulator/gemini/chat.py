"""Conversation by rules: questions about the plan, and about when a place is open, answered from what tools tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from emulator.gemini import phrases
from emulator.gemini.wire import GenerateRequest

Part = dict[str, Any]
Step = list[Part] | tuple[str, list[dict[str, Any]]] | None

PLAN_TOOL, SEARCH_TOOL, DETAILS_TOOL = "read_plan", "search_places", "place_details"
_ABOUT_PLAN = re.compile(
    r"\b(?:planned|our plan|the plan|itinerary|geplant|unser(?:en)? plan|prévu|notre plan|programme|planeado"
    r"|planificado|nuestro plan|previsto|nostro piano|in programma|planejado|nosso plano)\b|予定|計画",
    re.IGNORECASE,
)
_ABOUT_HOURS = re.compile(
    r"\b(?:open|opens|opening|closes?|ouvert\w*|ouvre|horaires?|geöffnet|öffnet|öffnungszeiten|abierto|abre|horarios?"
    r"|aperto|apre|orari[oa]?|aberto)\b|営業|開いて|開き|何時",
    re.IGNORECASE,
)
_NAME = re.compile(r"[A-ZÀ-Þ][\w'’-]+(?:[ -][A-ZÀ-Þ][\w'’-]+)*")
_JAPANESE_NAME = re.compile(r"^(.+?)(?:は|の|って)")
_TOWN = re.compile(r"^goes to: ([^,\n]+)", re.MULTILINE)
_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


def next_step(request: GenerateRequest, text: str, language: str) -> Step:
    """The answer's parts, the tool to call with what, or None for what is not asked about a plan or hours."""
    tools = {function["name"] for function in request.functions}
    results = dict(_results(request))
    if _ABOUT_PLAN.search(text) and (PLAN_TOOL in tools or PLAN_TOOL in results):
        if PLAN_TOOL not in results:
            return PLAN_TOOL, [{}]
        return [{"text": _plan(results[PLAN_TOOL], language)}]
    if _ABOUT_HOURS.search(text) and (DETAILS_TOOL in tools or DETAILS_TOOL in results):
        return _hours(request, text, language, results)
    return None


def _results(request: GenerateRequest) -> Iterator[tuple[str, dict[str, Any]]]:
    """What tools have told since the person last spoke, by tool."""
    told: list[tuple[str, dict[str, Any]]] = []
    for content in request.contents:
        if any("<message" in part.get("text", "") for part in content["parts"]):
            told = []
        for part in content["parts"]:
            if "functionResponse" in part:
                answer = part["functionResponse"].get("response")
                told.append((part["functionResponse"].get("name", ""), answer if isinstance(answer, dict) else {}))
    yield from told


def _hours(request: GenerateRequest, text: str, language: str, results: dict[str, dict[str, Any]]) -> Step:
    if DETAILS_TOOL in results:
        return [{"text": _opening(results[DETAILS_TOOL], language)}]
    places = results.get(SEARCH_TOOL, {}).get("places")
    if isinstance(places, list):
        if not places:
            return [{"text": phrases.PLACE_UNKNOWN[language]}]
        date = _DATE.search(text)
        return DETAILS_TOOL, [{"placeId": places[0]["id"], **({"date": date[0]} if date else {})}]
    town, name = _TOWN.search(_all_text(request)), _name(text, language)
    if town is None or name is None:
        return [{"text": phrases.PLACE_UNKNOWN[language]}]
    return SEARCH_TOOL, [{"destination": town[1].strip(), "text": name, "limit": 3}]


def _name(text: str, language: str) -> str | None:
    if language == "ja":
        found = _JAPANESE_NAME.match(text)
        return found[1] if found else None
    # The first word of a question is capitalised for its place in the sentence.
    names = [match[0] for match in _NAME.finditer(text) if match.start() > 0]
    return max(names, key=len, default=None)


def _all_text(request: GenerateRequest) -> str:
    return "\n".join(part["text"] for content in request.contents for part in content["parts"] if "text" in part)


def _plan(plan: dict[str, Any], language: str) -> str:
    days = [day for day in plan.get("days", []) if day.get("stops")]
    if not days:
        return phrases.PLAN_EMPTY[language]
    lines = [f"{day.get('date') or '?'}: " + ", ".join(_stop(stop) for stop in day["stops"]) for day in days]
    return "\n".join([phrases.PLAN[language], *lines])


def _stop(stop: dict[str, Any]) -> str:
    return f"{stop['at']} {stop['title']}" if stop.get("at") else str(stop["title"])


def _opening(place: dict[str, Any], language: str) -> str:
    if "error" in place:
        return phrases.PLACE_UNKNOWN[language]
    if "openOnDate" not in place:
        return phrases.HOURS[language].format(name=place["name"], hours=place["openingHours"])
    spans = ", ".join(f"{one['opens']}-{one['closes']}" for one in place["openOnDate"])
    template = phrases.HOURS_ON if spans else phrases.CLOSED_ON
    return template[language].format(name=place["name"], date=place["date"], hours=spans)

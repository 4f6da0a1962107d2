"""A conversation with the stand-in through the real client, as the app leads it; the tools' answers are data."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from google.genai import types

from emulator.gemini.testing import StandIn
from shared.places.catalogue import CatalogueProvider

Data = dict[str, Any]

MODEL = "gemini-2.5-flash"
PROVIDER = CatalogueProvider()
TRIP = """<trip-ab12>
today: 2026-11-22
name: Kyoto in spring
members: 2
first day: 2027-04-02
last day: 2027-04-05
goes to: Kyoto
currency: EUR
</trip-ab12>"""
CASTLE = {"stopId": "castle", "title": "Nijo Castle", "at": "09:00", "minutes": 90, "placeId": "kyoto/nijo-castle"}
TEA = {"stopId": "tea", "title": "Tea with Rosa", "at": "10:00", "minutes": 60, "placeId": None}
PLAN: Data = {
    "version": 7,
    "days": [
        {"dayId": "d1", "date": "2027-04-02", "stops": [CASTLE]},
        {"dayId": "d2", "date": "2027-04-03", "stops": []},
        {"dayId": "d3", "date": "2027-04-04", "stops": [TEA]},
    ],
    "ideas": [{"stopId": "onsen", "title": "Hot springs", "at": None, "minutes": 60, "placeId": None}],
}
WISHES: Data = {
    "members": [
        {"name": "Ana", "you": True, "reactions": [{"title": "Nijo Castle", "reaction": "love"}], "vetoes": []},
        {
            "name": "Ben",
            "you": False,
            "reactions": [
                {"title": "Nijo Castle", "reaction": "veto"},
                {"title": "Tea with Rosa", "reaction": "fine"},
            ],
            "vetoes": ["Nijo Castle"],
        },
    ],
    "yours": None,
    "unnamed": ["diet"],
}
HISTORY: Data = {
    "changes": [
        {"version": 7, "by": "Ana", "at": "2027-03-01T10:00:00Z", "what": "moved Tea with Rosa to 10:00"},
        {"version": 6, "by": "Ben", "at": "2027-03-01T09:00:00Z", "what": "added Nijo Castle"},
    ]
}
BUDGET: Data = {
    "budget": "900 EUR", "planned": "12 EUR", "actual": "34 EUR", "leftToPlan": "888 EUR", "leftToSpend": "866 EUR",
    "days": [], "categories": [], "members": [], "withoutRate": [],
}  # fmt: skip


def _search(args: Data) -> Data:
    town = PROVIDER.destination(args["destination"])
    if town is None:
        return {"error": "this town is not in the catalogue"}
    asked = {name: args.get(name) for name in ("text", "kinds", "tags")}
    found = PROVIDER.search(town.id, **asked, limit=args.get("limit", 10))
    return {"places": [{"id": one.id, "name": one.name, "localName": one.local_name} for one in found]}


def _details(args: Data) -> Data:
    place = PROVIDER.get(args["placeId"])
    if place is None:
        return {"error": "there is no such place"}
    told: Data = {"id": place.id, "name": place.name, "minutes": place.minutes, "price": "800 JPY"}
    told["openingHours"] = place.opening_hours
    if "date" in args:
        told |= {"date": args["date"], "openOnDate": [{"opens": "08:30", "closes": "17:00"}]}
    return told


def _ways(args: Data) -> Data:
    ids = args["placeIds"]
    return {
        "legs": [
            {"from": a, "to": b, "mode": args.get("mode", "transit"), "minutes": 23, "metres": 4_200, "estimated": True}
            for a, b in pairwise(ids)
        ]
    }


def _days(args: Data) -> Data:
    days = [{"date": one, "stops": [{"title": "Gion", "at": "11:00"}]} for one in args.get("dates", ["2027-04-02"])]
    left = [{"title": "Zoo", "reason": "There is no time for it."}]
    return {"proposalId": "p2", "days": days, "satisfaction": [], "leftOut": left, "compromises": ["No lunch."]}


TOOLS: dict[str, Callable[[Data], Data]] = {
    "read_plan": lambda args: PLAN,
    "search_places": _search,
    "place_details": _details,
    "propose_change": lambda args: {"proposalId": "p1", "leftOut": [], "compromises": []},
    "read_history": lambda args: HISTORY,
    "read_wishes": lambda args: WISHES,
    "read_budget": lambda args: BUDGET,
    "travel_times": _ways,
    "optimise": _days,
    "open_poll": lambda args: {"pollId": "v1", "question": args["question"], "options": args["options"]},
}


@dataclass
class Talk:
    """What was called, in order, and what was said in the end."""

    calls: list[tuple[str, Data]] = field(default_factory=list)
    text: str = ""

    def of(self, tool: str) -> list[Data]:
        return [args for name, args in self.calls if name == tool]


def talk(
    gemini: StandIn,
    message: str,
    tools: dict[str, Callable[[Data], Data]] | None = None,
    *,
    before: tuple[types.Content, ...] = (),
    trip: str = TRIP,
    turns: int = 8,
) -> Talk:
    """Ask, answer the calls, and go on until something is said. After `turns` turns no more calls are allowed."""
    tools = TOOLS if tools is None else tools
    declared = [types.FunctionDeclaration(name=name, description="") for name in tools]
    asked = types.UserContent(f"{trip}\n<message-cd34>\n{message}\n</message-cd34>")
    contents: list[types.Content] = [*before, asked]
    done = Talk()
    for turn in range(turns + 1):
        mode = types.FunctionCallingConfigMode.AUTO if turn < turns else types.FunctionCallingConfigMode.NONE
        config = types.GenerateContentConfig(
            tools=[types.Tool(function_declarations=declared)] if declared else None,
            tool_config=types.ToolConfig(function_calling_config=types.FunctionCallingConfig(mode=mode)),
            automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
        )
        answer = gemini.client().models.generate_content(model=MODEL, contents=contents, config=config)
        calls = answer.function_calls or []
        if not calls or not answer.candidates or not answer.candidates[0].content:
            done.text = answer.text or ""
            return done
        results = []
        for call in calls:
            args = call.args or {}
            done.calls.append((call.name or "", args))
            told = tools[call.name or ""](args)
            results.append(types.FunctionResponse(id=call.id, name=call.name, response=told))
        parts = [types.Part(function_response=result) for result in results]
        contents = [*contents, answer.candidates[0].content, types.Content(role="user", parts=parts)]
    raise AssertionError("the model went on calling tools")

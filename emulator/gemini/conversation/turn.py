"""What there is to go by in a turn of the model: the person's message, the trip's facts, and what tools have told."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from emulator.gemini import words
from emulator.gemini.facts import Facts
from emulator.gemini.gazetteer import Gazetteer
from emulator.gemini.reader import read
from emulator.gemini.text import fold, without_orders
from emulator.gemini.wire import GenerateRequest

Data = dict[str, Any]

_MESSAGE = re.compile(r"<(message(?:-[0-9a-f]+)?)>\s*(.*?)\s*</\1>", re.DOTALL)
_TRIP = re.compile(r"<(trip(?:-[0-9a-f]+)?)>\s*(.*?)\s*</\1>", re.DOTALL)
_ROLE = re.compile(r"\brole\b|may only read|may not")
_MOST_TOWNS = 3


@dataclass(frozen=True)
class Call:
    """A tool and what to ask it. With `attempt` 2 it is asked the same again, though it has answered."""

    tool: str
    args: Data
    attempt: int = 1


T = TypeVar("T")
LookUp = Generator[Sequence[Call], list[Data], T]
"""A part of a skill: it yields the calls it needs and is sent their answers."""
Skill = LookUp[str]
"""Returns what to say."""


@dataclass(frozen=True)
class TripFacts:
    """What the app says of the trip before it lets the person speak."""

    today: date | None = None
    first: date | None = None
    last: date | None = None
    towns: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: str) -> TripFacts:
        found = _TRIP.search(text)
        said = dict(line.split(": ", 1) for line in (found[2] if found else "").splitlines() if ": " in line)
        towns = tuple(name.strip() for name in said.get("goes to", "").split(",") if name.strip())
        today, first, last = (_date(said.get(name)) for name in ("today", "first day", "last day"))
        return cls(today, first, last, towns)


@dataclass(frozen=True)
class Turn:
    """`text` is what the person says without orders to the model, `folded` the same for matching. `told` are the calls
    since they spoke, with their answers; `tools` may be called now."""

    text: str
    folded: str
    facts: Facts
    trip: TripFacts
    gazetteer: Gazetteer
    tools: frozenset[str]
    told: tuple[tuple[Call, Data], ...]

    @classmethod
    def of(cls, request: GenerateRequest, gazetteer: Gazetteer) -> Turn | None:
        """None if nobody speaks in a conversation: there is no message between tags."""
        spoken = [index for index, content in enumerate(request.contents) if _message(content) is not None]
        if not spoken:
            return None
        last = request.contents[spoken[-1]]
        said = _message(last) or ""
        text = unicodedata.normalize("NFC", without_orders(said))
        facts = read(said, gazetteer)
        tools = frozenset(function["name"] for function in request.functions)
        told = tuple(_told(request.contents[spoken[-1] + 1 :]))
        return cls(text, fold(text), facts, TripFacts.of(_text(last)), gazetteer, tools, told)

    @property
    def language(self) -> str:
        return self.facts.language

    @property
    def towns(self) -> tuple[str, ...]:
        """The towns that the message names, else those of the trip."""
        named = tuple(mention.name for mention in self.gazetteer.mentions(self.text, self.folded))
        return (named or self.trip.towns)[:_MOST_TOWNS]

    def say(self, key: str, **values: object) -> str:
        return words.say(self.language, key, **values)

    def failed(self, answer: Data) -> str:
        """What to say when a tool answers with an error, or with nothing."""
        why = str(answer.get("error", ""))
        if _ROLE.search(why):
            return self.say("not_allowed")
        return self.say("failed", why=why) if why else self.say("cannot")


def _told(contents: list[Data]) -> Iterator[tuple[Call, Data]]:
    asked: list[Call] = []
    for content in contents:
        calls = [part["functionCall"] for part in content["parts"] if "functionCall" in part]
        asked += [Call(call.get("name", ""), call.get("args") or {}) for call in calls]
        for part in content["parts"]:
            if "functionResponse" in part and asked:
                answer = part["functionResponse"].get("response")
                yield asked.pop(0), answer if isinstance(answer, dict) else {}


def _message(content: Data) -> str | None:
    if content["role"] != "user":
        return None
    found = _MESSAGE.findall(_text(content))
    return found[-1][1] if found else None


def _text(content: Data) -> str:
    return "\n".join(part["text"] for part in content["parts"] if "text" in part)


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None

"""Whatever is said, and whatever tools answer, the stand-in comes to an end in words."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.gemini import agent, wire
from emulator.gemini.gazetteer import Gazetteer
from tests.emulator.gemini.talking import PROVIDER, TOOLS, TRIP

GAZETTEER = Gazetteer(PROVIDER.destinations())
MESSAGES = json.loads(Path(__file__).with_name("messages.json").read_text("utf-8"))
TEXTS = [one if isinstance(one, str) else one["text"] for kind in MESSAGES.values() for one in kind]
WORDS = sorted({word for text in TEXTS for word in text.split()})
MOST_TURNS = 8


def ends(message: str, tools: dict[str, Callable[[dict[str, Any]], Any]]) -> tuple[str, set[str]]:
    """What is said in the end, and the tools that were called. Raises AssertionError after too many turns."""
    said = f"{TRIP}\n<message-cd34>\n{message}\n</message-cd34>"
    contents: list[dict[str, Any]] = [{"role": "user", "parts": [{"text": said}]}]
    declared = [{"functionDeclarations": [{"name": name} for name in tools]}]
    used: set[str] = set()
    for _ in range(MOST_TURNS):
        request = wire.parse("gemini-2.5-flash", {"contents": contents, "tools": declared})
        parts = agent.next_parts(request, GAZETTEER)
        if "text" in parts[0]:
            return str(parts[0]["text"]), used
        calls = [part["functionCall"] for part in parts]
        used |= {one["name"] for one in calls}
        told = [{"name": one["name"], "response": tools[one["name"]](one["args"])} for one in calls]
        contents += [
            {"role": "model", "parts": parts},
            {"role": "user", "parts": [{"functionResponse": one} for one in told]},
        ]
    raise AssertionError(f"{message!r} never ends")


@pytest.mark.parametrize("text", TEXTS)
def test_tools_that_know_nothing_are_reported(text: str) -> None:
    _, used = ends(text, TOOLS)
    for tool in used:
        for answer in ({"error": "nobody knows"}, {}):
            assert ends(text, {**TOOLS, tool: lambda _, told=answer: told})[0]


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=6), max_size=12))
def test_any_words_end_in_words(words: list[str]) -> None:
    assert ends(" ".join(words), TOOLS)[0]


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(TEXTS), min_size=2, max_size=3))
def test_several_things_at_once_end_in_words(texts: list[str]) -> None:
    assert ends(" ".join(texts), TOOLS)[0]

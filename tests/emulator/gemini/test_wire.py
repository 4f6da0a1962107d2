"""Whatever arrives, the stand-in answers: either the request is understood or the error says what is wrong."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.gemini import agent, answers, wire
from emulator.gemini.errors import ApiError
from emulator.gemini.gazetteer import Gazetteer

KEYS = st.sampled_from(
    ["contents", "parts", "text", "role", "tools", "functionDeclarations", "name", "parameters", "properties", "type",
     "items", "enum", "anyOf", "generationConfig", "responseSchema", "responseMimeType", "functionCall",
     "functionResponse", "response", "toolConfig", "functionCallingConfig", "mode", "maxOutputTokens",
     "systemInstruction", "required", "$ref", "places", "id", "tags", "weight"]
)  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "user", "model", "3 days", "string"])
ANY = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3))
CONTENTS = st.lists(
    st.fixed_dictionaries({"parts": st.lists(st.dictionaries(KEYS, ANY, max_size=2), min_size=1, max_size=2)}),
    min_size=1,
    max_size=2,
)
BODIES = st.dictionaries(KEYS, ANY, max_size=4) | st.fixed_dictionaries(
    {"contents": CONTENTS},
    optional={"tools": ANY, "generationConfig": ANY, "toolConfig": ANY, "systemInstruction": ANY},
)


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(BODIES)
def test_every_body_is_answered_or_refused(body: dict[str, Any]) -> None:
    try:
        request = wire.parse("gemini-2.5-flash", body)
    except ApiError as error:
        assert error.code == 400 and error.body()["error"]["message"]
        return
    parts = agent.next_parts(request, Gazetteer([]))
    assert answers.whole(request, parts, "STOP")["usageMetadata"]["totalTokenCount"] >= 0

"""The stand-in speaks the Gemini API: the real client understands its answers and its errors."""

from typing import Any

import pytest
from google.genai import errors, types
from pydantic import BaseModel

from emulator.gemini.testing import StandIn

MODEL = "gemini-3.8-flash"
REQUEST = "Four days in Kyoto for two adults: temples and ramen, must see Fushimi Inari"


class Wish(BaseModel):
    destinations: list[str]
    days: int
    budget: float | None


def refused(call: Any) -> errors.APIError:
    with pytest.raises(errors.APIError) as caught:
        call()
    return caught.value


def test_models_are_listed_and_described(gemini: StandIn) -> None:
    client = gemini.client()
    names = [model.name for model in client.models.list()]
    assert f"models/{MODEL}" in names
    described = client.models.get(model=MODEL)
    assert described.supported_actions == ["generateContent", "countTokens"]
    assert refused(lambda: client.models.get(model="llama")).code == 404


def test_an_answer_has_text_a_finish_reason_and_counted_tokens(gemini: StandIn) -> None:
    answer = gemini.client().models.generate_content(model=MODEL, contents=REQUEST)
    assert "Kyoto" in (answer.text or "")
    assert answer.candidates and answer.candidates[0].finish_reason == types.FinishReason.STOP
    usage = answer.usage_metadata
    assert usage and usage.total_token_count == (usage.prompt_token_count or 0) + (usage.candidates_token_count or 0)
    counted = gemini.client().models.count_tokens(model=MODEL, contents=REQUEST)
    assert counted.total_tokens == usage.prompt_token_count


@pytest.mark.parametrize(
    ("key", "code", "status"), [("", 403, "PERMISSION_DENIED"), ("invalid", 400, "INVALID_ARGUMENT")]
)
def test_a_key_is_asked_for(gemini: StandIn, key: str, code: int, status: str) -> None:
    headers = {"x-goog-api-key": key} if key else {}
    body = {"contents": [{"parts": [{"text": "hello"}]}]}
    answer = gemini.http.post(f"/v1beta/models/{MODEL}:generateContent", json=body, headers=headers)
    assert (answer.status_code, answer.json()["error"]["status"]) == (code, status)


def test_a_refused_key_says_so_in_the_details(gemini: StandIn) -> None:
    error = refused(lambda: gemini.client("invalid").models.generate_content(model=MODEL, contents="hello"))
    assert error.details["error"]["details"][0]["reason"] == "API_KEY_INVALID"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"contents": []}, "contents is not specified"),
        ({"contents": [{"parts": []}]}, "must not be empty"),
        ({"contents": [{"parts": [{"text": "a"}]}], "temprature": 1}, 'Unknown name "temprature"'),
        ({"contents": [{"parts": [{"text": "a"}]}], "generationConfig": {"size": 1}}, "at 'generation_config'"),
        ({"contents": [{"role": "boss", "parts": [{"text": "a"}]}]}, "valid role"),
        (
            {"contents": [{"parts": [{"text": "a"}]}], "generationConfig": {"responseSchema": {"type": "OBJECT"}}},
            "only allowed for response_mime_type",
        ),
        (
            {"contents": [{"role": "user", "parts": [{"functionResponse": {"name": "f", "response": {}}}]}]},
            "number of function response parts",
        ),
    ],
)
def test_a_wrong_body_is_named(gemini: StandIn, body: dict[str, Any], words: str) -> None:
    headers = {"x-goog-api-key": "local"}
    answer = gemini.http.post(f"/v1beta/models/{MODEL}:generateContent", json=body, headers=headers)
    assert answer.status_code == 400
    assert words in answer.json()["error"]["message"]


def test_structured_output_follows_the_schema(gemini: StandIn) -> None:
    config = types.GenerateContentConfig(response_mime_type="application/json", response_schema=Wish)
    answer = gemini.client().models.generate_content(model=MODEL, contents=REQUEST, config=config)
    assert answer.parsed == Wish(destinations=["Kyoto"], days=4, budget=None)


def test_json_schema_is_understood_too(gemini: StandIn) -> None:
    schema = {"type": "object", "properties": {"partySize": {"type": "integer"}}, "required": ["partySize"]}
    config = types.GenerateContentConfig(response_mime_type="application/json", response_json_schema=schema)
    answer = gemini.client().models.generate_content(model=MODEL, contents=REQUEST, config=config)
    assert answer.text == '{"partySize": 2}'


def test_a_stream_comes_in_pieces_and_ends_with_a_reason(gemini: StandIn) -> None:
    config = types.GenerateContentConfig(response_mime_type="application/json", response_schema=Wish)
    client = gemini.client()
    long = REQUEST + " and " + ", ".join(f"must see Temple{number}" for number in range(10))
    pieces = list(client.models.generate_content_stream(model=MODEL, contents=long, config=config))
    assert len(pieces) > 1
    reasons = [piece.candidates[0].finish_reason for piece in pieces if piece.candidates]
    assert reasons == [None] * (len(pieces) - 1) + [types.FinishReason.STOP]
    assert Wish.model_validate_json("".join(piece.text or "" for piece in pieces)).days == 4


def test_a_stream_is_server_sent_events(gemini: StandIn) -> None:
    body = {"contents": [{"parts": [{"text": REQUEST}]}]}
    path = f"/v1beta/models/{MODEL}:streamGenerateContent?alt=sse&key=local"
    with gemini.http.stream("POST", path, json=body) as answer:
        lines = [line for line in answer.iter_lines() if line]
    assert answer.headers["content-type"] == "text/event-stream"
    assert all(line.startswith("data: {") for line in lines)


def test_the_output_limit_cuts(gemini: StandIn) -> None:
    config = types.GenerateContentConfig(max_output_tokens=2)
    answer = gemini.client().models.generate_content(model=MODEL, contents=REQUEST, config=config)
    assert answer.candidates and answer.candidates[0].finish_reason == types.FinishReason.MAX_TOKENS

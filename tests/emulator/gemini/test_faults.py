"""Every fault arrives at the real client in the shape of the real service."""

import httpx2
import pytest
from google.genai import errors, types
from pydantic import BaseModel

from emulator.gemini.testing import StandIn

MODEL = "gemini-2.5-flash"
REQUEST = "Four days in Kyoto"


class Wish(BaseModel):
    days: int


JSON = types.GenerateContentConfig(response_mime_type="application/json", response_schema=Wish)


def answer(gemini: StandIn, fault: str) -> types.GenerateContentResponse:
    return gemini.client(fault=fault).models.generate_content(model=MODEL, contents=REQUEST, config=JSON)


def test_too_many_requests_say_when_to_come_back(gemini: StandIn) -> None:
    with pytest.raises(errors.ClientError) as caught:
        answer(gemini, "429:7")
    assert caught.value.status == "RESOURCE_EXHAUSTED"
    assert {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "7s"} in caught.value.details["error"][
        "details"
    ]


@pytest.mark.parametrize(("fault", "status"), [("500", "INTERNAL"), ("503", "UNAVAILABLE")])
def test_server_errors(gemini: StandIn, fault: str, status: str) -> None:
    with pytest.raises(errors.ServerError) as caught:
        answer(gemini, fault)
    assert (str(caught.value.code), caught.value.status) == (fault, status)


@pytest.mark.parametrize(("fault", "reason"), [("safety", "SAFETY"), ("max_tokens", "MAX_TOKENS")])
def test_finish_reasons(gemini: StandIn, fault: str, reason: str) -> None:
    candidates = answer(gemini, fault).candidates
    assert candidates and candidates[0].finish_reason == reason


def test_a_blocked_prompt_has_no_candidates(gemini: StandIn) -> None:
    blocked = answer(gemini, "prompt_blocked")
    assert not blocked.candidates
    assert blocked.prompt_feedback and blocked.prompt_feedback.block_reason == types.BlockedReason.SAFETY


def test_malformed_json_does_not_parse(gemini: StandIn) -> None:
    malformed = answer(gemini, "malformed_json")
    assert malformed.text and malformed.parsed is None


def test_slow_answers_run_into_the_clients_patience(gemini: StandIn) -> None:
    client = gemini.client(fault="slow:5", timeout=0.3)
    with pytest.raises(httpx2.ReadTimeout):
        client.models.generate_content(model=MODEL, contents=REQUEST)


def test_cut_answers_break_off(gemini: StandIn) -> None:
    with pytest.raises(httpx2.RemoteProtocolError):
        answer(gemini, "cut")


def test_cut_streams_break_off_after_what_was_sent(gemini: StandIn) -> None:
    body = {"contents": [{"parts": [{"text": REQUEST}]}]}
    headers = {"x-goog-api-key": "local", "x-travvy-fault": "cut"}
    path = f"/v1beta/models/{MODEL}:streamGenerateContent?alt=sse"
    whole = gemini.http.post(path, json=body, headers={"x-goog-api-key": "local"}).text
    got = b""
    with gemini.http.stream("POST", path, json=body, headers=headers) as cut:
        stream = cut.iter_raw()
        with pytest.raises(Exception, match="incomplete chunked read"):
            for piece in stream:
                got += piece
    assert 0 < len(got) < len(whole.encode())


def test_queued_faults_strike_when_they_should(gemini: StandIn) -> None:
    gemini.order("500", skip=1, times=2)
    client = gemini.client()
    outcomes = []
    for _ in range(4):
        try:
            client.models.generate_content(model=MODEL, contents=REQUEST)
            outcomes.append("ok")
        except errors.ServerError:
            outcomes.append("500")
    assert outcomes == ["ok", "500", "500", "ok"]


def test_unknown_faults_are_refused(gemini: StandIn) -> None:
    with pytest.raises(errors.ClientError, match="Unknown fault 'gremlin'"):
        answer(gemini, "gremlin")

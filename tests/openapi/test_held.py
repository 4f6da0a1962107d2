"""What holds answers against the description does notice: a wrong field, an unknown status, a reason of others."""

import json
from typing import Any

import httpx
import pytest

from tests.support.described import Description, api

DESCRIBED = Description(api())
GOOD = {"result": {"tripId": "t", "deletedAt": "2027-04-02T10:00:00Z", "restorableUntil": "2027-05-02T10:00:00Z"}}
FAILED = {
    "status": "NOT_FOUND",
    "message": "No",
    "details": {"reason": "TRIP_NOT_FOUND", "domain": "travvy", "metadata": {}},
}


def answer(body: Any, status: int = 200, kind: str = "application/json") -> httpx.Response:
    content = body if isinstance(body, str) else json.dumps(body)
    return httpx.Response(status, content=content, headers={"Content-Type": kind})


def failed(**fields: Any) -> dict[str, Any]:
    return {"error": {**FAILED, **fields}}


@pytest.mark.parametrize(
    "response",
    [
        answer(GOOD),
        answer(failed(), 404),
        answer(f"data: {json.dumps({'message': 1})}\n\ndata: {json.dumps(GOOD)}\n\n", kind="text/event-stream"),
        answer(f": ping\n\ndata: {json.dumps(failed())}\n\n", kind="text/event-stream"),
    ],
)
def test_what_is_described_passes(response: httpx.Response) -> None:
    DESCRIBED.check("POST", "/trips-delete", response)


@pytest.mark.parametrize(
    "response",
    [
        answer({**GOOD, "more": 1}),
        answer({"result": {**GOOD["result"], "deletedAt": "yesterday"}}),
        answer({"result": {"tripId": "t"}}),
        answer(GOOD, 201),
        answer("<p>", kind="text/html"),
        answer(failed(), 403),
        answer(failed(details={**FAILED["details"], "reason": "POLL_NOT_FOUND"}), 404),  # type: ignore[dict-item]
        answer(failed(stack="…"), 404),
        answer(f"data: {json.dumps({'result': {}})}\n\n", kind="text/event-stream"),
        answer(f"data: {json.dumps({'answer': 1})}\n\n", kind="text/event-stream"),
        answer(f"data: {json.dumps({'error': {}})}\n\n", kind="text/event-stream"),
    ],
)
def test_what_is_not_fails(response: httpx.Response) -> None:
    with pytest.raises(AssertionError):
        DESCRIBED.check("POST", "/trips-delete", response)

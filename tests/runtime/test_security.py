"""The headers of every answer, whatever it is."""

import pytest

EXPECTED = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@pytest.mark.parametrize(
    ("method", "name"),
    [
        ("POST", "echo-say"),
        ("GET", "echo-say"),
        ("OPTIONS", "echo-say"),
        ("GET", "page-show"),
        ("DELETE", "page-show"),
        ("GET", "page-mine"),
        ("POST", "task-work"),
        ("POST", "note-keep"),
        ("POST", "clock-tick"),
    ],
)
def test_on_every_answer(sample, method, name):
    answer = sample.send(method, name, **({"json": {"data": {}}} if method == "POST" else {}))
    assert {key: answer.headers.get(key) for key in EXPECTED} == EXPECTED
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "Strict-Transport-Security" not in answer.headers, "nothing speaks HTTPS here"
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_on_a_stream(counting):
    with counting.stream("POST", "", json={"data": {"number": 1}}, headers={"Accept": "text/event-stream"}) as answer:
        assert {key: answer.headers.get(key) for key in EXPECTED} == EXPECTED


def test_a_page_may_say_otherwise(sample):
    answer = sample.send("GET", "page-kept")
    assert answer.headers["Cache-Control"] == "private, max-age=60"
    assert answer.headers["Content-Security-Policy"] == "default-src 'self'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"

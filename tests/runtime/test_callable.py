"""The callable protocol over real HTTP."""

import json
import socket

import httpx
import pytest

INT64 = "type.googleapis.com/google.protobuf.Int64Value"
UINT64 = "type.googleapis.com/google.protobuf.UInt64Value"


def error_of(answer: httpx.Response) -> dict:
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert set(answer.json()) == {"error"}
    return answer.json()["error"]


def post(sample, name: str, body: bytes | str, **headers: str) -> httpx.Response:
    sent = {"Content-Type": "application/json", **{key.replace("_", "-"): value for key, value in headers.items()}}
    return sample.send("POST", name, content=body, headers=sent)


def test_answers_result(sample):
    answer = sample.call("echo-say", {"text": "grüezi 👋", "number": 3, "anything": [1.5, None, {"a": True}]})
    assert answer.status_code == 200
    assert answer.json() == {"result": {"text": "grüezi 👋", "number": 3, "anything": [1.5, None, {"a": True}]}}
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"


def test_content_type_may_name_a_charset(sample):
    answer = post(sample, "echo-say", b'{"data":{"text":"x"}}', Content_Type="application/json; charset=utf-8")
    assert answer.status_code == 200


def test_null_data_is_an_empty_request(sample):
    assert sample.call("echo-greet", None).json() == {"result": {"uid": None, "admin": False}}


@pytest.mark.parametrize(
    ("kind", "text"),
    [(INT64, "9007199254740993"), (INT64, str(-(2**63))), (INT64, str(2**63 - 1)), (UINT64, str(2**64 - 1))],
)
def test_large_integers_travel_in_wrappers_both_ways(sample, kind, text):
    answer = sample.call("echo-say", {"anything": {"@type": kind, "value": text}})
    assert answer.json()["result"]["anything"] == {"@type": kind, "value": text}


def test_small_wrapped_integer_is_a_plain_one(sample):
    answer = sample.call("echo-say", {"number": {"@type": INT64, "value": "12"}})
    assert answer.json()["result"]["number"] == 12


def test_long_digits_in_text_stay_text(sample):
    answer = sample.call("echo-say", {"text": "12345678901234567890", "anything": 2**53 - 1})
    assert answer.json()["result"] == {"text": "12345678901234567890", "number": 0, "anything": 2**53 - 1}


@pytest.mark.parametrize(
    "wrapped",
    [
        {"@type": INT64, "value": str(2**63)},
        {"@type": UINT64, "value": "-1"},
        {"@type": INT64, "value": 5},
        {"@type": INT64, "value": "５"},
        {"@type": INT64},
        {"@type": "type.googleapis.com/else", "value": "1"},
        {"@type": None},
    ],
)
def test_bad_wrapper_is_invalid(sample, wrapped):
    answer = sample.call("echo-say", {"anything": wrapped})
    assert answer.status_code == 400
    assert error_of(answer)["details"]["reason"] == "MALFORMED_JSON"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nonsense",
        b'{"data": NaN}',
        b'{"data": {"anything": Infinity}}',
        b'{"data": "\xff"}',
        b'{"data": {"text": "\\ud800"}}',
        b'{"data":' + b"[" * 50_000,
        b'{"data": {"text": "a"}} trailing',
    ],
    ids=["empty", "cut", "word", "nan", "infinity", "not-utf8", "lone-surrogate", "deep", "trailing"],
)
def test_malformed_json_is_invalid_argument(sample, body):
    answer = post(sample, "echo-say", body)
    assert answer.status_code == 400
    error = error_of(answer)
    assert (error["status"], error["details"]["reason"]) == ("INVALID_ARGUMENT", "MALFORMED_JSON")
    assert "JSON" in error["message"]


@pytest.mark.parametrize(
    ("body", "key"),
    [
        (b'{"data": {"text": "a"}, "data": {"text": "b"}}', "data"),
        (b'{"data": {"text": "a", "text": "a"}}', "text"),
        (b'{"data": {"text": "a", "t\\u0065xt": "b"}}', "text"),
        (b'{"data": {"anything": [{"": 1, "x": 2, "": 3}]}}', ""),
        (b'{"data": {"%b": 1, "%b": 2}}' % (b"k" * 300, b"k" * 300), "k" * 100),
    ],
    ids=["envelope", "field", "escaped", "nested", "long"],
)
def test_an_object_that_says_one_thing_twice_is_refused_by_its_name(sample, body, key):
    answer = post(sample, "echo-say", body)
    assert answer.status_code == 400
    error = error_of(answer)
    assert (error["status"], error["details"]["reason"]) == ("INVALID_ARGUMENT", "MALFORMED_JSON")
    assert (error["details"]["metadata"], repr(key) in error["message"]) == ({"field": key}, True)


@pytest.mark.parametrize("body", [b"[]", b"null", b"{}", b'{"data":{},"more":1}', b'"data"'])
def test_anything_but_the_envelope_is_invalid(sample, body):
    answer = post(sample, "echo-say", body)
    assert answer.status_code == 400
    assert error_of(answer)["details"]["reason"] == "MALFORMED_ENVELOPE"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_other_content_types_are_refused(sample, kind):
    answer = post(sample, "echo-say", b'{"data":{}}', Content_Type=kind)
    assert answer.status_code == 415
    assert error_of(answer)["status"] == "INVALID_ARGUMENT"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused(sample, method):
    answer = sample.send(method, "echo-say")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST, OPTIONS"
    assert error_of(answer)["status"] == "INVALID_ARGUMENT"


def test_wrong_fields_are_named_as_on_the_wire_and_never_quoted(sample):
    answer = sample.call("trip-edit", {"tripId": 5, "roleOfCaller": "swordfish", "other": "swordfish"}, token=None)
    assert answer.status_code == 401, "who may not call learns nothing about the fields"
    answer = sample.call("echo-say", {"number": "swordfish", "other": 1})
    error = error_of(answer)
    assert answer.status_code == 400
    assert error["details"]["reason"] == "INVALID_REQUEST"
    assert error["details"]["domain"] == "travvy"
    assert {item["field"] for item in error["details"]["fieldViolations"]} == {"number", "other"}
    assert "swordfish" not in answer.text


def test_validation_is_strict(sample):
    for number in ("1", 1.5, True, None):
        assert sample.call("echo-say", {"number": number}).status_code == 400


def test_preflight_is_remembered_and_allows_what_sdks_send(sample):
    asked = {
        "Origin": "https://app.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,x-firebase-appcheck",
    }
    answer = sample.send("OPTIONS", "echo-whoami", headers=asked)
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert answer.headers["Access-Control-Allow-Headers"] == "authorization,content-type,x-firebase-appcheck"
    assert int(answer.headers["Access-Control-Max-Age"]) >= 3600


def test_unknown_failure_tells_the_trace_and_nothing_else(sample):
    answer = sample.call("fail-with", {"kind": "unknown"}, traceparent=f"00-{'ab' * 16}-{'12' * 8}-01")
    assert answer.status_code == 500
    error = error_of(answer)
    assert error["status"] == "INTERNAL"
    assert error["details"]["metadata"] == {"traceId": "ab" * 16}
    assert "swordfish" not in answer.text
    named = {"logging.googleapis.com/trace": f"projects/demo-travvy/traces/{'ab' * 16}"}
    logged = sample.line(severity="ERROR", message="fail-with failed: RuntimeError", **named)
    assert "swordfish" in logged["stack_trace"]


def test_nan_is_never_answered(sample):
    answer = sample.call("fail-with", {"kind": "nan"})
    assert answer.status_code == 500
    assert error_of(answer)["status"] == "INTERNAL"


def test_details_are_always_serialisable(sample):
    answer = sample.call("fail-with", {"kind": "details"})
    assert answer.status_code == 400
    wrapped = {"@type": INT64, "value": str(2**60)}
    assert error_of(answer)["details"]["metadata"] == {"object": "object", "nan": None, "large": wrapped}


def test_retry_after_is_a_header_and_a_detail(sample):
    answer = sample.call("fail-with", {"kind": "quota"})
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "12"
    assert error_of(answer)["details"]["retryAfterSeconds"] == 12.4


class TestSize:
    def test_a_body_at_the_limit_is_read(self, sample):
        body = json.dumps({"data": {"text": ""}})
        padded = json.dumps({"data": {"text": "x" * (1000 - len(body))}})
        assert len(padded) == 1000
        assert post(sample, "echo-small", padded).status_code == 200

    def test_a_larger_one_is_refused_with_the_limit(self, sample):
        answer = post(sample, "echo-small", b"x" * 1001)
        assert answer.status_code == 413
        assert error_of(answer)["details"]["metadata"] == {"limitBytes": 1000}
        assert "1000 bytes" in error_of(answer)["message"]

    def test_so_is_one_that_does_not_announce_its_size(self, sample):
        answer = sample.send(
            "POST",
            "echo-small",
            content=(b"x" * 500 for _ in range(100)),
            headers={"Content-Type": "application/json"},
        )
        assert answer.status_code == 413

    def test_and_a_very_large_one_gets_an_answer_too(self, sample):
        assert post(sample, "echo-small", b"x" * 8_000_000).status_code == 413

    def test_what_is_announced_beyond_all_measure_is_not_waited_for(self, sample):
        host, _, path = sample.url.removeprefix("http://").partition("/")
        head = f"POST /{path}/echo-small HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        with socket.create_connection(host.split(":"), timeout=60) as connection:
            connection.sendall(f"{head}Content-Length: 10737418240\r\n\r\n".encode())
            assert b" 413 " in connection.recv(65536).split(b"\r\n")[0]


@pytest.mark.parametrize(
    "rest",
    [
        b"Content-Length: 100\r\n\r\n{",
        b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n{",
        b"Transfer-Encoding: chunked\r\n\r\n5\r\n{",
    ],
    ids=["short", "bad-chunk", "cut-chunk"],
)
def test_a_body_that_breaks_off_is_the_clients_fault(sample, rest):
    host, _, path = sample.url.removeprefix("http://").partition("/")
    head = f"POST /{path}/echo-say HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n".encode()
    with socket.create_connection(host.split(":"), timeout=60) as connection:
        connection.sendall(head + rest)
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert b" 400 " in answer.split(b"\r\n")[0]


class TestRateLimits:
    def test_per_address(self, sample):
        codes = [sample.call("echo-crowded").status_code for _ in range(3)]
        assert codes == [200, 200, 429]
        answer = sample.call("echo-crowded")
        error = error_of(answer)
        assert (error["status"], error["details"]["reason"]) == ("RESOURCE_EXHAUSTED", "RATE_LIMITED")
        assert 0 < int(answer.headers["Retry-After"]) <= 30

    def test_per_caller(self, sample, people):
        busy, calm = people.new(), people.new()
        assert [sample.call("echo-limited", token=busy.token).status_code for _ in range(3)] == [200, 200, 429]
        assert sample.call("echo-limited", token=calm.token).status_code == 200


def test_one_log_line_a_call_without_personal_data(sample, people):
    person = people.new()
    trace = {"X_Cloud_Trace_Context": f"{'cd' * 16}/255;o=1"}
    assert sample.call("echo-whoami", token=person.token, **trace).headers["X-Trace-Id"] == "cd" * 16
    trace_name = f"projects/demo-travvy/traces/{'cd' * 16}"
    line = sample.line(**{"logging.googleapis.com/trace": trace_name})
    assert line["severity"] == "INFO"
    assert (line["function"], line["code"]) == ("echo-whoami", "OK")
    assert line["ms"] >= 0
    assert line["logging.googleapis.com/spanId"] == f"{255:016x}"
    assert line["logging.googleapis.com/labels"] == {"function": "echo-whoami", "uid": person.uid}
    lines = [entry for entry in sample.logged if entry["logging.googleapis.com/trace"] == trace_name]
    assert len(lines) == 1
    everything = "\n".join(sample.raw)
    assert person.email not in everything
    assert person.token not in everything

"""Tasks, messages and schedules: who may deliver them, what they bring, what becomes of failures."""

import base64
import json
import time

import pytest

INVOKER = "travvy-invoker@demo-travvy.iam.gserviceaccount.com"


def part(value) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def token(audience: str, **changes) -> str:
    claims = {
        "iss": "https://accounts.google.com",
        "aud": audience,
        "email": INVOKER,
        "email_verified": True,
        "exp": int(time.time()) + 600,
    }
    return f"{part({'alg': changes.pop('alg', 'none')})}.{part(claims | changes)}."


def deliver(sample, name: str, body, headers=None, **changes):
    bearer = {"Authorization": f"Bearer {token(f'{sample.url}/{name}', **changes)}"}
    return sample.send("POST", name, json=body, headers=bearer | (headers or {}))


def message(event, **more) -> dict:
    data = base64.b64encode(json.dumps(event).encode()).decode()
    return {"message": {"data": data, "messageId": "m1", **more}, "subscription": "projects/p/subscriptions/s"}


@pytest.mark.parametrize("name", ["task-work", "note-keep", "clock-tick"])
class TestOnlyOurServicesMayCall:
    def test_no_token(self, sample, name):
        headers = {"X-CloudTasks-TaskName": "t", "X-CloudScheduler": "true"}
        answer = sample.send("POST", name, json={}, headers=headers)
        assert answer.status_code == 401
        assert answer.json()["error"]["details"]["reason"] == "TOKEN_MISSING"

    @pytest.mark.parametrize(
        "changes",
        [
            {"aud": "https://elsewhere"},
            {"email": "somebody@demo-travvy.iam.gserviceaccount.com"},
            {"email_verified": False},
            {"exp": int(time.time()) - 5},
            {"exp": None},
            {"alg": "RS256"},
        ],
    )
    def test_bad_token(self, sample, name, changes):
        answer = deliver(sample, name, {}, **changes)
        assert answer.status_code == 401
        assert answer.json()["error"]["details"]["reason"] == "TOKEN_INVALID"

    @pytest.mark.parametrize("bearer", ["x", "a.b.c", "e30.W10."])
    def test_malformed_token(self, sample, name, bearer):
        answer = sample.send("POST", name, json={}, headers={"Authorization": f"Bearer {bearer}"})
        assert answer.status_code == 401

    def test_persons_token(self, sample, people, name):
        answer = sample.send("POST", name, json={}, headers={"Authorization": f"Bearer {people.new().token}"})
        assert answer.status_code == 401


class TestTasks:
    def test_context(self, sample):
        headers = {
            "X-CloudTasks-TaskName": "t-42",
            "X-CloudTasks-QueueName": "work",
            "X-CloudTasks-TaskRetryCount": "3",
            "X-CloudTasks-TaskExecutionCount": "2",
            "X-CloudTasks-TaskETA": "1700000000.25",
            "traceparent": f"00-{'ef' * 16}-{'12' * 8}-01",
        }
        assert deliver(sample, "task-work", {}, headers).status_code == 200
        line = sample.line(message="worked", task="t-42")
        assert (line["queue"], line["attempt"], line["executions"]) == ("work", 3, 2)
        assert line["eta"].startswith("2023-11-14T22:13:20.25")
        assert line["logging.googleapis.com/trace"].endswith("ef" * 16)

    def test_retryable_failure_is_answered_with_its_status(self, sample):
        assert deliver(sample, "task-work", {"fail": "retryable"}).status_code == 409

    def test_unknown_failure_is_retried(self, sample):
        answer = deliver(sample, "task-work", {"fail": "unknown"})
        assert answer.status_code == 500
        assert "swordfish" not in answer.text

    @pytest.mark.parametrize("body", [{"fail": "permanent"}, {"unknown": "field"}, []])
    def test_permanent_failure_is_dropped_and_logged(self, sample, body):
        answer = deliver(sample, "task-work", body, {"X-CloudTasks-TaskName": "doomed"})
        assert answer.status_code == 200
        reason = answer.json()["error"]["details"]["reason"]
        assert sample.line(severity="ERROR", reason=reason)["message"].startswith("task-work: task dropped")


class TestMessages:
    def test_pubsub_event_in_binary_mode(self, sample):
        body = message({"text": "hello", "newer": 1}, attributes={"a": "b"}, publishTime="2026-01-02T03:04:05.678Z")
        headers = {"ce-id": "m1", "ce-specversion": "1.0", "ce-type": "google.cloud.pubsub.topic.v1.messagePublished"}
        assert deliver(sample, "note-keep", body, headers).status_code == 200
        line = sample.line(message="noted", note="hello")
        assert (line["event"], line["about"]) == ("m1", {"a": "b"})
        assert line["at"].startswith("2026-01-02T03:04:05.678")

    def test_structured_mode(self, sample):
        body = {"specversion": "1.0", "id": "x", "type": "t", "source": "s", "data": message({"text": "structured"})}
        headers = {"Content-Type": "application/cloudevents+json"}
        assert deliver(sample, "note-keep", body, headers).status_code == 200
        assert sample.line(message="noted", note="structured")

    def test_message_continues_the_trace_of_its_cause(self, sample):
        attributes = {"traceparent": f"00-{'ad' * 16}-{'12' * 8}-01"}
        assert deliver(sample, "note-keep", message({"text": "traced"}, attributes=attributes)).status_code == 200
        assert sample.line(message="noted", note="traced")["logging.googleapis.com/trace"].endswith("ad" * 16)

    @pytest.mark.parametrize(
        "body",
        [
            [],
            {},
            {"message": "x"},
            {"message": {"data": "%%%"}},
            {"message": {"data": 5}},
            {"message": {"data": base64.b64encode(b"{").decode()}},
            {"message": {"data": base64.b64encode(b'{"text":5}').decode()}},
            {"message": {"attributes": [1], "data": ""}},
        ],
    )
    def test_a_message_that_makes_no_sense_is_refused_not_dropped(self, sample, body):
        assert deliver(sample, "note-keep", body).status_code == 400

    @pytest.mark.parametrize(("fail", "status"), [("retryable", 409), ("permanent", 400), ("unknown", 500)])
    def test_every_failure_is_a_refusal(self, sample, fail, status):
        assert deliver(sample, "note-keep", message({"text": "x", "fail": fail})).status_code == status


def test_schedule(sample):
    headers = {"X-CloudScheduler-JobName": "clock-tick", "X-CloudScheduler-ScheduleTime": "2026-01-02T03:05:00Z"}
    assert deliver(sample, "clock-tick", None, headers).status_code == 200
    assert sample.line(message="ticked", job="clock-tick")["due"].startswith("2026-01-02T03:05:00")

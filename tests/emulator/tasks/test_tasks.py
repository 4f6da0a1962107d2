"""Creating tasks with the real client, and what arrives at a real HTTP server."""

from __future__ import annotations

import base64
import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from google.api_core.exceptions import AlreadyExists, InvalidArgument, NotFound
from google.cloud.tasks_v2 import CloudTasksClient, HttpMethod, Task

from emulator.common.testing import Received, Target, until


def gone(client: CloudTasksClient, queue: str) -> bool:
    return not list(client.list_tasks(parent=queue))


def test_a_task_arrives_with_its_body_and_headers(client: CloudTasksClient, queue: str, worker: Target) -> None:
    http = {
        "url": f"{worker.url}/tasks-plan?x=1",
        "body": b'{"a":1}',
        "headers": {"Content-Type": "application/json", "X-Mine": "yes", "X-CloudTasks-TaskRetryCount": "99"},
    }
    created = client.create_task(parent=queue, task={"name": f"{queue}/tasks/job-1", "http_request": http})
    assert created.http_request.body == b""  # the basic view
    (request,) = worker.wait(1)
    assert (request.method, request.path, request.body) == ("POST", "/tasks-plan?x=1", b'{"a":1}')
    headers = request.headers
    assert headers["content-type"] == "application/json"
    assert headers["x-mine"] == "yes"
    assert headers["user-agent"] == "Google-Cloud-Tasks"
    assert headers["x-cloudtasks-queuename"] == queue.rpartition("/")[2]
    assert headers["x-cloudtasks-taskname"] == "job-1"
    assert headers["x-cloudtasks-taskretrycount"] == "0"
    assert headers["x-cloudtasks-taskexecutioncount"] == "0"
    assert float(headers["x-cloudtasks-tasketa"]) == pytest.approx(created.schedule_time.timestamp(), abs=1e-5)
    assert not {"x-cloudtasks-taskpreviousresponse", "x-cloudtasks-taskretryreason", "authorization"} & set(headers)
    until(lambda: gone(client, queue))


def test_server_errors_are_retries_but_no_executions(client: CloudTasksClient, queue: str, worker: Target) -> None:
    answers = iter([503, 404, 200])
    worker.answer = lambda _: next(answers)
    client.create_task(parent=queue, task={"http_request": {"url": worker.url}})
    until(lambda: gone(client, queue))
    told = [
        [request.headers.get(f"x-cloudtasks-{name}") for name in ("taskretrycount", "taskexecutioncount")]
        for request in worker.received
    ]
    assert told == [["0", "0"], ["1", "0"], ["2", "1"]]
    previous = [request.headers.get("x-cloudtasks-taskpreviousresponse") for request in worker.received]
    assert previous == [None, "503", "404"]
    assert "503" in worker.received[1].headers["x-cloudtasks-taskretryreason"]


def test_a_task_is_given_up_after_its_attempts(client: CloudTasksClient, queue: str, worker: Target) -> None:
    client.update_queue(
        queue={"name": queue, "retry_config": {"max_attempts": 3}}, update_mask={"paths": ["retry_config.max_attempts"]}
    )
    worker.answer = lambda _: 500
    client.create_task(parent=queue, task={"name": f"{queue}/tasks/a", "http_request": {"url": worker.url}})
    until(lambda: gone(client, queue))
    assert len(worker.received) == 3
    with pytest.raises(NotFound, match="existed recently"):
        client.get_task(name=f"{queue}/tasks/a")


def test_an_attempt_shows_in_the_task(client: CloudTasksClient, queue: str, worker: Target) -> None:
    slow = {"retry_config": {"min_backoff": {"seconds": 60}, "max_backoff": {"seconds": 60}}}
    worker.answer = lambda _: 429
    name = client.create_task(parent=queue, task={"http_request": {"url": worker.url, "body": b"x"}, **slow}).name
    until(lambda: client.get_task(name=name).response_count)
    task = client.get_task(request={"name": name, "response_view": Task.View.FULL})
    assert (task.dispatch_count, task.response_count, task.http_request.body) == (1, 1, b"x")
    assert task.last_attempt.response_status.code == 8  # RESOURCE_EXHAUSTED
    assert task.first_attempt.dispatch_time == task.last_attempt.dispatch_time
    assert 59 < (task.schedule_time - task.last_attempt.response_time).total_seconds() <= 61


def test_names_are_used_once(client: CloudTasksClient, queue: str, worker: Target) -> None:
    task = {"name": f"{queue}/tasks/once", "http_request": {"url": worker.url}}
    client.pause_queue(name=queue)
    client.create_task(parent=queue, task=task)
    with pytest.raises(AlreadyExists):
        client.create_task(parent=queue, task=task)
    client.resume_queue(name=queue)
    until(lambda: gone(client, queue))
    with pytest.raises(AlreadyExists, match="too recently"):
        client.create_task(parent=queue, task=task)
    client.pause_queue(name=queue)
    client.create_task(parent=queue, task={**task, "name": f"{queue}/tasks/deleted"})
    client.delete_task(name=f"{queue}/tasks/deleted")
    with pytest.raises(AlreadyExists, match="too recently"):
        client.create_task(parent=queue, task={**task, "name": f"{queue}/tasks/deleted"})
    assert len(worker.received) == 1


def test_tasks_without_a_name_get_one_each(client: CloudTasksClient, queue: str, worker: Target) -> None:
    names = {client.create_task(parent=queue, task={"http_request": {"url": worker.url}}).name for _ in range(5)}
    assert len(names) == 5
    assert all(name.startswith(f"{queue}/tasks/") for name in names)
    worker.wait(5)


def test_a_task_waits_for_its_time(client: CloudTasksClient, queue: str, worker: Target) -> None:
    due = time.time() + 0.4
    schedule = datetime.fromtimestamp(due, UTC)
    client.create_task(parent=queue, task={"http_request": {"url": worker.url}, "schedule_time": schedule})
    worker.wait(1)
    assert time.time() >= due


def test_run_now_ignores_schedule_and_pause(client: CloudTasksClient, queue: str, worker: Target) -> None:
    client.pause_queue(name=queue)
    schedule = datetime.now(UTC) + timedelta(days=1)
    task = {"http_request": {"url": worker.url}, "schedule_time": schedule}
    name = client.create_task(parent=queue, task=task).name
    assert client.run_task(name=name).dispatch_count == 1
    worker.wait(1)
    until(lambda: gone(client, queue))
    with pytest.raises(NotFound):
        client.run_task(name=name)


def test_an_identity_token_names_account_and_audience(client: CloudTasksClient, queue: str, worker: Target) -> None:
    account = "invoker@demo-travvy.iam.gserviceaccount.com"
    for token in ({"service_account_email": account}, {"service_account_email": account, "audience": "https://a"}):
        client.create_task(parent=queue, task={"http_request": {"url": f"{worker.url}/f", "oidc_token": token}})
    worker.wait(2)

    def claims(request: Received) -> dict[str, object]:
        kind, _, token = request.headers["authorization"].partition(" ")
        header, payload, signature = token.split(".")
        assert (kind, signature) == ("Bearer", "")
        assert decoded(header) == {"alg": "none", "typ": "JWT"}
        return decoded(payload)

    def decoded(part: str) -> dict[str, object]:
        value: dict[str, object] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        return value

    found = sorted((claims(request) for request in worker.received), key=lambda claim: str(claim["aud"]))
    assert [claim["aud"] for claim in found] == [f"{worker.url}/f", "https://a"]
    for claim in found:
        assert (claim["iss"], claim["email"], claim["email_verified"]) == ("https://accounts.google.com", account, True)
        assert claim["exp"] == int(str(claim["iat"])) + 3600
        assert abs(int(str(claim["iat"])) - time.time()) < 60


@pytest.mark.parametrize("method", [HttpMethod.GET, HttpMethod.PUT, HttpMethod.DELETE])
def test_any_method_can_be_asked_for(client: CloudTasksClient, queue: str, worker: Target, method: HttpMethod) -> None:
    client.create_task(parent=queue, task={"http_request": {"url": worker.url, "http_method": method}})
    assert worker.wait(1)[0].method == method.name


URL = "http://127.0.0.1:9"


@pytest.mark.parametrize(
    "task",
    [
        {"http_request": {"url": "ftp://x"}},
        {"http_request": {}},
        {"http_request": {"url": "http://" + "x" * 2100}},
        {"http_request": {"url": URL, "body": b"x" * 102_400}},
        {"http_request": {"url": URL, "body": b"x", "http_method": HttpMethod.GET}},
        {"http_request": {"url": URL}, "dispatch_deadline": {"seconds": 14}},
        {"http_request": {"url": URL}, "dispatch_deadline": {"seconds": 1801}},
        {"http_request": {"url": URL}, "schedule_time": datetime.now(UTC) + timedelta(days=31)},
        {"http_request": {"url": URL}, "name": "no-path"},
        {"http_request": {"url": URL}, "name": "projects/p/locations/l/queues/other/tasks/a"},
    ],
)
def test_what_the_service_refuses_is_refused(client: CloudTasksClient, queue: str, task: dict[str, object]) -> None:
    with pytest.raises(InvalidArgument):
        client.create_task(parent=queue, task=task)
    assert gone(client, queue)


def test_the_largest_and_the_latest_task_are_taken(client: CloudTasksClient, queue: str) -> None:
    latest = datetime.now(UTC) + timedelta(days=30)
    client.create_task(
        parent=queue, task={"http_request": {"url": URL, "body": b"x" * 102_000}, "schedule_time": latest}
    )
    assert not gone(client, queue)


def test_lists_in_pages_by_schedule_time(client: CloudTasksClient, queue: str) -> None:
    later = [datetime.now(UTC) + timedelta(hours=hours) for hours in (3, 1, 2)]
    names = [
        client.create_task(parent=queue, task={"http_request": {"url": URL}, "schedule_time": due}).name
        for due in later
    ]
    pages = list(client.list_tasks(request={"parent": queue, "page_size": 2}).pages)
    assert [task.name for page in pages for task in page.tasks] == [names[1], names[2], names[0]]
    assert len(pages) == 2

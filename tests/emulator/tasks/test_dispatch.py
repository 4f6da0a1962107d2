"""Tasks while targets are slow, down or restarted, and while the emulator itself is killed."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from google.api_core.exceptions import AlreadyExists
from google.cloud.tasks_v2 import CloudTasksClient

from emulator.common.testing import Received, Target, target, until
from emulator.tasks.testing import connected, running

LOCATION = "projects/demo-travvy/locations/us-central1"
QUEUE = f"{LOCATION}/queues/jobs"
CONFIG = {
    "project": "demo-travvy",
    "location": "us-central1",
    "queues": [{"name": "jobs", "retryConfig": {"minBackoff": "0.02s", "maxBackoff": "0.1s"}}],
}


def test_a_target_that_is_down_gets_the_task_when_it_is_up_again(client: CloudTasksClient, queue: str) -> None:
    with target() as gone:
        port = gone.port
    name = client.create_task(parent=queue, task={"http_request": {"url": f"http://127.0.0.1:{port}/"}}).name
    until(lambda: client.get_task(name=name).dispatch_count >= 3)
    assert client.get_task(name=name).response_count == 0
    with target(port) as back:
        (request,) = back.wait(1)
        assert int(request.headers["x-cloudtasks-taskretrycount"]) >= 3
        assert request.headers["x-cloudtasks-taskexecutioncount"] == "0"
        assert "x-cloudtasks-taskpreviousresponse" not in request.headers
        until(lambda: not list(client.list_tasks(parent=queue)))
        assert len(back.received) == 1


def test_a_connection_that_breaks_off_is_a_failed_attempt(client: CloudTasksClient, queue: str, worker: Target) -> None:
    answers = iter([None, 200])
    worker.answer = lambda _: next(answers)
    client.create_task(parent=queue, task={"http_request": {"url": worker.url}})
    until(lambda: not list(client.list_tasks(parent=queue)))
    _, again = worker.received
    told = [again.headers.get(f"x-cloudtasks-{name}") for name in ("taskretrycount", "taskexecutioncount")]
    assert told == ["1", "0"]
    assert "x-cloudtasks-taskpreviousresponse" not in again.headers
    assert again.headers["x-cloudtasks-taskretryreason"]


def test_no_more_tasks_run_at_once_than_the_queue_allows(client: CloudTasksClient, queue: str, worker: Target) -> None:
    client.update_queue(
        queue={"name": queue, "rate_limits": {"max_concurrent_dispatches": 2}}, update_mask={"paths": ["rate_limits"]}
    )
    lock, let_go = threading.Lock(), threading.Event()
    running_now, most = 0, 0

    def slow(_: Received) -> int:
        nonlocal running_now, most
        with lock:
            running_now += 1
            most = max(most, running_now)
        let_go.wait(10)
        with lock:
            running_now -= 1
        return 200

    worker.answer = slow
    for _ in range(6):
        client.create_task(parent=queue, task={"http_request": {"url": worker.url}})
    worker.wait(2)
    let_go.set()
    until(lambda: not list(client.list_tasks(parent=queue)))
    assert (len(worker.received), most) == (6, 2)


def test_tasks_and_names_outlive_a_kill(tmp_path: Path) -> None:
    let_go = threading.Event()

    def stuck_once(request: Received) -> int:
        if request.path == "/stuck" and not let_go.is_set():
            let_go.wait(10)
            return 500
        return 200

    with target() as worker:
        worker.answer = stuck_once
        with running(data=tmp_path, config=CONFIG) as first, connected(first.address) as client:
            assert client.get_queue(name=QUEUE).retry_config.min_backoff.total_seconds() == 0.02
            client.create_task(parent=QUEUE, task={"name": f"{QUEUE}/tasks/done", "http_request": {"url": worker.url}})
            until(lambda: not list(client.list_tasks(parent=QUEUE)))
            stuck = {"name": f"{QUEUE}/tasks/stuck", "http_request": {"url": f"{worker.url}/stuck", "body": b"b"}}
            client.create_task(parent=QUEUE, task=stuck)
            worker.wait(2)
            client.create_queue(parent=LOCATION, queue={"name": f"{LOCATION}/queues/paused"})
            client.pause_queue(name=f"{LOCATION}/queues/paused")
            paused = {"http_request": {"url": f"{worker.url}/paused"}}
            names = {client.create_task(parent=f"{LOCATION}/queues/paused", task=paused).name for _ in range(20)}
            first.kill()
        let_go.set()
        with running(data=tmp_path, config=CONFIG) as second, connected(second.address) as client:
            until(lambda: not list(client.list_tasks(parent=QUEUE)))
            assert [request.path for request in worker.received] == ["/", "/stuck", "/stuck"]
            again = worker.received[2]
            assert (again.body, again.headers["x-cloudtasks-taskretrycount"]) == (b"b", "1")
            assert {task.name for task in client.list_tasks(parent=f"{LOCATION}/queues/paused")} == names
            for name in ("done", "stuck"):
                with pytest.raises(AlreadyExists):
                    client.create_task(
                        parent=QUEUE, task={"name": f"{QUEUE}/tasks/{name}", "http_request": {"url": worker.url}}
                    )

"""Managing queues with the real client."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from google.api_core.exceptions import AlreadyExists, InvalidArgument, MethodNotImplemented, NotFound
from google.cloud.tasks_v2 import CloudTasksClient, Queue

from emulator.common.testing import Target, until
from emulator.tasks.config import read_queues

LOCATION = "projects/demo-travvy/locations/us-central1"


def test_a_new_queue_gets_the_defaults_of_the_service(client: CloudTasksClient) -> None:
    name = f"{LOCATION}/queues/defaults"
    created = client.create_queue(parent=LOCATION, queue={"name": name})
    assert client.get_queue(name=name) == created
    assert created.state == Queue.State.RUNNING
    limits, retry = created.rate_limits, created.retry_config
    assert (limits.max_dispatches_per_second, limits.max_burst_size, limits.max_concurrent_dispatches) == (
        500,
        100,
        1000,
    )
    assert (retry.max_attempts, retry.max_doublings) == (100, 16)
    assert (retry.min_backoff.total_seconds(), retry.max_backoff.total_seconds()) == (0.1, 3600)
    assert retry.max_retry_duration.total_seconds() == 0
    with pytest.raises(AlreadyExists):
        client.create_queue(parent=LOCATION, queue={"name": name})


@pytest.mark.parametrize(
    "queue",
    [
        {"name": "defaults"},
        {"name": f"{LOCATION}/queues/under_score"},
        {"name": "projects/demo-travvy/locations/elsewhere/queues/a"},
        {"name": f"{LOCATION}/queues/a", "rate_limits": {"max_dispatches_per_second": 501}},
        {"name": f"{LOCATION}/queues/a", "rate_limits": {"max_concurrent_dispatches": 5001}},
        {"name": f"{LOCATION}/queues/a", "retry_config": {"max_attempts": -2}},
        {
            "name": f"{LOCATION}/queues/a",
            "retry_config": {"min_backoff": {"seconds": 2}, "max_backoff": {"seconds": 1}},
        },
    ],
)
def test_what_the_service_refuses_is_refused(client: CloudTasksClient, queue: dict[str, object]) -> None:
    with pytest.raises(InvalidArgument):
        client.create_queue(parent=LOCATION, queue=queue)


def test_update_changes_what_the_mask_names(client: CloudTasksClient, queue: str) -> None:
    wanted = {"name": queue, "rate_limits": {"max_dispatches_per_second": 3}, "retry_config": {"max_attempts": 7}}
    updated = client.update_queue(queue=wanted, update_mask={"paths": ["rate_limits.max_dispatches_per_second"]})
    assert updated.rate_limits.max_dispatches_per_second == 3
    assert updated.rate_limits.max_burst_size == 10
    assert updated.retry_config.max_attempts == 100
    assert client.update_queue(queue=wanted).retry_config.max_attempts == 7
    with pytest.raises(InvalidArgument):
        client.update_queue(queue=wanted, update_mask={"paths": ["colour"]})


def test_lists_in_pages_by_location(client: CloudTasksClient) -> None:
    parent = "projects/pages/locations/here"
    names = [f"{parent}/queues/q{number}" for number in range(5)]
    for name in names:
        client.create_queue(parent=parent, queue={"name": name})
    pages = list(client.list_queues(request={"parent": parent, "page_size": 2}).pages)
    assert [len(page.queues) for page in pages] == [2, 2, 1]
    assert [queue.name for page in pages for queue in page.queues] == names
    with pytest.raises(MethodNotImplemented):
        client.list_queues(request={"parent": parent, "filter": "state: PAUSED"})


def test_a_paused_queue_keeps_its_tasks_until_resumed(client: CloudTasksClient, queue: str, worker: Target) -> None:
    assert client.pause_queue(name=queue).state == Queue.State.PAUSED
    client.create_task(parent=queue, task={"http_request": {"url": worker.url}})
    assert len(list(client.list_tasks(parent=queue))) == 1
    assert client.resume_queue(name=queue).state == Queue.State.RUNNING
    worker.wait(1)
    until(lambda: not list(client.list_tasks(parent=queue)))


def test_purge_and_delete_take_the_tasks_along(client: CloudTasksClient, queue: str, worker: Target) -> None:
    client.pause_queue(name=queue)
    task = client.create_task(parent=queue, task={"http_request": {"url": worker.url}})
    purged = client.purge_queue(name=queue)
    assert purged.purge_time >= task.create_time
    assert not list(client.list_tasks(parent=queue))
    client.create_task(parent=queue, task={"http_request": {"url": worker.url}})
    client.delete_queue(name=queue)
    for call in (client.get_queue, client.delete_queue, client.pause_queue):
        with pytest.raises(NotFound):
            call(name=queue)
    with pytest.raises(NotFound):
        client.create_task(parent=queue, task={"http_request": {"url": worker.url}})
    assert not worker.received


def test_a_file_describes_queues(tmp_path: Path) -> None:
    entry = {
        "name": "ai-jobs",
        "rateLimits": {"maxDispatchesPerSecond": 5, "maxConcurrentDispatches": 2, "maxBurstSize": 1},
        "retryConfig": {"maxAttempts": 4, "minBackoff": "0.5s"},
    }
    path = tmp_path / "queues.json"
    path.write_text(json.dumps({"project": "demo-travvy", "location": "us-central1", "queues": [entry]}), "utf-8")
    (queue,) = read_queues(path)
    assert queue.name == f"{LOCATION}/queues/ai-jobs"
    assert (queue.rate_limits.max_burst_size, queue.retry_config.max_attempts) == (1, 4)

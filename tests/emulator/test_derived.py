"""What is derived from the registry is what the parts read."""

import json
from pathlib import Path

import pytest

from emulator import derived
from emulator.commands import command
from emulator.layout import DEFAULT_PORTS, PARTS, Layout, LayoutError, port_of
from emulator.pubsub.config import read_setup
from emulator.scheduler.jobs import read_jobs
from emulator.tasks.config import read_queues
from shared.runtime.models import Event, Request
from shared.runtime.registry import (
    FUNCTIONS,
    FunctionSpec,
    QueueTrigger,
    Rate,
    Retry,
    ScheduleTrigger,
    TopicTrigger,
)

BASE = "http://127.0.0.1:5001/demo-travvy/us-central1"
INVOKER = "travvy-invoker@demo-travvy.iam.gserviceaccount.com"


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(DEFAULT_PORTS, tmp_path)


def spec(name: str, kind, trigger, model=None) -> FunctionSpec:
    return FunctionSpec(name, kind, "m", name.replace("-", "_"), "Do.", trigger, "service", request=model)


def test_every_declared_trigger_reaches_its_part(layout):
    derived.write(layout)
    kinds = {name: one.kind for name, one in FUNCTIONS.items() if one.module.startswith("functions.")}
    jobs = {job.name.rpartition("/")[2] for job in read_jobs(layout.run / "scheduler.json")}
    assert jobs == {name for name, kind in kinds.items() if kind == "schedule"}
    setup = read_setup(layout.run / "pubsub.json")
    pushed = {one.name.rpartition("/")[2] for one in setup.subscriptions if one.push_config.push_endpoint}
    assert pushed == {name for name, kind in kinds.items() if kind == "message"}
    queues = {queue.name.rpartition("/")[2] for queue in read_queues(layout.run / "tasks.json")}
    assert queues == {one.trigger.queue for name, one in FUNCTIONS.items() if kinds.get(name) == "task"}


def test_topic(layout):
    trigger = TopicTrigger("news", 'attributes.type = "x"', True, Retry(7, 15, 90))
    config = derived.derive(layout, [spec("news-keep", "message", trigger, Event)])["pubsub"]
    (layout.run / "pubsub.json").write_text(json.dumps(config))
    setup = read_setup(layout.run / "pubsub.json")
    assert {topic.name for topic in setup.topics} == {
        "projects/demo-travvy/topics/news",
        "projects/demo-travvy/topics/news-dead",
    }
    pushed, held = setup.subscriptions
    assert pushed.push_config.push_endpoint == f"{BASE}/news-keep"
    assert pushed.push_config.oidc_token.service_account_email == INVOKER
    assert pushed.push_config.oidc_token.audience == f"{BASE}/news-keep"
    assert (pushed.filter, pushed.enable_message_ordering) == ('attributes.type = "x"', True)
    assert (pushed.retry_policy.minimum_backoff.seconds, pushed.retry_policy.maximum_backoff.seconds) == (15, 90)
    assert pushed.dead_letter_policy.dead_letter_topic == "projects/demo-travvy/topics/news-dead"
    assert pushed.dead_letter_policy.max_delivery_attempts == 7
    assert held.topic == "projects/demo-travvy/topics/news-dead", "dead letters are kept"
    assert not held.push_config.push_endpoint


def test_queue(layout):
    trigger = QueueTrigger("plans", Retry(4, 2, 30, 3), Rate(5, 2))
    config = derived.derive(layout, [spec("plan-make", "task", trigger, Request)])["tasks"]
    (layout.run / "tasks.json").write_text(json.dumps(config))
    (queue,) = read_queues(layout.run / "tasks.json")
    assert queue.name == "projects/demo-travvy/locations/us-central1/queues/plans"
    assert (queue.rate_limits.max_dispatches_per_second, queue.rate_limits.max_concurrent_dispatches) == (5, 2)
    assert (queue.retry_config.max_attempts, queue.retry_config.max_doublings) == (4, 3)
    assert (queue.retry_config.min_backoff.seconds, queue.retry_config.max_backoff.seconds) == (2, 30)


def test_schedule(layout):
    trigger = ScheduleTrigger("0 4 * * 1", "Asia/Tokyo", Retry(3, 5, 60, 2))
    config = derived.derive(layout, [spec("week-close", "schedule", trigger)])["scheduler"]
    (layout.run / "scheduler.json").write_text(json.dumps(config))
    (job,) = read_jobs(layout.run / "scheduler.json")
    assert (job.schedule, str(job.time_zone)) == ("0 4 * * 1", "Asia/Tokyo")
    assert (job.http_target.uri, job.http_target.oidc_token.audience) == (f"{BASE}/week-close", f"{BASE}/week-close")
    assert job.retry_config.retry_count == 2, "three attempts are two retries"


def test_environment_leads_everything_to_the_layout(layout):
    assert layout.environment() == {
        "TRAVVY_EMULATOR": "local",
        "GOOGLE_CLOUD_PROJECT": "demo-travvy",
        "GCLOUD_PROJECT": "demo-travvy",
        "TRAVVY_REGION": "us-central1",
        "TRAVVY_FUNCTIONS_URL": BASE,
        "FIRESTORE_EMULATOR_HOST": "127.0.0.1:8080",
        "FIREBASE_AUTH_EMULATOR_HOST": "127.0.0.1:9099",
        "PUBSUB_EMULATOR_HOST": "127.0.0.1:8085",
        "CLOUD_TASKS_EMULATOR_HOST": "127.0.0.1:9499",
        "CLOUD_SCHEDULER_EMULATOR_HOST": "127.0.0.1:9498",
        "STORAGE_EMULATOR_HOST": "http://127.0.0.1:9199",
        "TRAVVY_GEMINI_URL": "http://127.0.0.1:9399",
        "TRAVVY_SPEECH_EMULATOR_HOST": "127.0.0.1:9699",
        "TRAVVY_VISION_EMULATOR_HOST": "127.0.0.1:9799",
    }


def test_a_proxy_is_never_asked_for_this_machine(layout, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "intranet")
    assert layout.child_environment()["NO_PROXY"] == "intranet,127.0.0.1,localhost"


@pytest.mark.parametrize("part", PARTS)
def test_ports(part):
    variable = f"TRAVVY_{part.upper()}_PORT"
    assert port_of(part, {}) == DEFAULT_PORTS[part]
    assert port_of(part, {variable: "4321"}) == 4321
    for wrong in ("", "0", "65536", "-1", "x"):
        with pytest.raises(LayoutError, match=variable):
            port_of(part, {variable: wrong})


def test_data_goes_below_the_directory_that_was_asked_for(layout, tmp_path):
    kept = Layout(DEFAULT_PORTS, tmp_path, data=tmp_path / "data")
    assert str(tmp_path / "data" / "firestore") in command("firestore", kept)
    assert not any("--data" in command(part, layout) for part in PARTS)

"""Topics, subscriptions, queues and schedules, derived from the registry in the services' own JSON forms."""

from __future__ import annotations

import json
from typing import Any, Final

from emulator.layout import Layout
from shared.runtime.registry import (
    FUNCTIONS,
    FunctionSpec,
    QueueTrigger,
    Retry,
    ScheduleTrigger,
    TopicTrigger,
)
from shared.runtime.settings import load

# Eventarc, which calls the functions in production, makes a CloudEvent of each message; the emulator does it itself.
_AS_CLOUD_EVENT: Final = {"x-travvy-format": "cloudevent"}


def write(layout: Layout) -> None:
    """Import all functions and write `pubsub.json`, `tasks.json` and `scheduler.json` into the run directory."""
    import functions

    functions.load_all()
    layout.run.mkdir(parents=True, exist_ok=True)
    specs = sorted(FUNCTIONS.values(), key=lambda spec: spec.name)
    for part, config in derive(layout, specs).items():
        (layout.run / f"{part}.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def derive(layout: Layout, specs: list[FunctionSpec]) -> dict[str, dict[str, Any]]:
    """The configuration of each part that has one."""
    place = {"project": layout.project, "location": layout.region}
    topics: dict[str, dict[str, Any]] = {}
    subscriptions: list[dict[str, Any]] = []
    queues: dict[str, dict[str, Any]] = {}
    jobs: list[dict[str, Any]] = []
    for spec in specs:
        match spec.trigger:
            case TopicTrigger() as trigger:
                for topic in (trigger.topic, trigger.dead_letter):
                    topics[topic] = {"name": f"projects/{layout.project}/topics/{topic}"}
                subscriptions.append(_subscription(layout, spec, trigger))
            case QueueTrigger() as trigger:
                queues[trigger.queue] = _queue(trigger)
            case ScheduleTrigger() as trigger:
                jobs.append(_job(layout, spec, trigger))
    held = [_held(layout, topic) for topic in topics if topic.endswith("-dead")]
    return {
        "pubsub": {**place, "topics": list(topics.values()), "subscriptions": subscriptions + held},
        "tasks": {**place, "queues": list(queues.values())},
        "scheduler": {**place, "jobs": jobs},
    }


def _subscription(layout: Layout, spec: FunctionSpec, trigger: TopicTrigger) -> dict[str, Any]:
    project = f"projects/{layout.project}"
    url = f"{layout.functions_url}/{spec.name}"
    return {
        "name": f"{project}/subscriptions/{spec.name}",
        "topic": f"{project}/topics/{trigger.topic}",
        "pushConfig": {"pushEndpoint": url, "oidcToken": _token(layout, url), "attributes": _AS_CLOUD_EVENT},
        "ackDeadlineSeconds": trigger.ack_deadline_seconds,
        "filter": trigger.filter,
        "enableMessageOrdering": trigger.ordered,
        "retryPolicy": {
            "minimumBackoff": f"{trigger.retry.min_backoff_seconds:g}s",
            "maximumBackoff": f"{trigger.retry.max_backoff_seconds:g}s",
        },
        "deadLetterPolicy": {
            "deadLetterTopic": f"{project}/topics/{trigger.dead_letter}",
            "maxDeliveryAttempts": trigger.retry.max_attempts,
        },
    }


def _held(layout: Layout, topic: str) -> dict[str, Any]:
    """A subscription that nobody is pushed: it holds dead letters until a person looks at or replays them."""
    project = f"projects/{layout.project}"
    return {"name": f"{project}/subscriptions/{topic}-held", "topic": f"{project}/topics/{topic}"}


def _queue(trigger: QueueTrigger) -> dict[str, Any]:
    return {
        "name": trigger.queue,
        "rateLimits": {
            "maxDispatchesPerSecond": trigger.rate.per_second,
            "maxConcurrentDispatches": trigger.rate.concurrent,
        },
        "retryConfig": _retry(trigger.retry, "maxAttempts", "minBackoff", "maxBackoff"),
    }


def _job(layout: Layout, spec: FunctionSpec, trigger: ScheduleTrigger) -> dict[str, Any]:
    url = f"{layout.functions_url}/{spec.name}"
    return {
        "name": f"projects/{layout.project}/locations/{layout.region}/jobs/{spec.name}",
        "schedule": trigger.cron,
        "timeZone": trigger.time_zone,
        "attemptDeadline": f"{max(15, spec.resources.timeout_seconds)}s",
        "httpTarget": {"uri": url, "httpMethod": "POST", "oidcToken": _token(layout, url)},
        "retryConfig": _retry(trigger.retry, "retryCount", "minBackoffDuration", "maxBackoffDuration"),
    }


def _retry(retry: Retry, attempts: str, least: str, most: str) -> dict[str, Any]:
    """Cloud Scheduler counts retries, Cloud Tasks attempts; otherwise they differ only in the names."""
    count = retry.max_attempts - 1 if attempts == "retryCount" else retry.max_attempts
    return {
        attempts: count,
        least: f"{retry.min_backoff_seconds:g}s",
        most: f"{retry.max_backoff_seconds:g}s",
        "maxDoublings": retry.max_doublings,
    }


def _token(layout: Layout, audience: str) -> dict[str, str]:
    return {"serviceAccountEmail": load(layout.environment()).invoker, "audience": audience}

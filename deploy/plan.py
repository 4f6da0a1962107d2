"""Prints the commands that deploy the suite: services, uploads, queues, topics, functions, schedules.

python -m deploy.plan --project my-project | bash -eu
"""

import argparse
import shlex
from collections.abc import Iterator
from typing import Final

import functions
from shared.runtime.registry import (
    FUNCTIONS,
    FunctionSpec,
    HttpTrigger,
    QueueTrigger,
    ScheduleTrigger,
    TopicTrigger,
)

_SERVICES: Final = tuple(
    f"{name}.googleapis.com"
    for name in ("cloudfunctions", "cloudscheduler", "cloudtasks", "firestore", "pubsub", "speech", "storage", "vision")
)


def commands(project: str, region: str) -> Iterator[list[str]]:
    """The commands in an order that works on an empty project, one list of words each."""
    specs = [FUNCTIONS[name] for name in sorted(FUNCTIONS)]
    yield ["gcloud", "services", "enable", *_SERVICES, f"--project={project}"]
    bucket = f"gs://{project}.firebasestorage.app"
    yield ["gcloud", "storage", "buckets", "update", bucket, "--lifecycle-file=deploy/lifecycle.json"]
    for topic in sorted({topic for spec in specs for topic in _topics(spec)}):
        yield ["gcloud", "pubsub", "topics", "create", topic, f"--project={project}"]
    queues = {spec.trigger.queue: spec.trigger for spec in specs if isinstance(spec.trigger, QueueTrigger)}
    for queue, trigger in sorted(queues.items()):
        yield [*_queue(queue, trigger), f"--project={project}", f"--location={region}"]
    for spec in specs:
        yield [*_function(spec), f"--project={project}", f"--region={region}"]
    for spec in specs:
        if isinstance(spec.trigger, ScheduleTrigger):
            yield [*_schedule(spec, spec.trigger, project, region), f"--project={project}", f"--location={region}"]


def _topics(spec: FunctionSpec) -> list[str]:
    return [spec.trigger.topic, spec.trigger.dead_letter] if isinstance(spec.trigger, TopicTrigger) else []


def _queue(name: str, trigger: QueueTrigger) -> list[str]:
    retry, rate = trigger.retry, trigger.rate
    return [
        *("gcloud", "tasks", "queues", "create", name),
        f"--max-attempts={retry.max_attempts}",
        f"--min-backoff={retry.min_backoff_seconds}s",
        f"--max-backoff={retry.max_backoff_seconds}s",
        f"--max-doublings={retry.max_doublings}",
        f"--max-dispatches-per-second={rate.per_second}",
        f"--max-concurrent-dispatches={rate.concurrent}",
    ]


def _function(spec: FunctionSpec) -> list[str]:
    resources = spec.resources
    words = [
        *("gcloud", "functions", "deploy", spec.name, "--gen2", "--runtime=python312", "--source=."),
        f"--entry-point={spec.entry_point}",
        f"--memory={resources.memory_mb}Mi",
        f"--cpu={resources.cpu}",
        f"--timeout={resources.timeout_seconds}s",
        f"--concurrency={resources.concurrency}",
        f"--min-instances={resources.min_instances}",
        f"--max-instances={resources.max_instances}",
    ]
    if isinstance(spec.trigger, TopicTrigger):
        return [*words, f"--trigger-topic={spec.trigger.topic}", "--retry"]
    public = isinstance(spec.trigger, HttpTrigger) and spec.caller != "service"
    return [*words, "--trigger-http", "--allow-unauthenticated" if public else "--no-allow-unauthenticated"]


def _schedule(spec: FunctionSpec, trigger: ScheduleTrigger, project: str, region: str) -> list[str]:
    url = f"https://{region}-{project}.cloudfunctions.net/{spec.name}"
    return [
        *("gcloud", "scheduler", "jobs", "create", "http", spec.name),
        f"--schedule={trigger.cron}",
        f"--time-zone={trigger.time_zone}",
        f"--uri={url}",
        "--http-method=POST",
        f"--oidc-service-account-email=travvy-invoker@{project}.iam.gserviceaccount.com",
        f"--oidc-token-audience={url}",
        f"--max-retry-attempts={trigger.retry.max_attempts}",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m deploy.plan", description=__doc__)
    parser.add_argument("--project", required=True)
    parser.add_argument("--region", default="us-central1")
    options = parser.parse_args()
    functions.load_all()
    for words in commands(options.project, options.region):
        print(shlex.join(words))  # noqa: T201 - the output is the product


if __name__ == "__main__":
    main()

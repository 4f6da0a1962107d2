"""Pub/Sub."""

from google.cloud.pubsub_v1 import PublisherClient
from google.cloud.pubsub_v1.types import BatchSettings, PublisherOptions

from shared.cloud.once import once
from shared.runtime.settings import settings


@once
def publisher() -> PublisherClient:
    """The publisher of this process; ordering keys work, and a message waits at most 5 ms for company."""
    return PublisherClient(
        batch_settings=BatchSettings(max_latency=0.005),
        publisher_options=PublisherOptions(enable_message_ordering=True),
    )


def topic_path(topic: str) -> str:
    """The full name of a topic of this project."""
    return f"projects/{settings().project}/topics/{topic}"

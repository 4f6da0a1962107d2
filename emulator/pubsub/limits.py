"""What Pub/Sub accepts: names, messages, topics and subscriptions, and the defaults it fills in.

Source: the reference of `Topic`, `Subscription` and `PubsubMessage`, and the quota page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from emulator.common.names import checked
from emulator.common.rpc import invalid, unimplemented
from emulator.common.times import duration, seconds
from emulator.pubsub.filters import FilterError, Predicate, compile_filter

PROJECT = re.compile(r"projects/[^/]+")
ID = r"(?!goog)[A-Za-z][A-Za-z0-9\-_.~+%]{2,254}"
TOPIC = re.compile(PROJECT.pattern + "/topics/" + ID)
SUBSCRIPTION = re.compile(PROJECT.pattern + "/subscriptions/" + ID)
DELETED_TOPIC = "_deleted-topic_"

MAX_PUBLISH_MESSAGES = 1000
MAX_PUBLISH_BYTES = 10 * 1000 * 1000
MAX_ATTRIBUTES, MAX_KEY_BYTES, MAX_VALUE_BYTES = 100, 256, 1024
MAX_ORDERING_KEY_BYTES = 1024
DEFAULT_ACK_SECONDS, MAX_ACK_SECONDS = 10, 600
DEFAULT_RETENTION_SECONDS, MIN_RETENTION_SECONDS, MAX_RETENTION_SECONDS = 7 * 86400, 600, 31 * 86400
DEFAULT_MIN_BACKOFF, DEFAULT_MAX_BACKOFF, MAX_BACKOFF = 10, 600, 600
DEFAULT_ATTEMPTS, MIN_ATTEMPTS, MAX_ATTEMPTS = 5, 5, 100
# A push subscription's attribute that asks for CloudEvents instead of the service's own JSON body.
FORMAT_ATTRIBUTE, CLOUDEVENT = "x-travvy-format", "cloudevent"


def project(name: str) -> str:
    """`name`, if it is well-formed, else INVALID_ARGUMENT; so do the others."""
    return checked(PROJECT, name, "projects/{project}")


def topic(name: str) -> str:
    return checked(TOPIC, name, "projects/{project}/topics/{topic}")


def subscription(name: str) -> str:
    return checked(SUBSCRIPTION, name, "projects/{project}/subscriptions/{subscription}")


def complete_subscription(resource: Any) -> Predicate:
    """Checks a Subscription and fills in the defaults, in place. Returns its filter as a predicate."""
    for kind in ("bigquery_config", "cloud_storage_config", "bigtable_config"):
        if resource.HasField(kind):
            raise unimplemented(f"{kind} is not emulated: pull or push")
    if resource.enable_exactly_once_delivery or resource.retain_acked_messages or resource.message_transforms:
        raise unimplemented("exactly-once delivery, acknowledged messages and transforms are not emulated")
    resource.ack_deadline_seconds = resource.ack_deadline_seconds or DEFAULT_ACK_SECONDS
    if not DEFAULT_ACK_SECONDS <= resource.ack_deadline_seconds <= MAX_ACK_SECONDS:
        raise invalid("ack_deadline_seconds must be between 10 and 600")
    if not resource.HasField("message_retention_duration"):
        resource.message_retention_duration.CopyFrom(duration(DEFAULT_RETENTION_SECONDS))
    if not MIN_RETENTION_SECONDS <= seconds(resource.message_retention_duration) <= MAX_RETENTION_SECONDS:
        raise invalid("message_retention_duration must be between 10 minutes and 31 days")
    check_push(resource.push_config)
    if resource.HasField("retry_policy"):
        _complete_retry(resource.retry_policy)
    if resource.HasField("dead_letter_policy"):
        _complete_dead_letters(resource.dead_letter_policy)
    try:
        return compile_filter(resource.filter)
    except FilterError as error:
        raise invalid(f"filter: {error}") from error


def check_push(config: Any) -> None:
    """Refuses a PushConfig that cannot be followed; an empty one means pull."""
    if config.push_endpoint and not config.push_endpoint.startswith(("http://", "https://")):
        raise invalid("push_endpoint must start with http:// or https://")
    if config.HasField("no_wrapper"):
        raise unimplemented("unwrapped push is not emulated")
    if config.attributes.get(FORMAT_ATTRIBUTE, CLOUDEVENT) != CLOUDEVENT:
        raise invalid(f'{FORMAT_ATTRIBUTE} must be "{CLOUDEVENT}" or absent')


def check_ack_seconds(value: int) -> None:
    """Refuses a deadline that ModifyAckDeadline would not take."""
    if not 0 <= value <= MAX_ACK_SECONDS:
        raise invalid("an acknowledgement deadline must be between 0 and 600 seconds")


def check_messages(messages: Sequence[Any]) -> None:
    """Refuses what Publish would not take."""
    if not messages:
        raise invalid("a publish request must hold at least one message")
    if len(messages) > MAX_PUBLISH_MESSAGES:
        raise invalid(f"a publish request may hold at most {MAX_PUBLISH_MESSAGES} messages")
    if sum(message.ByteSize() for message in messages) > MAX_PUBLISH_BYTES:
        raise invalid(f"a publish request may have at most {MAX_PUBLISH_BYTES} bytes")
    for message in messages:
        _check_message(message)


def _check_message(message: Any) -> None:
    if not message.data and not message.attributes:
        raise invalid("a message must have data or at least one attribute")
    if len(message.attributes) > MAX_ATTRIBUTES:
        raise invalid(f"a message may have at most {MAX_ATTRIBUTES} attributes")
    if len(message.ordering_key.encode()) > MAX_ORDERING_KEY_BYTES:
        raise invalid(f"an ordering key may have at most {MAX_ORDERING_KEY_BYTES} bytes")
    for key, value in message.attributes.items():
        if not key or key.startswith("goog") or len(key.encode()) > MAX_KEY_BYTES:
            raise invalid(f"an attribute's key must have 1 to {MAX_KEY_BYTES} bytes and not start with goog")
        if len(value.encode()) > MAX_VALUE_BYTES:
            raise invalid(f"an attribute's value may have at most {MAX_VALUE_BYTES} bytes")


def _complete_retry(policy: Any) -> None:
    if not policy.HasField("minimum_backoff"):
        policy.minimum_backoff.CopyFrom(duration(DEFAULT_MIN_BACKOFF))
    if not policy.HasField("maximum_backoff"):
        policy.maximum_backoff.CopyFrom(duration(DEFAULT_MAX_BACKOFF))
    least, most = seconds(policy.minimum_backoff), seconds(policy.maximum_backoff)
    if not 0 <= least <= most <= MAX_BACKOFF:
        raise invalid("retry_policy: 0 <= minimum_backoff <= maximum_backoff <= 600 seconds must hold")


def _complete_dead_letters(policy: Any) -> None:
    topic(policy.dead_letter_topic)
    policy.max_delivery_attempts = policy.max_delivery_attempts or DEFAULT_ATTEMPTS
    if not MIN_ATTEMPTS <= policy.max_delivery_attempts <= MAX_ATTEMPTS:
        raise invalid("max_delivery_attempts must be between 5 and 100")

"""The HTTP request that a push sends: the service's own JSON body, or a CloudEvent as Eventarc delivers it.

A push subscription whose `push_config.attributes` has `x-travvy-format: cloudevent` gets a binary-mode CloudEvent: the
event's attributes as ce-* headers, `{"message", "subscription"}` as the body. Both bodies are the same.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from emulator.common import oidc
from emulator.pubsub.limits import CLOUDEVENT, FORMAT_ATTRIBUTE

MESSAGE_PUBLISHED = "google.cloud.pubsub.topic.v1.messagePublished"
ACKNOWLEDGING = frozenset({102, 200, 201, 202, 204})


def body(message: Any, subscription: str, attempt: int) -> bytes:
    """The JSON body; `attempt` 0 leaves the delivery attempt out. Times and ids appear under both of their names."""
    published = message.publish_time.ToJsonString()
    described: dict[str, Any] = {
        "data": base64.b64encode(message.data).decode(),
        "attributes": dict(message.attributes),
        "messageId": message.message_id,
        "message_id": message.message_id,
        "publishTime": published,
        "publish_time": published,
    }
    if message.ordering_key:
        described["orderingKey"] = message.ordering_key
    envelope: dict[str, Any] = {"message": described, "subscription": subscription}
    if attempt:
        envelope["deliveryAttempt"] = attempt
    return json.dumps(envelope).encode()


def headers(message: Any, resource: Any, now: float) -> dict[str, str]:
    """The headers for a message of the Subscription `resource`; `now` dates the identity token."""
    config = resource.push_config
    found = {"Content-Type": "application/json", "User-Agent": "CloudPubSub-Google", "From": "noreply@google.com"}
    if config.HasField("oidc_token"):
        token = config.oidc_token
        audience = token.audience or config.push_endpoint
        found |= oidc.bearer(email=token.service_account_email, audience=audience, now=now)
    if config.attributes.get(FORMAT_ATTRIBUTE) == CLOUDEVENT:
        found |= {
            "ce-id": message.message_id,
            "ce-source": f"//pubsub.googleapis.com/{resource.topic}",
            "ce-specversion": "1.0",
            "ce-type": MESSAGE_PUBLISHED,
            "ce-time": message.publish_time.ToJsonString(),
        }
    return found

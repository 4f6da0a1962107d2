"""Pushing to a real HTTP server, and what happens to messages that nobody takes."""

from __future__ import annotations

import base64
import json
import threading
from typing import Any

from emulator.common.testing import Received, Target, target, until
from emulator.pubsub.testing import PROJECT, Bus

QUICK = {"minimum_backoff": {"nanos": 10_000_000}, "maximum_backoff": {"nanos": 40_000_000}}


def payload(request: Received) -> bytes:
    return base64.b64decode(json.loads(request.body)["message"]["data"])


def test_a_push_is_the_services_json(bus: Bus, endpoint: Target) -> None:
    topic = bus.topic()
    account = "invoker@demo-travvy.iam.gserviceaccount.com"
    config = {
        "push_endpoint": f"{endpoint.url}/push?x=1",
        "oidc_token": {"service_account_email": account, "audience": "https://me"},
    }
    subscription = bus.subscription(topic, push_config=config, enable_message_ordering=True)
    message_id = bus.publish(topic, b"hello", ordering_key="k", colour="red")
    (request,) = endpoint.wait(1)
    assert (request.method, request.path) == ("POST", "/push?x=1")
    assert request.headers["content-type"] == "application/json"
    assert not [name for name in request.headers if name.startswith("ce-")]
    claims = request.headers["authorization"].removeprefix("Bearer ").split(".")[1]
    decoded = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    assert (decoded["aud"], decoded["email"]) == ("https://me", account)
    body = json.loads(request.body)
    message = body.pop("message")
    assert body == {"subscription": subscription}
    assert base64.b64decode(message["data"]) == b"hello"
    assert message["attributes"] == {"colour": "red"}
    assert message["messageId"] == message["message_id"] == message_id
    assert message["publishTime"].endswith("Z")
    assert message["orderingKey"] == "k"


def test_a_function_gets_a_cloudevent(bus: Bus, endpoint: Target) -> None:
    topic = bus.topic()
    config = {"push_endpoint": endpoint.url, "attributes": {"x-travvy-format": "cloudevent"}}
    subscription = bus.subscription(topic, push_config=config)
    message_id = bus.publish(topic, b"hello")
    (request,) = endpoint.wait(1)
    body = json.loads(request.body)
    told = {name: value for name, value in request.headers.items() if name.startswith("ce-")}
    assert told == {
        "ce-id": message_id,
        "ce-source": f"//pubsub.googleapis.com/{topic}",
        "ce-specversion": "1.0",
        "ce-type": "google.cloud.pubsub.topic.v1.messagePublished",
        "ce-time": body["message"]["publishTime"],
    }
    assert set(body) == {"message", "subscription"}
    assert body["subscription"] == subscription


def test_any_acknowledging_status_ends_it_and_others_repeat(bus: Bus, endpoint: Target) -> None:
    topic = bus.topic()
    answers = {b"a": iter([500, 204]), b"b": iter([302, 201]), b"c": iter([206, 202])}
    endpoint.answer = lambda request: next(answers[payload(request)])
    bus.subscription(topic, push_config={"push_endpoint": endpoint.url}, retry_policy=QUICK)
    for data in answers:
        bus.publish(topic, data)
    endpoint.wait(6)
    assert sorted(map(payload, endpoint.received)) == [b"a", b"a", b"b", b"b", b"c", b"c"]


def test_an_endpoint_that_is_down_gets_the_message_when_it_is_up_again(bus: Bus) -> None:
    topic = bus.topic()
    with target() as gone:
        url, port = gone.url, gone.port
    bus.subscription(topic, push_config={"push_endpoint": url}, retry_policy=QUICK)
    bus.publish(topic, b"x")
    with target(port) as back:
        assert payload(back.wait(1)[0]) == b"x"


def test_pushes_of_one_key_come_one_after_the_other(bus: Bus, endpoint: Target) -> None:
    topic = bus.topic()
    lock, running = threading.Lock(), 0
    together: list[int] = []

    def answer(request: Received) -> int:
        nonlocal running
        with lock:
            running += 1
            together.append(running)
        failed = payload(request) == b"1" and len(together) < 4
        with lock:
            running -= 1
        return 500 if failed else 200

    endpoint.answer = answer
    bus.subscription(
        topic, push_config={"push_endpoint": endpoint.url}, retry_policy=QUICK, enable_message_ordering=True
    )
    for number in range(4):
        bus.publish(topic, str(number).encode(), ordering_key="k")
    endpoint.wait(6)
    assert list(map(payload, endpoint.received)) == [b"0", b"1", b"1", b"1", b"2", b"3"]
    assert set(together) == {1}


def test_push_can_be_switched_off_and_on(bus: Bus, endpoint: Target) -> None:
    topic = bus.topic()
    subscription = bus.subscription(topic, push_config={"push_endpoint": endpoint.url})
    bus.subscriber.modify_push_config(subscription=subscription, push_config={})
    bus.publish(topic, b"x")
    bus.nack(subscription, *bus.pull(subscription))
    bus.subscriber.modify_push_config(subscription=subscription, push_config={"push_endpoint": endpoint.url})
    assert payload(endpoint.wait(1)[0]) == b"x"


def test_dead_letters_can_be_seen_and_replayed(bus: Bus, endpoint: Target) -> None:
    """What a person does after a bug: look at the dead letters, fix the function, publish them again."""
    topic, dead = bus.topic(), bus.topic()
    held = bus.subscription(dead)
    bug = True
    endpoint.answer = lambda request: 500 if bug and payload(request) == b"bad" else 200
    subscription = bus.subscription(
        topic,
        push_config={"push_endpoint": endpoint.url},
        retry_policy=QUICK,
        dead_letter_policy={"dead_letter_topic": dead, "max_delivery_attempts": 5},
    )
    bad, _ = bus.publish(topic, b"bad", type="x"), bus.publish(topic, b"good")
    (letter,) = bus.subscriber.pull(subscription=held, max_messages=10, timeout=60).received_messages
    attempts = [
        json.loads(request.body)["deliveryAttempt"] for request in endpoint.received if payload(request) == b"bad"
    ]
    assert attempts == [1, 2, 3, 4, 5]
    assert letter.message.data == b"bad"
    assert letter.message.message_id != bad
    about = {
        name.removeprefix("CloudPubSubDeadLetterSource"): value for name, value in letter.message.attributes.items()
    }
    assert about.pop("TopicPublishTime").endswith("Z")
    assert about == {
        "type": "x",
        "DeliveryCount": "5",
        "Subscription": subscription.removeprefix(f"{PROJECT}/subscriptions/"),
        "SubscriptionProject": "demo-travvy",
    }

    bug, before = False, len(endpoint.received)
    own: dict[str, Any] = {
        name: value for name, value in letter.message.attributes.items() if not name.startswith("CloudPubSub")
    }
    bus.publish(topic, letter.message.data, **own)
    bus.ack(held, letter)
    replayed = endpoint.wait(before + 1)[before]
    assert payload(replayed) == b"bad"
    assert json.loads(replayed.body)["message"]["attributes"] == {"type": "x"}
    until(lambda: not bus.pull(held))


def test_a_pulled_message_goes_to_the_dead_letters_after_its_last_attempt(bus: Bus) -> None:
    topic, dead = bus.topic(), bus.topic()
    held = bus.subscription(dead)
    subscription = bus.subscription(topic, dead_letter_policy={"dead_letter_topic": dead})
    bus.publish(topic, b"bad")
    for attempt in range(1, 6):
        (received,) = bus.pull(subscription)
        assert received.delivery_attempt == attempt
        bus.nack(subscription, received)
    assert bus.pull(subscription) == []
    assert [letter.message.data for letter in bus.pull(held)] == [b"bad"]

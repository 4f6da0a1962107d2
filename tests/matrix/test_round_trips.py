"""How often each function asks the database to do what it is for: a small number, whatever the trip. A write is one
transaction at most. What follows the commit within the call counts too: an event that is published is taken from the
outbox, a plan's snapshot may be due."""

import sys
from typing import Final

import httpx
import pytest

from deploy import roles
from deploy.roles import OK, Trip, Who, expected
from emulator.gateway.routing import Function, Gateway
from emulator.testing import LocalCloud
from shared.cloud import firestore
from shared.runtime.registry import FunctionSpec
from tests.matrix.asking import ask, outcome, prepared
from tests.matrix.conftest import World
from tests.support.rpcs import CountingClient

ELSEWHERE: Final = frozenset({"ai-voice"})
"""It waits for the model's answer in the call; `tests/voice/test_round_trips.py` counts what leads to that."""

MOST: Final = {
    1: "health trips-get trips-list users-export-data users-get users-job users-remove-device",
    2: "expenses-history jobs-get plan-get polls-get trips-create trips-invitations users-delete-account"
    " users-export-download users-sign-out-everywhere",
    3: "admin-set-claims ai-cancel ai-regenerate ai-retry auth-session comments-edit comments-reopen comments-resolve"
    " expenses-add expenses-pay expenses-people plan-history plan-submit polls-vote proposals-create reactions-set"
    " trips-archive trips-export trips-unarchive users-update",
    4: "ai-chat comments-delete expenses-edit expenses-remove expenses-summary jobs-cancel places-search"
    " proposals-accept proposals-preview proposals-reject public-trip trips-add-guest trips-calendar"
    " trips-calendar-revoke trips-claim-guest trips-delete trips-hand-over trips-invitation-revoke trips-invite"
    " trips-invite-email trips-leave trips-member-remove trips-member-role trips-publish trips-remove-guest"
    " trips-rename-guest trips-restore trips-unpublish users-register-device",
    5: "ai-generate calendar-feed plan-redo plan-undo polls-create trips-join",
    6: "ai-image-add comments-create planning-optimise planning-place planning-replan routes-plan",
    7: "ai-image polls-close",
    9: "plan-restore trips-duplicate trips-update",
}
"""Calls in all, those side by side included, with nothing yet known to the instance."""

ATTEMPTS: Final = 3
"""A transaction that something was in the way of, such as a job, is made again; what is always so is told."""

SPECS: Final = [spec for spec in roles.clients_functions() if spec.name not in ELSEWHERE]


@pytest.fixture
def counting(cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> CountingClient:
    """The client of the functions in this process."""
    client = CountingClient(cloud.project, cloud.address("firestore"))
    monkeypatch.setattr(firestore, "client", lambda: client)
    return client


def answered(spec: FunctionSpec) -> tuple[Who, Trip]:
    """Somebody who gets an answer, and of which trip."""
    people = (Who.ADMIN,) if spec.caller == "admin" else (Who.OWNER, Who.VIEWER)
    return next((who, trip) for trip in roles.trips_of(spec) for who in people if expected(spec, who, trip) == OK)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_the_database_is_asked_so_often_at_most(
    world: World, counting: CountingClient, monkeypatch: pytest.MonkeyPatch, spec: FunctionSpec
) -> None:
    most = next((number for number, names in MOST.items() if spec.name in names.split()), 0)
    for _ in range(ATTEMPTS):
        methods = asked(world, counting, monkeypatch, spec)
        if len(methods) <= most:
            break
    assert 1 <= len(methods) <= most, methods
    assert methods.count("BeginTransaction") <= 1, methods


def asked(world: World, counting: CountingClient, monkeypatch: pytest.MonkeyPatch, spec: FunctionSpec) -> list[str]:
    """The calls of the database that a function makes until it has answered well."""
    who, trip = answered(spec)
    data, token = prepared(world, spec, who, trip, OK)
    served = {spec.name: Function(spec, getattr(sys.modules[spec.module], spec.entry_point))}
    transport = httpx.WSGITransport(app=Gateway(world.backend.project, "us-central1", served))
    with httpx.Client(transport=transport) as http, monkeypatch.context() as patch, counting.counted() as calls:
        patch.setattr(world, "http", http)
        response = ask(world, spec, data, token)
        response.read()
    assert outcome(response) == OK, response.text
    return calls.methods


def test_nothing_is_counted_that_is_not_there() -> None:
    named = [name for names in MOST.values() for name in names.split()]
    assert sorted(named) == sorted(spec.name for spec in SPECS)

"""One cast and one trip to copy for each test process."""

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import pytest
from google.cloud.firestore import Client

from clients.python.backend import Backend
from deploy.roles import Trip, Who
from emulator.testing import LocalCloud
from tests.matrix.cast import Cast, Template, delete_account
from tests.support.people import make_trip

_numbers = itertools.count(1)


@dataclass
class World:
    """Everything that the matrix asks about; `database` has administrator rights."""

    backend: Backend
    database: Client
    cast: Cast
    template: Template
    http: httpx.Client
    foreign: str
    deleted: str = field(init=False)

    def __post_init__(self) -> None:
        self.deleted = self.new_trip(deleted=True)

    def new_trip(self, *, deleted: bool = False) -> str:
        """A new trip of the cast."""
        trip_id = f"copy-{os.getpid()}-{next(_numbers)}"
        self.template.copy(self.database, trip_id)
        if deleted:
            self.cast.people[Who.OWNER].call("trips-delete", tripId=trip_id)
        return trip_id

    def trip(self, which: Trip, *, changes: bool) -> str:
        """A trip of that kind; a new one if the call will change it."""
        if which is Trip.FOREIGN:
            return self.foreign
        if which is Trip.OWN or changes:
            return self.new_trip(deleted=which is Trip.DELETED)
        return self.deleted


def a_world(running_cloud: LocalCloud, http: httpx.Client) -> World:
    """A world in a running cloud."""
    backend = Backend.local(running_cloud.environment())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FIRESTORE_EMULATOR_HOST", running_cloud.address("firestore"))
        database = Client(running_cloud.project)
    cast = Cast.assemble(backend)
    database.collection("admins").document(cast.people[Who.ADMIN].uid).set({"by": "script"})
    template = Template.make(cast, database)
    delete_account(backend, cast.people[Who.DELETED])
    make_trip(cast.people[Who.STRANGER])
    return World(backend, database, cast, template, http, foreign=make_trip(cast.other))


@pytest.fixture(scope="session")
def world(running_cloud: LocalCloud) -> Iterator[World]:
    with httpx.Client(timeout=60) as http:
        yield a_world(running_cloud, http)

"""Firestore over HTTP/1.1: REST, WebChannel for browsers, management. `connection(service)` serves one connection."""

from weakref import WeakKeyDictionary

from emulator.firestore.http.application import Application
from emulator.firestore.http.connection import Connection
from emulator.firestore.service import FirestoreService

_applications: WeakKeyDictionary[FirestoreService, Application] = WeakKeyDictionary()


def connection(service: FirestoreService) -> Connection:
    """A protocol for one more connection; all connections of a service share its WebChannel sessions."""
    application = _applications.get(service)
    if application is None:
        application = _applications[service] = Application(service)
    return Connection(application.answer)

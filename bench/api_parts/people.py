"""Travellers who call functions in this process: preparing needs neither a gateway nor a process for each function."""

from typing import Any

from bench.api_parts.recording import call_here
from clients.python.backend import Backend
from clients.python.session import Session
from tests.support.people import google_token


class Traveller(Session):
    """A signed-in person. What they call runs here."""

    def call(self, function: str, **data: Any) -> Any:
        """The result of a function. Raises RuntimeError if it fails."""
        return call_here(function, self.id_token(), data)["result"]


def traveller(name: str = "Ana") -> Traveller:
    """Somebody new, who has a profile."""
    person = Traveller.with_google(Backend.local(), google_token(name))
    person.call("auth-session")
    return person

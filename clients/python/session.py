"""A signed-in traveller: signs in with Google, keeps the ID token fresh, and calls functions."""

import json
import threading
import time
from collections.abc import Iterator
from typing import Any, Self

import httpx

from clients.python.backend import Backend

REFRESH_SECONDS = 300
"""A token is renewed this long before it expires."""
TIMEOUT = httpx.Timeout(70, connect=15)
"""Longer than most functions may take."""


class CallError(Exception):
    """A function answered with an error: canonical `status`, a `message` for people, `details` for programs."""

    def __init__(self, status: str, message: str, details: Any = None) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status
        self.message = message
        self.details = details or {}

    @property
    def reason(self) -> str:
        return str(self.details.get("reason", ""))


class Session:
    """One signed-in person. Thread-safe."""

    def __init__(self, backend: Backend, uid: str, id_token: str, refresh_token: str, lives_seconds: int) -> None:
        self.backend = backend
        self.uid = uid
        self._http = httpx.Client(timeout=TIMEOUT)
        self._guard = threading.Lock()
        self._id_token = id_token
        self._refresh_token = refresh_token
        self._expires = time.monotonic() + lives_seconds

    @classmethod
    def with_google(cls, backend: Backend, google_id_token: str) -> Self:
        """Sign in with the ID token that Google's sign-in gave to the app (the Auth emulator also takes plain JSON)."""
        answer = httpx.post(
            f"{backend.auth_url}/accounts:signInWithIdp",
            params={"key": backend.api_key},
            json={
                "postBody": str(httpx.QueryParams({"id_token": google_id_token, "providerId": "google.com"})),
                "requestUri": "http://localhost",
                "returnSecureToken": True,
            },
            timeout=TIMEOUT,
        )
        answer.raise_for_status()
        told = answer.json()
        return cls(backend, told["localId"], told["idToken"], told["refreshToken"], int(told["expiresIn"]))

    def id_token(self) -> str:
        """A valid ID token, renewed when it is about to expire."""
        with self._guard:
            if time.monotonic() > self._expires - REFRESH_SECONDS:
                self._renew()
            return self._id_token

    def renew(self) -> None:
        """Get a new ID token now: it tells what the account's claims have become."""
        with self._guard:
            self._renew()

    def _renew(self) -> None:
        answer = self._http.post(
            f"{self.backend.refresh_url}/token",
            params={"key": self.backend.api_key},
            data={"grant_type": "refresh_token", "refresh_token": self._refresh_token},
        )
        answer.raise_for_status()
        told = answer.json()
        self._id_token, self._refresh_token = told["id_token"], told["refresh_token"]
        self._expires = time.monotonic() + int(told["expires_in"])

    def call(self, function: str, **data: Any) -> Any:
        """Call a function and return its result. Raises CallError, or httpx.TransportError if nobody answered."""
        answer = self._http.post(
            f"{self.backend.functions_url}/{function}",
            json={"data": data},
            headers={"Authorization": f"Bearer {self.id_token()}"},
        )
        try:
            body = answer.json()
        except ValueError:
            raise CallError("INTERNAL", f"HTTP {answer.status_code} without a JSON body") from None
        return _result(body)

    def stream(self, function: str, **data: Any) -> Iterator[Any]:
        """Call a streaming function: yields its messages, then its result."""
        headers = {"Authorization": f"Bearer {self.id_token()}", "Accept": "text/event-stream"}
        url = f"{self.backend.functions_url}/{function}"
        with self._http.stream("POST", url, json={"data": data}, headers=headers) as answer:
            for line in answer.iter_lines():
                if line.startswith("data: "):
                    body = json.loads(line.removeprefix("data: "))
                    yield body["message"] if "message" in body else _result(body)

    def close(self) -> None:
        self._http.close()


def _result(body: Any) -> Any:
    if "error" in body:
        error = body["error"]
        raise CallError(error.get("status", "INTERNAL"), error.get("message", ""), error.get("details"))
    return body["result"]

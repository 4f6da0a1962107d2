"""Refusals in the form of Google's JSON APIs."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """What is answered instead: HTTP status, reason for programs, message for people."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason
        self.message = message

    def body(self) -> dict[str, Any]:
        detail = {"message": self.message, "domain": "global", "reason": self.reason}
        return {"error": {"code": self.status, "message": self.message, "errors": [detail]}}


def missing(name: str) -> ApiError:
    return ApiError(404, "notFound", f"No such object: {name}")


def invalid(message: str) -> ApiError:
    return ApiError(400, "invalid", message)


def failed(condition: str) -> ApiError:
    text = "At least one of the pre-conditions you specified did not hold."
    return ApiError(412, "conditionNotMet", f"{text} ({condition})")


def forbidden() -> ApiError:
    return ApiError(403, "forbidden", "Permission denied.")

"""The error answers of the Gemini Developer API, with the words and details of the real service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_STATUS = {
    400: "INVALID_ARGUMENT",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}
_TYPES = "type.googleapis.com/google.rpc."


class ApiError(Exception):
    """An answer other than 200; `body()` is what the service sends as JSON."""

    def __init__(self, code: int, message: str, details: Sequence[Mapping[str, Any]] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = list(details)

    def body(self) -> dict[str, Any]:
        error: dict[str, Any] = {"code": self.code, "message": self.message, "status": _STATUS[self.code]}
        if self.details:
            error["details"] = self.details
        return {"error": error}


def key_missing() -> ApiError:
    return ApiError(
        403,
        "Method doesn't allow unregistered callers (callers without established identity). "
        "Please use API Key or other form of API consumer identity to call this API.",
    )


def key_invalid() -> ApiError:
    message = "API key not valid. Please pass a valid API key."
    return ApiError(
        400,
        message,
        [
            {
                "@type": _TYPES + "ErrorInfo",
                "reason": "API_KEY_INVALID",
                "domain": "googleapis.com",
                "metadata": {"service": "generativelanguage.googleapis.com"},
            },
            {"@type": _TYPES + "LocalizedMessage", "locale": "en-US", "message": message},
        ],
    )


def model_unknown(model: str, method: str) -> ApiError:
    return ApiError(
        404,
        f"models/{model} is not found for API version v1beta, or is not supported for {method}. "
        "Call ListModels to see the list of available models and their supported methods.",
    )


def path_unknown() -> ApiError:
    return ApiError(404, "Requested entity was not found.")


def bad_request(message: str, field: str = "") -> ApiError:
    """INVALID_ARGUMENT; with a field, the BadRequest detail that names it."""
    if not field:
        return ApiError(400, message)
    violation = {"field": field, "description": message}
    return ApiError(400, message, [{"@type": _TYPES + "BadRequest", "fieldViolations": [violation]}])


def field_unknown(name: str, where: str) -> ApiError:
    at = f" at '{where}'" if where else ""
    return bad_request(f'Invalid JSON payload received. Unknown name "{name}"{at}: Cannot find field.', where or name)


def quota_exceeded(model: str, retry_seconds: int) -> ApiError:
    metric = "generativelanguage.googleapis.com/generate_content_free_tier_requests"
    return ApiError(
        429,
        "You exceeded your current quota, please check your plan and billing details. "
        f"* Quota exceeded for metric: {metric}, limit: 5, model: {model}\nPlease retry in {retry_seconds}s.",
        [
            {
                "@type": _TYPES + "QuotaFailure",
                "violations": [
                    {
                        "quotaMetric": metric,
                        "quotaId": "GenerateRequestsPerMinutePerProjectPerModel-FreeTier",
                        "quotaDimensions": {"location": "global", "model": model},
                        "quotaValue": "5",
                    }
                ],
            },
            {
                "@type": _TYPES + "Help",
                "links": [
                    {
                        "description": "Learn more about Gemini API quotas",
                        "url": "https://ai.google.dev/gemini-api/docs/rate-limits",
                    }
                ],
            },
            {"@type": _TYPES + "RetryInfo", "retryDelay": f"{retry_seconds}s"},
        ],
    )


def internal() -> ApiError:
    return ApiError(
        500,
        "An internal error has occurred. Please retry or report in "
        "https://developers.generativeai.google/guide/troubleshooting",
    )


def overloaded() -> ApiError:
    return ApiError(503, "The model is overloaded. Please try again later.")

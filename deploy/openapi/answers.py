"""What a function may answer when it fails: HTTP status, canonical codes, reasons."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

from deploy.openapi.code import code
from deploy.openapi.reach import Failure, Reach
from shared.runtime import errors
from shared.runtime.caller import Role
from shared.runtime.errors import TravvyError
from shared.runtime.outcomes import DOMAIN, http_status
from shared.runtime.registry import FunctionSpec

CLASSES: Final[Mapping[str, type[TravvyError]]] = {
    kind.code: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, TravvyError) and kind is not TravvyError
}
_BUSY: Final = tuple(
    Failure(name, "BACKEND_BUSY", "A service we depend on is busy. Try again.", ())
    for name in ("ABORTED", "DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED", "UNAVAILABLE")
)
"""What any function may answer when the client library of a backend gives up; see `outcomes.known`."""
_INTERNAL: Final = Failure(
    "INTERNAL", "INTERNAL", "Something went wrong on our side. If you report it, name ….", ("traceId",)
)
_ONLY_IF_FRESH: Final = frozenset({"TOKEN_REVOKED", "ACCOUNT_GONE"})


@cache
def _reach() -> Reach:
    return Reach(code())


def failures(spec: FunctionSpec) -> dict[int, tuple[Failure, ...]]:
    """How a function may fail, by HTTP status; one failure for each reason, in order."""
    # The door too, by its own name: a function may be declared by a decorator that was made of the usual one.
    door = f"shared.runtime.decorators.{spec.kind}_function"
    found = _reach().errors([f"{spec.module}.{spec.entry_point}", door])
    told: dict[tuple[str, str], Failure] = {}
    for failure in sorted({*found, *_BUSY}):
        seen = _INTERNAL if failure.code == "INTERNAL" else failure
        if _possible(spec, seen.reason):
            told.setdefault((seen.code, seen.reason), seen)
    return by_status(told.values())


def by_status(found: Iterable[Failure]) -> dict[int, tuple[Failure, ...]]:
    """Failures by the HTTP status that they are answered with."""
    sorted_out: dict[int, list[Failure]] = defaultdict(list)
    for failure in sorted(found):
        sorted_out[http_status(CLASSES[failure.code]("", reason=failure.reason))].append(failure)
    return {status: tuple(sorted_out[status]) for status in sorted(sorted_out)}


def example(failure: Failure) -> dict[str, Any]:
    """The body of a failure, as a client gets it."""
    metadata = dict.fromkeys(failure.metadata, "…")
    details = {"reason": failure.reason, "domain": DOMAIN, "metadata": metadata}
    return {"error": {"status": failure.code, "message": failure.message, "details": details}}


def example_name(failure: Failure) -> str:
    """The name of that example."""
    return f"{failure.code}.{failure.reason}"


def _possible(spec: FunctionSpec, reason: str) -> bool:
    """Whether the function's declaration leaves room for a reason that every door knows."""
    if reason in _ONLY_IF_FRESH:
        return spec.fresh
    if reason == "ADMIN_ONLY":
        return spec.caller == "admin"
    if reason == "TOKEN_MISSING":
        return spec.caller != "anyone"
    if reason == "ROLE_TOO_LOW":
        return spec.role not in (None, Role.VIEWER)
    return True

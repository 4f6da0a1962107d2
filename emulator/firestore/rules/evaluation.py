"""The state of judging one request: limits, document reads, variables."""

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from emulator.firestore.rules.errors import EvaluationError, LimitError
from emulator.firestore.rules.values import Path

MAX_EXPRESSIONS: Final = 1000
SINGLE_ACCESSES: Final = 10
BATCH_ACCESSES: Final = 20

Lookup = Callable[[tuple[str, ...]], Mapping[str, Any] | None]
"""Segments of a document's path (`databases`, …) to its resource map (`data`, `id`, `__name__`), or None."""


class Accesses:
    """The documents that rules read; shared by all requests of one commit.

    `batch` raises the limit for the whole commit, not the one for each of its writes.
    """

    def __init__(self, before: Lookup, after: Lookup, *, batch: bool = False) -> None:
        self._lookups = {"before": before, "after": after}
        self._known: dict[tuple[str, tuple[str, ...]], Mapping[str, Any] | None] = {}
        self._limit: float = BATCH_ACCESSES if batch else SINGLE_ACCESSES
        self._single: float = SINGLE_ACCESSES
        self._others = 0

    @property
    def paths(self) -> frozenset[tuple[str, ...]]:
        """The paths that were read."""
        return frozenset(path for _, path in self._known)

    def next_request(self) -> None:
        """Begins another request of the same commit."""
        self._others = len(self._known)

    def unlimited(self) -> "Accesses":
        """The same documents for explaining a verdict, which no limit cuts short."""
        copy = Accesses(self._lookups["before"], self._lookups["after"])
        copy._limit = copy._single = math.inf
        return copy

    def read(self, state: str, path: Path) -> Mapping[str, Any] | None:
        """The resource at a path, before or after the writes; asking again for the same is free."""
        segments = path.bound()
        if len(segments) < 5 or len(segments) % 2 == 0 or segments[0] != "databases" or segments[2] != "documents":
            raise EvaluationError(f"{path} is no path of a document")
        key = (state, segments)
        if key not in self._known:
            if len(self._known) >= self._limit or len(self._known) - self._others >= self._single:
                raise LimitError("too many document accesses")
            self._known[key] = self._lookups[state](segments)
        return self._known[key]


class Deferred:
    """An argument or `let`: evaluated when first used, its value or error kept."""

    __slots__ = ("_error", "_frame", "_run", "_value")

    def __init__(self, run: "Run", frame: dict[str, "Deferred"]) -> None:
        self._run: Run | None = run
        self._frame = frame
        self._value: Any = None
        self._error: EvaluationError | None = None

    def value(self, evaluation: "Evaluation") -> Any:
        """The value, in the frame where the expression was written."""
        if self._run is not None:
            caller, evaluation.frame = evaluation.frame, self._frame
            try:
                self._value = self._run(evaluation)
            except EvaluationError as error:
                self._error = error
            finally:
                evaluation.frame = caller
            self._run = None
        if self._error is not None:
            raise self._error
        return self._value


class Evaluation:
    """One request being judged against one match: what names mean, and how much has been evaluated."""

    __slots__ = ("accesses", "captures", "frame", "limit", "request", "resource", "steps")

    def __init__(self, request: Mapping[str, Any], resource: Any, accesses: Accesses) -> None:
        self.request = request
        self.resource = resource
        self.accesses = accesses
        self.captures: Mapping[str, Any] = {}
        self.frame: dict[str, Deferred] = {}
        self.steps = 0
        self.limit = MAX_EXPRESSIONS

    def tick(self) -> None:
        """Counts one expression."""
        self.steps += 1
        if self.steps > self.limit:
            raise LimitError(f"more than {self.limit} expressions to evaluate")


Run = Callable[[Evaluation], Any]

ABSENT: Final = object()
"""Stands for `resource` where the request has none: using it is an error."""

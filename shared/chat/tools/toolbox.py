"""Runs what the model calls: each tool with the eyes of who asked, with the role that they have at that moment.

Arguments are checked, results are plain data, bounded and cleaned, and what is wrong is said in words for the model.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Generic, TypeVar

from google.genai import types
from pydantic import ValidationError

from shared.assistant.declaring import Arguments, declaration, words
from shared.assistant.fence import clean
from shared.runtime.caller import Role, TripAccess
from shared.runtime.errors import (
    AlreadyExists,
    FailedPrecondition,
    Internal,
    InvalidArgument,
    NotFound,
    PermissionDenied,
    TravvyError,
)

Data = dict[str, Any]
Keep = Callable[[str, Callable[[], Data]], Data]
A = TypeVar("A", bound=Arguments)

_FOR_THE_MODEL: Final = (InvalidArgument, NotFound, FailedPrecondition, AlreadyExists)
"""What the model may do better next time; everything else ends the answer, or has its job come again."""


@dataclass(frozen=True)
class Session:
    """The answer that tools work for.

    `access` makes the access of who asked, anew for each call. `keep` stores what was decided before it has effects;
    `check` raises once the answer is not wanted any more. Effects are made once for the `job_id`, or for the
    `answer_id`, which stays when the answer is begun again. People read what tools say of them in this `language`.
    """

    access: Callable[[Role], TripAccess]
    keep: Keep
    check: Callable[[], None]
    job_id: str
    answer_id: str
    private: bool
    language: str | None = None


@dataclass(frozen=True)
class Call:
    """One call: `key` names it within its job, `told` is what tools told before it. With `last_try` nothing goes back
    to the model any more."""

    session: Session
    access: TripAccess
    key: str
    told: Sequence[Data]
    last_try: bool

    @property
    def uid(self) -> str:
        return self.access.caller.uid

    @property
    def trip_id(self) -> str:
        return self.access.trip_id


@dataclass(frozen=True)
class Tool(Generic[A]):
    """A tool, and the least role that its caller needs. `run` checks `Call.access`."""

    name: str
    description: str
    arguments: type[A]
    run: Callable[[Call, A], Data]
    least: Role = Role.VIEWER
    declared: types.FunctionDeclaration | None = None

    @property
    def declaration(self) -> types.FunctionDeclaration:
        return self.declared or declaration(self.name, self.description, self.arguments)


class Toolbox:
    def __init__(self, tools: Iterable[Tool[Any]]) -> None:
        self._tools: Mapping[str, Tool[Any]] = {tool.name: tool for tool in tools}

    @cached_property
    def declarations(self) -> tuple[types.FunctionDeclaration, ...]:
        """What the model is told about the tools, the same in each of its turns."""
        return tuple(tool.declaration for tool in self._tools.values())

    def run(
        self, session: Session, asked: types.FunctionCall, key: str, told: Sequence[Data], *, last_try: bool
    ) -> Data:
        """The result of a call, or `{"error": …}` for the model.

        Raises NotFound (TRIP_NOT_FOUND) once who asked has left the trip or it is deleted, and what is worth another
        attempt of the job.
        """
        tool = self._tools.get(asked.name or "")
        if tool is None:
            return {"error": f"there is no tool {asked.name!r}"}
        try:
            arguments = tool.arguments.model_validate(asked.args or {})
        except ValidationError as error:
            return {"error": words(error)}
        access = session.access(tool.least)
        try:
            result = tool.run(Call(session, access, key, told, last_try), arguments)
        except PermissionDenied:
            return {"error": f"who asked may not do that in this trip: it needs the role {tool.least}"}
        except _FOR_THE_MODEL as error:
            return {"error": clean(_worth_telling(error).message)}
        if not access.checked:
            raise Internal(f"{tool.name} told something without looking who asked", reason="ACCESS_NOT_CHECKED")
        cleaned: Data = _cleaned(result)
        return cleaned


def _worth_telling(error: TravvyError) -> TravvyError:
    if error.reason == "TRIP_NOT_FOUND":
        raise error
    return error


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {name: _cleaned(one) for name, one in value.items()}
    return [_cleaned(one) for one in value] if isinstance(value, list) else value

"""From syntax trees to Python closures.

Each expression becomes a function of the `Evaluation`. Names are resolved once, when the rules are loaded. What Google
only warns about (an unknown function, an undefined variable) becomes an error when it is evaluated.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from emulator.firestore.rules.errors import EvaluationError
from emulator.firestore.rules.evaluation import ABSENT, Deferred, Evaluation, Run
from emulator.firestore.rules.functions import CASTS, NAMESPACES, want
from emulator.firestore.rules.methods import call_method
from emulator.firestore.rules.nodes import (
    Binary,
    Call,
    Capture,
    Function,
    Index,
    Is,
    ListNode,
    Literal,
    Logic,
    MapNode,
    Member,
    MethodCall,
    Name,
    Node,
    PathNode,
    Slice,
    Ternary,
    Unary,
)
from emulator.firestore.rules.operators import BINARY, cut, has_type, index, member, negate
from emulator.firestore.rules.values import Path, Unbound, type_name

DOCUMENT_FUNCTIONS: Final = {
    "get": "before",
    "exists": "before",
    "getAfter": "after",
    "existsAfter": "after",
}
GLOBALS: Final = ("request", "resource")

N = TypeVar("N", bound=Node)


@dataclass(eq=False, slots=True)
class CompiledFunction:
    """A function of the rules; `result` is filled in once its body has been compiled."""

    declaration: Function
    bindings: list[tuple[str, Run]]
    result: Run

    def frame(self, evaluation: Evaluation, arguments: list[Run]) -> dict[str, Deferred]:
        """The variables of one call: parameters belong to the caller's frame, `let` to this one."""
        names = zip(self.declaration.parameters, arguments, strict=True)
        frame = {name: Deferred(run, evaluation.frame) for name, run in names}
        for name, run in self.bindings:
            frame[name] = Deferred(run, dict(frame))
        return frame


@dataclass(frozen=True, slots=True)
class Scope:
    """What names mean at one place of the text."""

    functions: Mapping[str, CompiledFunction]
    captures: frozenset[str] = frozenset()
    variables: frozenset[str] = frozenset()

    def knows(self, name: str) -> bool:
        """Whether a name is a variable, capture or global here."""
        return name in self.variables or name in self.captures or name in GLOBALS


def unknown(message: str) -> Run:
    """A run that always fails."""

    def run(evaluation: Evaluation) -> Any:
        evaluation.tick()
        raise EvaluationError(message)

    return run


def boolean(value: Any) -> bool:
    """The value, which must be a boolean: nothing is true by being there."""
    if value is True or value is False:
        return bool(value)
    raise EvaluationError(f"expected bool, got {type_name(value)}")


@dataclass(eq=False, slots=True)
class Code:
    """All that was compiled: what became of each expression, which function each call means (both for explanations),
    and offsets and texts of what will always fail."""

    runs: dict[Node, Run] = field(default_factory=dict)
    calls: dict[Node, CompiledFunction] = field(default_factory=dict)
    warnings: list[tuple[int, str]] = field(default_factory=list)


class Compiler:
    """Compiles the expressions of one scope into `code`."""

    def __init__(self, scope: Scope, code: Code) -> None:
        self._scope = scope
        self._runs = code.runs
        self._calls = code.calls
        self._warnings = code.warnings

    def _unknown(self, node: Node, message: str) -> Run:
        self._warnings.append((node.start, message))
        return unknown(message)

    def compile(self, node: Node) -> Run:
        """The closure of an expression."""
        compiled = _COMPILERS[type(node)](self, node)
        self._runs[node] = compiled
        return compiled

    def _literal(self, node: Literal) -> Run:
        value = node.value
        return lambda evaluation: value

    def _name(self, node: Name) -> Run:
        name = node.name
        if name in self._scope.variables:
            return lambda evaluation: evaluation.frame[name].value(evaluation)
        if name in self._scope.captures:
            return lambda evaluation: _captured(evaluation, name)
        if name == "request":
            return lambda evaluation: evaluation.request
        if name == "resource":
            return _resource
        return self._unknown(node, f"variable '{name}' is not defined")

    def _list(self, node: ListNode) -> Run:
        items = [self.compile(item) for item in node.items]

        def run(evaluation: Evaluation) -> Any:
            evaluation.tick()
            return [item(evaluation) for item in items]

        return run

    def _map(self, node: MapNode) -> Run:
        entries = [(self.compile(key), self.compile(value)) for key, value in node.entries]

        def run(evaluation: Evaluation) -> Any:
            evaluation.tick()
            return {want(key(evaluation), "string"): value(evaluation) for key, value in entries}

        return run

    def _path(self, node: PathNode) -> Run:
        parts = [self.compile(part) if isinstance(part, Node) else part for part in node.segments]

        def run(evaluation: Evaluation) -> Any:
            evaluation.tick()
            segments: list[str | Unbound] = []
            for part in parts:
                if isinstance(part, str):
                    segments.append(part)
                elif isinstance(part, Capture):
                    segments.append(Unbound(part.name))
                else:
                    segments.extend(_segments(part(evaluation)))
            return Path(tuple(segments))

        return run

    def _member(self, node: Member) -> Run:
        target, name = self.compile(node.target), node.name

        def run(evaluation: Evaluation) -> Any:
            evaluation.tick()
            return member(target(evaluation), name)

        return run

    def _index(self, node: Index) -> Run:
        target, at = self.compile(node.target), self.compile(node.index)

        def run(evaluation: Evaluation) -> Any:
            evaluation.tick()
            return index(target(evaluation), at(evaluation))

        return run

    def _slice(self, node: Slice) -> Run:
        target = self.compile(node.target)
        low = self.compile(node.low) if node.low else None
        high = self.compile(node.high) if node.high else None

        def run(evaluation: Evaluation) -> Any:
            evaluation.tick()
            bounds = (low and low(evaluation), high and high(evaluation))
            return cut(target(evaluation), *bounds)

        return run

    def _call(self, node: Call) -> Run:
        arguments = [self.compile(argument) for argument in node.arguments]
        function = self._scope.functions.get(node.name)
        if function is not None:
            self._calls[node] = function
            return self._counted(node, len(function.declaration.parameters)) or _user_call(function, arguments)
        if node.name in DOCUMENT_FUNCTIONS:
            return self._counted(node, 1) or _document_call(node.name, arguments[0])
        if node.name in CASTS:
            cast, arity = CASTS[node.name]
            return self._counted(node, arity) or _builtin_call(cast, arguments)
        return self._unknown(node, f"function '{node.name}' is not defined")

    def _counted(self, node: Call | MethodCall, wanted: int) -> Run | None:
        """None if a call has the arguments that its function wants, else what fails in its stead."""
        found = len(node.arguments)
        return None if found == wanted else self._unknown(node, f"{node.name}() takes {wanted} arguments, got {found}")

    def _method(self, node: MethodCall) -> Run:
        arguments = [self.compile(argument) for argument in node.arguments]
        name, target = node.name, node.target
        if isinstance(target, Name) and target.name in NAMESPACES and not self._scope.knows(target.name):
            builtin = NAMESPACES[target.name].get(name)
            if builtin is None:
                return self._unknown(node, f"function '{target.name}.{name}' is not defined")
            return self._counted(node, builtin[1]) or _builtin_call(builtin[0], arguments)
        own = self.compile(target)

        def run(evaluation: Evaluation) -> Any:
            evaluation.tick()
            return call_method(own(evaluation), name, [argument(evaluation) for argument in arguments])

        return run

    def _unary(self, node: Unary) -> Run:
        operand, negated = self.compile(node.operand), node.operator == "!"

        def run(evaluation: Evaluation) -> Any:
            evaluation.tick()
            value = operand(evaluation)
            return not boolean(value) if negated else negate(value)

        return run

    def _binary(self, node: Binary) -> Run:
        left, right, operator = self.compile(node.left), self.compile(node.right), BINARY[node.operator]

        def run(evaluation: Evaluation) -> Any:
            evaluation.tick()
            return operator(left(evaluation), right(evaluation))

        return run

    def _logic(self, node: Logic) -> Run:
        operands, deciding = [self.compile(operand) for operand in node.operands], node.operator == "||"

        def run(evaluation: Evaluation) -> Any:
            failure: EvaluationError | None = None
            for position, operand in enumerate(operands):
                if position:
                    evaluation.tick()
                try:
                    if boolean(operand(evaluation)) is deciding:
                        return deciding
                except EvaluationError as error:
                    failure = failure or error
            if failure is not None:
                raise failure
            return not deciding

        return run

    def _is(self, node: Is) -> Run:
        operand, kind = self.compile(node.operand), node.type

        def run(evaluation: Evaluation) -> Any:
            evaluation.tick()
            return has_type(operand(evaluation), kind)

        return run

    def _ternary(self, node: Ternary) -> Run:
        condition, yes, no = self.compile(node.condition), self.compile(node.yes), self.compile(node.no)

        def run(evaluation: Evaluation) -> Any:
            evaluation.tick()
            return yes(evaluation) if boolean(condition(evaluation)) else no(evaluation)

        return run


_COMPILERS: Final[dict[type[Node], Callable[[Compiler, Any], Run]]] = {
    Literal: Compiler._literal,
    Name: Compiler._name,
    ListNode: Compiler._list,
    MapNode: Compiler._map,
    PathNode: Compiler._path,
    Member: Compiler._member,
    Index: Compiler._index,
    Slice: Compiler._slice,
    Call: Compiler._call,
    MethodCall: Compiler._method,
    Unary: Compiler._unary,
    Binary: Compiler._binary,
    Logic: Compiler._logic,
    Is: Compiler._is,
    Ternary: Compiler._ternary,
}


def _captured(evaluation: Evaluation, name: str) -> Any:
    value = evaluation.captures[name]
    if value is None:
        raise EvaluationError(f"the query does not say what '{name}' is")
    return value


def _resource(evaluation: Evaluation) -> Any:
    if evaluation.resource is ABSENT:
        raise EvaluationError("the request has no resource")
    return evaluation.resource


def _segments(value: Any) -> list[str | Unbound]:
    if isinstance(value, Path):
        return list(value.segments)
    if isinstance(value, str):
        return [part for part in value.split("/") if part] if "/" in value else [value]
    if isinstance(value, int) and not isinstance(value, bool):
        return [str(value)]
    raise EvaluationError(f"a path is built of strings, not of {type_name(value)}")


def _user_call(function: CompiledFunction, arguments: list[Run]) -> Run:
    def run(evaluation: Evaluation) -> Any:
        evaluation.tick()
        frame = function.frame(evaluation, arguments)
        caller, evaluation.frame = evaluation.frame, frame
        try:
            return function.result(evaluation)
        finally:
            evaluation.frame = caller

    return run


def _builtin_call(function: Callable[..., Any], arguments: list[Run]) -> Run:
    def run(evaluation: Evaluation) -> Any:
        evaluation.tick()
        return function(*(argument(evaluation) for argument in arguments))

    return run


def _document_call(name: str, path: Run) -> Run:
    state, only_asks = DOCUMENT_FUNCTIONS[name], name.startswith("exists")

    def run(evaluation: Evaluation) -> Any:
        evaluation.tick()
        found = evaluation.accesses.read(state, want(path(evaluation), "path"))
        if only_asks:
            return found is not None
        if found is None:
            raise EvaluationError("the document does not exist")
        return found

    return run

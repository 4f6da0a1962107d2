"""What is refused when rules are loaded although its syntax is right, and what is only warned about.

Limits as in "Firestore security rules: limits" of the Firebase documentation.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from emulator.firestore.rules.errors import RulesError
from emulator.firestore.rules.lexer import Source
from emulator.firestore.rules.nodes import Allow, Call, Capture, Function, Is, Literal, Match, Node, Rules, Unary
from emulator.firestore.rules.values import INT_MAX, TYPES

MAX_MATCH_DEPTH: Final = 10
MAX_SEGMENTS: Final = 100
MAX_CAPTURES: Final = 20
MAX_PARAMETERS: Final = 7
MAX_BINDINGS: Final = 10
MAX_CALL_DEPTH: Final = 20

METHODS: Final[Mapping[str, frozenset[str]]] = {
    "read": frozenset({"get", "list"}),
    "write": frozenset({"create", "update", "delete"}),
    **{name: frozenset({name}) for name in ("get", "list", "create", "update", "delete")},
}

_Functions = Mapping[str, Function]


class Checker:
    """Checks one rules text; raises RulesError at the first thing that is refused."""

    def __init__(self, source: Source, version: int) -> None:
        self._source = source
        self._version = version
        self._depths: dict[Function, int] = {}
        self._scopes: dict[Function, _Functions] = {}
        self._open: list[Function] = []

    def rules(self, rules: Rules) -> None:
        """Checks everything."""
        if rules.imports:
            raise self._error("Imports are not supported.", rules.imports[0])
        functions = self._functions({}, rules.functions)
        for service in rules.services:
            inner = self._functions(functions, service.functions)
            for match in service.matches:
                self._match(match, inner, [], 1)

    def _error(self, message: str, at: int | Node) -> RulesError:
        return self._source.error(message, at if isinstance(at, int) else at.start)

    def _functions(self, outer: _Functions, declared: list[Function]) -> _Functions:
        functions = dict(outer)
        for function in declared:
            if functions.get(function.name) is not outer.get(function.name):
                raise self._error(f"Function '{function.name}' is declared twice.", function)
            if len(function.parameters) > MAX_PARAMETERS:
                raise self._error(f"A function has at most {MAX_PARAMETERS} parameters.", function)
            if len(set(function.parameters)) < len(function.parameters):
                raise self._error(f"Function '{function.name}' has two parameters of one name.", function)
            if len(function.bindings) > MAX_BINDINGS:
                raise self._error(f"A function has at most {MAX_BINDINGS} variables.", function)
            functions[function.name] = function
        for function in declared:
            self._scopes[function] = functions
        for function in declared:
            for part in (*(value for _, value in function.bindings), function.result):
                self._expression(part)
            self._call_depth(function)
        return functions

    def _call_depth(self, function: Function) -> int:
        """How many calls deep a function goes, itself included."""
        if function in self._open:
            raise self._error(f"Function '{function.name}' calls itself: recursion is not allowed.", function)
        if function not in self._depths:
            self._open.append(function)
            parts = [*(value for _, value in function.bindings), function.result]
            depth = 1 + max((self._deepest(part, self._scopes[function]) for part in parts), default=0)
            if depth > MAX_CALL_DEPTH:
                raise self._error(f"Function calls nest deeper than {MAX_CALL_DEPTH}.", function)
            self._depths[function] = depth
            self._open.pop()
        return self._depths[function]

    def _deepest(self, node: Node, functions: _Functions) -> int:
        called = (functions.get(each.name) for each in walk(node) if isinstance(each, Call))
        return max((self._call_depth(function) for function in called if function is not None), default=0)

    def _match(self, match: Match, outer: _Functions, path: list[str | Capture], depth: int) -> None:
        pattern = [*path, *match.pattern]
        captures = [part for part in pattern if isinstance(part, Capture)]
        if depth > MAX_MATCH_DEPTH:
            raise self._error(f"Match blocks nest deeper than {MAX_MATCH_DEPTH}.", match)
        if len(pattern) > MAX_SEGMENTS:
            raise self._error(f"A path has at most {MAX_SEGMENTS} segments.", match)
        if len(captures) > MAX_CAPTURES:
            raise self._error(f"A path has at most {MAX_CAPTURES} captures.", match)
        self._globs(match, captures, pattern)
        functions = self._functions(outer, match.functions)
        for allow in match.allows:
            self._allow(allow)
        for inner in match.matches:
            self._match(inner, functions, pattern, depth + 1)

    def _globs(self, match: Match, captures: list[Capture], pattern: list[str | Capture]) -> None:
        globs = [capture for capture in captures if capture.many]
        if self._version == 1 and globs and (len(globs) > 1 or pattern[-1] is not globs[0]):
            raise self._error("In version 1, {name=**} is allowed at the end of a path only.", match)
        if len([part for part in match.pattern if isinstance(part, Capture) and part.many]) > 1:
            raise self._error("A match has at most one {name=**}.", match)

    def _allow(self, allow: Allow) -> None:
        for operation in allow.operations:
            if operation not in METHODS:
                raise self._error(f"'{operation}' is no operation.", allow)
        if allow.condition is not None:
            self._expression(allow.condition)

    def _expression(self, root: Node) -> None:
        negated = {node.operand for node in walk(root) if isinstance(node, Unary) and node.operator == "-"}
        for node in walk(root):
            if isinstance(node, Is) and node.type not in TYPES:
                raise self._error(f"'{node.type}' is no type.", node)
            most = INT_MAX + (node in negated)
            if isinstance(node, Literal) and isinstance(node.value, int) and node.value > most:
                raise self._error("The integer does not fit into 64 bits.", node)


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it."""
    yield node
    for child in node.children():
        yield from walk(child)

"""A loaded rules text, and its verdict on a request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from emulator.firestore.rules.blocks import CompiledAllow, CompiledMatch, Refusal
from emulator.firestore.rules.checks import METHODS, Checker
from emulator.firestore.rules.compiler import Code, CompiledFunction, Compiler, Scope, unknown
from emulator.firestore.rules.constraints import Filter, QueryFields
from emulator.firestore.rules.errors import LimitError
from emulator.firestore.rules.evaluation import ABSENT, Accesses, Evaluation
from emulator.firestore.rules.explain import Explainer
from emulator.firestore.rules.lexer import Source
from emulator.firestore.rules.matching import Target, match
from emulator.firestore.rules.nodes import Capture, Function, Match
from emulator.firestore.rules.parser import parse
from emulator.firestore.rules.values import Path, Timestamp

_SERVICE: Final = "cloud.firestore"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRequest:
    """What is to be judged. `path` are the segments from `databases` on; a document's for all methods but list.

    `resource` is the document before the request, `new_resource` the one after a write: a map with `data`, `id` and
    `__name__`, None where the document does not exist, or ABSENT. `auth` is None or holds `uid` and `token`.
    """

    method: str
    path: tuple[str, ...]
    time: Timestamp
    accesses: Accesses
    auth: Mapping[str, Any] | None = None
    resource: Any = ABSENT
    new_resource: Any = ABSENT
    query: "ListQuery | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """A query: every result is a document of `target` and meets all filters of at least one disjunct."""

    target: Target
    disjuncts: Sequence[Sequence[Filter]] = ((),)
    limit: int | None = None
    offset: int = 0
    order_by: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a request is allowed; if not, why. `paths_read` are the documents that the rules read on the way."""

    allowed: bool
    explanation: str
    paths_read: frozenset[tuple[str, ...]]


class Ruleset:
    """Rules, compiled once."""

    def __init__(self, source: Source, version: int) -> None:
        self._source = source
        self._code = Code()
        self._version = version
        self._matches: list[CompiledMatch] = []

    @classmethod
    def compile(cls, text: str, service_name: str = _SERVICE) -> "Ruleset":
        """The rules of one service. Raises RulesError, with line and column, for a text that is refused."""
        source, rules = Source(text), parse(text)
        Checker(source, rules.version).rules(rules)
        ruleset = cls(source, rules.version)
        scope = ruleset._declare(Scope({}), rules.functions)
        for service in rules.services:
            if service.name == service_name:
                inner = ruleset._declare(scope, service.functions)
                for each in service.matches:
                    ruleset._add(each, inner, ())
        return ruleset

    def _declare(self, outer: Scope, declared: list[Function]) -> Scope:
        fresh = {each.name: CompiledFunction(each, [], unknown("not compiled")) for each in declared}
        scope = Scope({**outer.functions, **fresh}, outer.captures)
        for function in fresh.values():
            names = set(function.declaration.parameters)
            for name, value in function.declaration.bindings:
                function.bindings.append((name, self._compiler(scope, names).compile(value)))
                names.add(name)
            function.result = self._compiler(scope, names).compile(function.declaration.result)
        return scope

    def _compiler(self, scope: Scope, names: set[str]) -> Compiler:
        return Compiler(Scope(scope.functions, scope.captures, frozenset(names)), self._code)

    def _add(self, block: Match, outer: Scope, path: tuple[str | Capture, ...]) -> None:
        pattern = (*path, *block.pattern)
        captures = frozenset(part.name for part in pattern if isinstance(part, Capture))
        scope = self._declare(Scope(outer.functions, outer.captures | captures), block.functions)
        compiler = Compiler(scope, self._code)
        allows = []
        for allow in block.allows:
            methods = frozenset().union(*(METHODS[operation] for operation in allow.operations))
            run = compiler.compile(allow.condition) if allow.condition is not None else None
            allows.append(CompiledAllow(methods, allow, run))
        if allows:
            self._matches.append(CompiledMatch(pattern, tuple(allows)))
        for inner in block.matches:
            self._add(inner, scope, pattern)

    @property
    def warnings(self) -> list[str]:
        """What is accepted, as by production, but fails whenever it is evaluated: `line:column: message` each."""
        places = sorted((self._source.place(offset), message) for offset, message in self._code.warnings)
        return [f"{line}:{column}: {message}" for (line, column), message in places]

    def judge(self, request: RuleRequest) -> Verdict:
        """The verdict: allowed if any allow statement grants it; a query if each of its disjuncts is granted."""
        request.accesses.next_request()
        if request.query is None:
            why = self._refused(request, request.path, request.resource)
        else:
            for disjunct in request.query.disjuncts:
                filters = [each.plain() for each in disjunct]
                why = self._refused(request, _target(request.query.target, filters), _queried(filters))
                if why:
                    break
        return Verdict(not why, why, request.accesses.paths)

    def _refused(self, request: RuleRequest, target: Target, resource: Any) -> str:
        """Why it is denied; empty when it is allowed."""
        evaluation = Evaluation(_request_map(request), resource, request.accesses)
        refusals: list[Refusal] = []
        try:
            for block in self._matches:
                allows = [allow for allow in block.allows if request.method in allow.methods]
                captures = match(block.pattern, target, self._version) if allows else None
                if captures is None:
                    continue
                evaluation.captures = captures
                for allow in allows:
                    refusal = allow.ask(evaluation)
                    if refusal is None:
                        return ""
                    refusals.append(refusal)
        except LimitError as error:
            return f"{error}; the whole request is denied"
        except RecursionError:
            return "the expressions nest too deeply; the whole request is denied"
        return Explainer(self._source, self._code).explain(request.method, target, refusals, evaluation)


def _request_map(request: RuleRequest) -> dict[str, Any]:
    known: dict[str, Any] = {
        "auth": request.auth,
        "method": request.method,
        "path": Path(request.path),
        "time": request.time,
    }
    if request.new_resource is not ABSENT:
        known["resource"] = request.new_resource
    if request.query is not None:
        query = request.query
        known["query"] = {"limit": query.limit, "offset": query.offset, "orderBy": dict(query.order_by)}
    return known


def _named(filters: Sequence[Filter]) -> Path | None:
    """The document that filters on `__name__` leave as the only one."""
    for each in filters:
        if each.field == ("__name__",) and each.operator == "==" and isinstance(each.value, Path):
            return each.value
    return None


def _target(target: Target, filters: Sequence[Filter]) -> Target:
    name = _named(filters)
    return target if name is None else name.bound()


def _queried(filters: Sequence[Filter]) -> dict[str, Any]:
    """`resource` of a query."""
    resource: dict[str, Any] = {"data": QueryFields([each for each in filters if each.field != ("__name__",)])}
    name = _named(filters)
    if name is not None:
        resource.update({"__name__": name, "id": name.bound()[-1]})
    return resource

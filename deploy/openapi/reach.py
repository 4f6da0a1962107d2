"""Which errors a function can answer with: every TravvyError made in the code that can be reached from it.

Found by reading the source: calls and references are followed through the annotated classes. It errs on the side of too
many; the tests hold that no answer has a reason that is missing here.
"""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from deploy.openapi.code import Code, Definition, dotted_name

ANY: Final = "*"
"""Stands for a reason that is not written out where the error is made."""
_ERRORS: Final = "shared.runtime.errors"
_BASE: Final = f"{_ERRORS}.TravvyError"


@dataclass(frozen=True, order=True)
class Failure:
    """An error as it is made: canonical code, reason, the message and the keys of the metadata as they are written.

    What is filled in at run time is an ellipsis.
    """

    code: str
    reason: str
    message: str
    metadata: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """What one function refers to: other functions, by qualified name, and the errors that it makes."""

    functions: frozenset[str]
    errors: frozenset[Failure]


class Reach:
    """Follows the code from a function. Keeps what it has found."""

    def __init__(self, code: Code) -> None:
        self._code = code
        self._found: dict[str, Found] = {}
        self._attributes: dict[tuple[str, str], frozenset[str]] = {}
        self._assignments: dict[str, dict[str, list[tuple[Definition, ast.expr]]]] = {}

    def errors(self, starts: Iterable[str]) -> frozenset[Failure]:
        """The errors made by functions, named like `module.function` or `module.Class.method`, and all they reach."""
        waiting, seen, errors = list(starts), set[str](), set[Failure]()
        while waiting:
            name = waiting.pop()
            if name in seen or name not in self._code.functions:
                continue
            seen.add(name)
            found = self._look_into(name)
            errors |= found.errors
            waiting += found.functions
        return frozenset(errors)

    def attribute(self, owner: str, name: str) -> frozenset[str]:
        """The classes that an attribute of a class's instances may be of."""
        key = owner, name
        if key not in self._attributes:
            self._attributes[key] = frozenset()
            self._attributes[key] = frozenset(self._attribute(owner, name))
        return self._attributes[key]

    def _look_into(self, name: str) -> Found:
        if name not in self._found:
            self._found[name] = _Body(self._code, self, self._code.functions[name]).found
        return self._found[name]

    def _attribute(self, owner: str, name: str) -> Iterator[str]:
        for base in self._code.bases(owner):
            known = self._code.classes.get(base)
            if known is None:
                continue
            yield from self._code.annotated(known.module, known.attributes.get(name), owner)
            if method := known.methods.get(name):
                yield from self._code.annotated(known.module, method.node.returns, owner)
            for method, value in self._assigned(base).get(name, ()):
                yield from _Body(self._code, self, method).types(value)

    def _assigned(self, owner: str) -> dict[str, list[tuple[Definition, ast.expr]]]:
        """What the methods of a class assign to the attributes of its instances."""
        if owner not in self._assignments:
            found: dict[str, list[tuple[Definition, ast.expr]]] = defaultdict(list)
            for method in self._code.classes[owner].methods.values():
                for node in ast.walk(method.node):
                    if isinstance(node, ast.Assign):
                        for name in filter(None, map(_own, node.targets)):
                            found[name].append((method, node.value))
            self._assignments[owner] = found
        return self._assignments[owner]


class _Body:
    """One function's body: the classes of its expressions, what it refers to."""

    def __init__(self, code: Code, reach: Reach, definition: Definition) -> None:
        self._code = code
        self._reach = reach
        self._module = definition.module
        self._owner = definition.owner
        self._node = definition.node
        self._locals: dict[str, frozenset[str]] = {}
        self._nodes = tuple(ast.walk(self._node))
        self._nested = {node.name: node for node in self._nodes if isinstance(node, ast.FunctionDef)}
        self._learn()

    @cached_property
    def found(self) -> Found:
        functions: set[str] = set()
        errors: set[Failure] = set()
        for node in self._nodes:
            if isinstance(node, ast.Name | ast.Attribute):
                functions |= set(self._referred(node))
            if isinstance(node, ast.Call):
                errors |= set(self._made(node))
        return Found(frozenset(functions), frozenset(errors))

    def types(self, node: ast.expr | None) -> frozenset[str]:
        """The classes of ours that an expression may be of, or be filled with."""
        match node:
            case ast.Name(id=name):
                return self._locals.get(name, frozenset())
            case ast.Attribute(value=value, attr=name):
                owners = self.types(value)
                # What is no attribute of the class is one of something around it, such as the result of a future.
                return frozenset().union(*(self._reach.attribute(owner, name) for owner in owners)) or owners
            case ast.Call(func=func, args=arguments):
                return self._called(func) or self._returned(arguments)
            case None:
                return frozenset()
        parts = (part for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr))
        return frozenset().union(*(self.types(part) for part in parts))

    def _called(self, func: ast.expr) -> frozenset[str]:
        dotted = dotted_name(func)
        meant = self._code.meaning(self._module, dotted) if dotted else ""
        if meant in self._code.classes:
            return frozenset({meant})
        if known := self._code.functions.get(meant):
            return self._code.annotated(known.module, known.node.returns, known.owner)
        return self.types(func)

    def _returned(self, arguments: Iterable[ast.expr]) -> frozenset[str]:
        """What the functions return that are handed to another, which may pass it on."""
        found: set[str] = set()
        for argument in arguments:
            local = self._nested.get(argument.id) if isinstance(argument, ast.Name) else None
            if local:
                found |= self._code.annotated(self._module, local.returns, self._owner)
            elif isinstance(argument, ast.Name | ast.Attribute):
                known = (self._code.functions[name] for name in self._referred(argument))
                found |= {
                    part for one in known for part in self._code.annotated(one.module, one.node.returns, one.owner)
                }
        return frozenset(found)

    def _referred(self, node: ast.Name | ast.Attribute) -> Iterator[str]:
        dotted = dotted_name(node)
        meant = self._code.meaning(self._module, dotted) if dotted else ""
        if meant in self._code.functions:
            yield meant
        if meant in self._code.classes:
            for name in ("__init__", "__post_init__", "__call__"):
                yield from self._methods(meant, name)
        if isinstance(node, ast.Attribute):
            for owner in self.types(node.value):
                yield from self._methods(owner, node.attr)

    def _methods(self, owner: str, name: str) -> Iterator[str]:
        if method := self._code.method(owner, name):
            yield f"{method.owner}.{name}"

    def _made(self, call: ast.Call) -> Iterator[Failure]:
        dotted = dotted_name(call.func)
        meant = self._code.meaning(self._module, dotted) if dotted else ""
        if meant == _BASE or _BASE not in self._code.bases(meant):
            return
        code = next(told for base in self._code.bases(meant) if (told := self._told_code(base)))
        words = {word.arg: word.value for word in call.keywords}
        keys = words.get("metadata")
        metadata = tuple(_text(key) for key in keys.keys) if isinstance(keys, ast.Dict) else ()
        message = _text(call.args[0]) if call.args else ""
        for reason in _constants(words.get("reason"), self._node) or (ANY,):
            yield Failure(code, reason, message, metadata)

    def _told_code(self, name: str) -> str:
        """The canonical code of a class of errors.py, which is its name in another spelling."""
        module, _, short = name.rpartition(".")
        words = "".join(f"_{letter}" if letter.isupper() else letter for letter in short).strip("_")
        return words.upper() if module == _ERRORS else ""

    def _learn(self) -> None:
        """The classes of parameters and local names, wherever in the body they are assigned."""
        for node in self._nodes:
            if isinstance(node, ast.arg):
                self._locals[node.arg] = self._code.annotated(self._module, node.annotation, self._owner)
        if self._owner and self._node.args.args:
            self._locals.setdefault(self._node.args.args[0].arg, frozenset())
            self._locals[self._node.args.args[0].arg] |= {self._owner}
        # What a name is may depend on a name that is assigned further down, as in a loop; three rounds find nearly all.
        for _ in range(3):
            for target, value in self._assignments():
                types = self.types(value)
                for part in ast.walk(target):
                    if isinstance(part, ast.Name):
                        self._locals[part.id] = self._locals.get(part.id, frozenset()) | types

    def _assignments(self) -> Iterator[tuple[ast.expr, ast.expr]]:
        for node in self._nodes:
            match node:
                case ast.Assign(targets=targets, value=value):
                    yield from ((target, value) for target in targets)
                case ast.AnnAssign(target=target, annotation=annotation):
                    for part in self._code.annotated(self._module, annotation, self._owner):
                        self._locals[getattr(target, "id", "")] = frozenset({part})
                case ast.NamedExpr(target=target, value=value):
                    yield target, value
                case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
                    yield target, value
                case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
                    yield target, value


def _constants(reason: ast.expr | None, body: ast.AST) -> list[str]:
    """The reasons that an expression may be; a local name counts as whatever constant is assigned to it."""
    if reason is None:
        return []
    values: list[ast.expr] = [reason]
    if isinstance(reason, ast.Name):
        values = [
            node.value
            for node in ast.walk(body)
            if isinstance(node, ast.Assign)
            and any(isinstance(target, ast.Name) and target.id == reason.id for target in node.targets)
        ]
    texts = [node.value for value in values for node in ast.walk(value) if isinstance(node, ast.Constant)]
    return [text for text in texts if isinstance(text, str) and text.isupper()]


def _text(node: ast.expr | None) -> str:
    """A text as it is written, with an ellipsis for each part that is known only at run time."""
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_text(part) for part in parts)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _text(left) + _text(right)
    return "…"


def _own(target: ast.expr) -> str | None:
    """The attribute that `self.name = …` assigns to, None of other targets."""
    match target:
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            return name
    return None

"""The syntax tree of a rules text. `start` and `stop` are offsets into the source."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False, slots=True, kw_only=True)
class Node:
    """Where a piece of syntax stands, and how deep the tree below it is."""

    start: int
    stop: int
    depth: int = 1

    def children(self) -> Iterator["Node"]:
        """The expressions directly inside this one, in the order of the text."""
        return iter(())


@dataclass(eq=False, slots=True)
class Literal(Node):
    """A number, string, bytes, boolean or null."""

    value: Any


@dataclass(eq=False, slots=True)
class Name(Node):
    """A parameter, `let`, path capture or global variable."""

    name: str


@dataclass(eq=False, slots=True)
class ListNode(Node):
    """`[a, b]`"""

    items: list[Node]

    def children(self) -> Iterator[Node]:
        return iter(self.items)


@dataclass(eq=False, slots=True)
class MapNode(Node):
    """`{key: value}`; keys are expressions."""

    entries: list[tuple[Node, Node]]

    def children(self) -> Iterator[Node]:
        return (part for entry in self.entries for part in entry)


@dataclass(frozen=True, slots=True)
class Capture:
    """`{name}` or `{name=**}` in a path."""

    name: str
    many: bool


@dataclass(eq=False, slots=True)
class PathNode(Node):
    """`/a/$(b)/{c}`: text, expressions, and captures that `bind` fills."""

    segments: list["str | Node | Capture"]

    def children(self) -> Iterator[Node]:
        return (segment for segment in self.segments if isinstance(segment, Node))


@dataclass(eq=False, slots=True)
class Member(Node):
    """`target.name`"""

    target: Node
    name: str

    def children(self) -> Iterator[Node]:
        yield self.target


@dataclass(eq=False, slots=True)
class Index(Node):
    """`target[index]`"""

    target: Node
    index: Node

    def children(self) -> Iterator[Node]:
        yield from (self.target, self.index)


@dataclass(eq=False, slots=True)
class Slice(Node):
    """`target[from:to]`, either bound may be left out."""

    target: Node
    low: Node | None
    high: Node | None

    def children(self) -> Iterator[Node]:
        return (part for part in (self.target, self.low, self.high) if part is not None)


@dataclass(eq=False, slots=True)
class Call(Node):
    """`name(arguments)`: a function of the rules or a built-in one."""

    name: str
    arguments: list[Node]

    def children(self) -> Iterator[Node]:
        return iter(self.arguments)


@dataclass(eq=False, slots=True)
class MethodCall(Node):
    """`target.name(arguments)`; the target may be a namespace such as `math`."""

    target: Node
    name: str
    arguments: list[Node]

    def children(self) -> Iterator[Node]:
        yield self.target
        yield from self.arguments


@dataclass(eq=False, slots=True)
class Unary(Node):
    """`!operand` or `-operand`"""

    operator: str
    operand: Node

    def children(self) -> Iterator[Node]:
        yield self.operand


@dataclass(eq=False, slots=True)
class Binary(Node):
    """Arithmetic, comparison, equality, `in`."""

    operator: str
    left: Node
    right: Node

    def children(self) -> Iterator[Node]:
        yield from (self.left, self.right)


@dataclass(eq=False, slots=True)
class Logic(Node):
    """A chain of `&&` or of `||`."""

    operator: str
    operands: list[Node]

    def children(self) -> Iterator[Node]:
        return iter(self.operands)


@dataclass(eq=False, slots=True)
class Is(Node):
    """`operand is type`"""

    operand: Node
    type: str

    def children(self) -> Iterator[Node]:
        yield self.operand


@dataclass(eq=False, slots=True)
class Ternary(Node):
    """`condition ? yes : no`"""

    condition: Node
    yes: Node
    no: Node

    def children(self) -> Iterator[Node]:
        yield from (self.condition, self.yes, self.no)


@dataclass(eq=False, slots=True)
class Function(Node):
    """A function declaration: parameters, `let` bindings, the returned expression."""

    name: str
    parameters: list[str]
    bindings: list[tuple[str, Node]]
    result: Node


@dataclass(eq=False, slots=True)
class Allow(Node):
    """`allow operations: if condition`; without a condition it always allows."""

    operations: list[str]
    condition: Node | None


@dataclass(eq=False, slots=True)
class Match(Node):
    """A match block: pattern, then what it holds."""

    pattern: list[str | Capture]
    functions: list[Function] = field(default_factory=list)
    allows: list[Allow] = field(default_factory=list)
    matches: list["Match"] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Service(Node):
    """A service block."""

    name: str
    functions: list[Function] = field(default_factory=list)
    matches: list[Match] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Rules(Node):
    """A whole rules text; `version` is 1 where none is stated."""

    version: int
    imports: list[int] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)

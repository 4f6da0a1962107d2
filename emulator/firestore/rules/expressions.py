"""The parser's lower half: expressions, by precedence climbing.

From tight to loose: postfix, unary, `* / %`, `+ -`, comparison, equality, `is`, `in`, `&&`, `||`, `?:`. Binary
operators group to the left. A unary minus takes a postfix expression only (`- -1` is refused); `!` takes any unary one.
"""

from collections.abc import Callable
from typing import Final, TypeVar
from urllib.parse import unquote as percent_decode

from emulator.firestore.rules.errors import RulesError
from emulator.firestore.rules.lexer import KEYWORDS, Source, Token, tokenize, unquote
from emulator.firestore.rules.nodes import (
    Binary,
    Call,
    Capture,
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

MAX_DEPTH: Final = 100
_MAX_OPEN: Final = 2 * MAX_DEPTH

_LEVELS: Final = {
    "||": 2, "&&": 3, "in": 4, "is": 5, "==": 6, "!=": 6, "<": 7, "<=": 7, ">": 7, ">=": 7,
    "+": 8, "-": 8, "*": 9, "/": 9, "%": 9,
}  # fmt: skip
_WORDS: Final[dict[str, object]] = {"true": True, "false": False, "null": None}
_MEMBER_WORDS: Final = KEYWORDS - {"rules_version"}

T = TypeVar("T")


class ExpressionParser:
    """Reads expressions from the tokens of a text."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._tokens = tokenize(source)
        self._at = 0
        self._open = 0

    @property
    def token(self) -> Token:
        """The next token."""
        return self._tokens[self._at]

    def peek(self, ahead: int = 1) -> str:
        """The kind of a token further on."""
        return self._tokens[min(self._at + ahead, len(self._tokens) - 1)].kind

    def take(self, kind: str, what: str | None = None) -> Token:
        """The next token, which must be of this kind."""
        token = self.token
        if token.kind != kind:
            raise self.unexpected(what or f"'{kind}'")
        self._at += 1
        return token

    def accept(self, kind: str) -> bool:
        """Skip the next token if it is of this kind."""
        if self.token.kind != kind:
            return False
        self._at += 1
        return True

    def unexpected(self, wanted: str) -> RulesError:
        """The error for a token that does not fit."""
        found = self.token.text if len(self.token.text) <= 40 else self.token.text[:40] + "…"
        return self.source.error(f"Unexpected '{found}', expected {wanted}.", self.token.start)

    def word(self, what: str) -> str:
        """An identifier."""
        return self.take("word", what).text

    def expression(self) -> Node:
        """A whole expression."""
        self._enter()
        condition = self._binary(2)
        if self.accept("?"):
            yes = self.expression()
            self.take(":")
            no = self.expression()
            condition = self._grown(Ternary(condition=condition, yes=yes, no=no, start=condition.start, stop=no.stop))
        self._open -= 1
        return condition

    def _grown(self, node: Node) -> Node:
        node.depth = 1 + max((child.depth for child in node.children()), default=0)
        if node.depth > MAX_DEPTH:
            raise self.source.error(f"Expressions nest deeper than {MAX_DEPTH}.", node.start)
        return node

    def _enter(self) -> None:
        """Counts calls of this parser that are open: Python's own stack is finite too."""
        self._open += 1
        if self._open > _MAX_OPEN:
            raise self.source.error(f"Expressions nest deeper than {MAX_DEPTH}.", self.token.start)

    def _binary(self, least: int) -> Node:
        self._enter()
        left = self._unary()
        while (level := _LEVELS.get(operator := self.token.kind, 0)) >= least:
            self._at += 1
            if operator == "is":
                kind = self.take("word", "the name of a type")
                left = self._grown(Is(operand=left, type=kind.text, start=left.start, stop=kind.stop))
                continue
            right = self._binary(level + 1)
            if operator in ("&&", "||"):
                left = self._logic(operator, left, right)
            else:
                node = Binary(operator=operator, left=left, right=right, start=left.start, stop=right.stop)
                left = self._grown(node)
        self._open -= 1
        return left

    def _logic(self, operator: str, left: Node, right: Node) -> Node:
        chained = isinstance(left, Logic) and left.operator == operator and self._tokens_before(left)
        operands = [*left.operands, right] if chained and isinstance(left, Logic) else [left, right]
        return self._grown(Logic(operator=operator, operands=operands, start=left.start, stop=right.stop))

    def _tokens_before(self, node: Node) -> bool:
        """Whether the node stands without parentheses of its own, so that a chain may go on."""
        return node.start == node.children().__next__().start

    def _unary(self) -> Node:
        token = self.token
        if token.kind in ("++", "--"):
            raise self.source.error("Increment (++) and decrement (--) operators are not supported.", token.start)
        if self.accept("!"):
            self._enter()
            operand = self._unary()
            self._open -= 1
            return self._grown(Unary(operator="!", operand=operand, start=token.start, stop=operand.stop))
        if self.accept("-"):
            operand = self._postfix()
            return self._grown(Unary(operator="-", operand=operand, start=token.start, stop=operand.stop))
        return self._postfix()

    def _postfix(self) -> Node:
        node = self._primary()
        while True:
            if self.accept("."):
                node = self._member(node)
            elif self.accept("["):
                node = self._index(node)
            else:
                return node

    def _member(self, target: Node) -> Node:
        token = self.token
        if token.kind not in _MEMBER_WORDS and token.kind != "word":
            raise self.unexpected("the name of a member")
        self._at += 1
        if token.kind == "word" and self.accept("("):
            arguments, stop = self._items(")")
            call = MethodCall(target=target, name=token.text, arguments=arguments, start=target.start, stop=stop)
            return self._grown(call)
        return self._grown(Member(target=target, name=token.text, start=target.start, stop=token.stop))

    def _index(self, target: Node) -> Node:
        low = None if self.token.kind == ":" else self.expression()
        if low is not None and self.token.kind == "]":
            stop = self.take("]").stop
            return self._grown(Index(target=target, index=low, start=target.start, stop=stop))
        self.take(":")
        high = None if self.token.kind == "]" else self.expression()
        stop = self.take("]").stop
        return self._grown(Slice(target=target, low=low, high=high, start=target.start, stop=stop))

    def _items(self, closing: str) -> tuple[list[Node], int]:
        return self._list(closing, self.expression)

    def _list(self, closing: str, item: Callable[[], T]) -> tuple[list[T], int]:
        """Items up to the closing sign, a comma after the last one allowed."""
        items: list[T] = []
        while self.token.kind != closing:
            items.append(item())
            if not self.accept(","):
                break
        return items, self.take(closing, f"',' or '{closing}'").stop

    def _primary(self) -> Node:
        token = self.token
        start = token.start
        if token.kind in ("path", "/"):
            return self._path()
        if token.kind in _WORDS:
            self._at += 1
            return Literal(value=_WORDS[token.kind], start=start, stop=token.stop)
        if token.kind in ("int", "float", "string", "bytes"):
            self._at += 1
            return Literal(value=_literal(token), start=start, stop=token.stop)
        if token.kind == "word":
            self._at += 1
            if self.accept("("):
                arguments, stop = self._items(")")
                return self._grown(Call(name=token.text, arguments=arguments, start=start, stop=stop))
            return Name(name=token.text, start=start, stop=token.stop)
        if self.accept("["):
            items, stop = self._items("]")
            return self._grown(ListNode(items=items, start=start, stop=stop))
        if self.accept("{"):
            entries, stop = self._list("}", self._entry)
            return self._grown(MapNode(entries=entries, start=start, stop=stop))
        if self.accept("("):
            inner = self.expression()
            inner.start, inner.stop = start, self.take(")").stop
            return inner
        raise self.unexpected("an expression")

    def _entry(self) -> tuple[Node, Node]:
        key = self.expression()
        self.take(":")
        return key, self.expression()

    def _path(self) -> Node:
        start = self.token.start
        segments: list[str | Node | Capture] = []
        while self.token.kind in ("path", "/"):
            if self.token.kind == "/" and self.peek() == "$" and self.peek(2) == "(":
                self._at += 3
                segments.append(self.expression())
                self.take(")")
            elif segments and self._divides():
                break
            else:
                segments.append(self.segment())
        stop = self._tokens[self._at - 1].stop
        return self._grown(PathNode(segments=segments, start=start, stop=stop))

    def _divides(self) -> bool:
        """Whether the slash ahead is a division after a path, not the path's next segment."""
        if self.token.kind == "path" or self.peek() in ("path", "/"):
            return False
        return not (self.peek() == "{" and self.peek(2) == "word" and self.peek(3) in ("}", "="))

    def segment(self) -> str | Capture:
        """A path segment: text or a capture."""
        token = self.token
        if token.kind == "path":
            self._at += 1
            return percent_decode(token.text[1:])
        self.take("/", "a path")
        if self.token.kind != "{":
            raise self.source.error("Forward slash '/' found where identifier or binding expected.", token.start)
        self._at += 1
        name = self.word("the name of a path capture")
        many = False
        if self.accept("="):
            many = self.accept("**")
            if not many:
                self.take("*", "'*' or '**'")
        self.take("}")
        return Capture(name, many)


def _literal(token: Token) -> object:
    if token.kind == "int":
        return int(token.text)
    if token.kind == "float":
        return float(token.text)
    if token.kind == "bytes":
        return unquote(token.text[1:]).encode("utf-8", "surrogatepass")
    return unquote(token.text)

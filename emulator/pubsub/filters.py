"""The filter language of subscriptions: conditions on a message's attributes. Pure.

    filter     = term {"AND" term} | term {"OR" term}          (mixing the two needs parentheses)
    term       = ["NOT" | "-"] condition
    condition  = "(" filter ")" | "attributes:" KEY | "attributes." KEY ("=" | "!=") STRING
               | "hasPrefix(attributes." KEY "," STRING ")"

`!=` is the negation of `=`: a message without the attribute passes. Source: the service's page on filtering.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

MAX_BYTES = 256
TOKEN = re.compile(r'\s*(?:(?P<string>"(?:[^"\\]|\\.)*")|(?P<word>[A-Za-z0-9_\-]+)|(?P<sign>!=|[=:.,()]))')

Attributes = Mapping[str, str]
Predicate = Callable[[Attributes], bool]


class FilterError(Exception):
    """The expression is not a filter; the message says what was expected where."""


def compile_filter(expression: str) -> Predicate:
    """The test that a message's attributes must pass; the empty expression lets everything pass. Raises FilterError."""
    if not expression.strip():
        return lambda _: True
    if len(expression.encode()) > MAX_BYTES:
        raise FilterError(f"a filter may have at most {MAX_BYTES} bytes")
    parser = _Parser(_tokens(expression))
    predicate = parser.filter()
    parser.end()
    return predicate


def _tokens(expression: str) -> list[tuple[str, str]]:
    tokens = []
    position, text = 0, expression.rstrip()
    while position < len(text):
        found = TOKEN.match(text, position)
        if not found or not found.lastgroup:
            raise FilterError(f"unexpected character at position {position}: {text[position:].lstrip()[:10]!r}")
        tokens.append((found.lastgroup, found[found.lastgroup]))
        position = found.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._next = 0

    def filter(self) -> Predicate:
        terms = [self._term()]
        operator = self._peek()
        if operator not in ("AND", "OR"):
            return terms[0]
        while self._peek() in ("AND", "OR"):
            if self._take() != operator:
                raise FilterError("AND and OR in one expression need parentheses")
            terms.append(self._term())
        every = all if operator == "AND" else any
        return lambda attributes: every(term(attributes) for term in terms)

    def end(self) -> None:
        if self._next < len(self._tokens):
            raise FilterError(f"expected AND, OR or the end, not {self._peek()!r}")

    def _term(self) -> Predicate:
        text = self._peek()
        if text == "NOT":
            self._take()
            return _negated(self._condition())
        if text.startswith("-"):
            # The tokenizer takes the sign for a part of the word that follows it, or for a word before a parenthesis.
            self._tokens[self._next] = ("word", text[1:])
            if text == "-":
                self._take()
            return _negated(self._condition())
        return self._condition()

    def _condition(self) -> Predicate:
        match self._take():
            case "(":
                inner = self.filter()
                self._expect(")")
                return inner
            case "hasPrefix":
                self._expect("(", "attributes", ".")
                key = self._key()
                self._expect(",")
                prefix = self._string()
                self._expect(")")
                return lambda attributes: attributes.get(key, "").startswith(prefix) and key in attributes
            case "attributes":
                return self._comparison()
            case other:
                raise FilterError(f'expected "attributes", "hasPrefix" or "(", not {other!r}')

    def _comparison(self) -> Predicate:
        access = self._take()
        key = self._key() if access in (":", ".") else ""
        if access == ":":
            return lambda attributes: key in attributes
        operator = self._take()
        if access != "." or operator not in ("=", "!="):
            raise FilterError("expected attributes:KEY, attributes.KEY = STRING or attributes.KEY != STRING")
        value = self._string()
        if operator == "=":
            return lambda attributes: attributes.get(key) == value
        return lambda attributes: attributes.get(key) != value

    def _key(self) -> str:
        kind, text = self._tokens[self._next] if self._next < len(self._tokens) else ("", "")
        if kind == "string":
            return self._string()
        if kind != "word":
            raise FilterError(f"expected an attribute key, not {text!r}")
        return self._take()

    def _string(self) -> str:
        kind, text = self._tokens[self._next] if self._next < len(self._tokens) else ("", "")
        if kind != "string":
            raise FilterError(f"expected a string in double quotes, not {text!r}")
        self._take()
        try:
            return str(json.loads(text, strict=False))
        except ValueError as error:
            raise FilterError(f"bad escape in {text}") from error

    def _expect(self, *texts: str) -> None:
        for text in texts:
            if (found := self._take()) != text:
                raise FilterError(f"expected {text!r}, not {found!r}")

    def _peek(self) -> str:
        return self._tokens[self._next][1] if self._next < len(self._tokens) else ""

    def _take(self) -> str:
        text = self._peek()
        self._next += 1
        return text


def _negated(predicate: Predicate) -> Predicate:
    return lambda attributes: not predicate(attributes)

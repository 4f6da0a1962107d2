"""From rules text to tokens.

The token classes are those of the grammar that Google ships in `@firebase/eslint-plugin-security-rules`. Two habits of
it surprise: a slash directly followed by a path character begins a path segment (`1/2` is no division, `1 / 2` is),
and the word after `service` is read by rules of its own.
"""

import bisect
import re
from typing import Final, NamedTuple

from emulator.firestore.rules.errors import RulesError

MAX_SOURCE_BYTES: Final = 256 * 1024

KEYWORDS: Final = frozenset(
    {"allow", "arguments", "break", "case", "continue", "default", "deny", "do", "each", "else", "extends", "false",
     "for", "function", "goto", "if", "import", "in", "is", "let", "match", "not", "null", "package", "return",
     "rules_version", "service", "switch", "then", "true", "var", "while"}
)  # fmt: skip
_SERVICE_NAMES_REFUSED: Final = frozenset(
    {"allow", "deny", "extends", "false", "function", "if", "import", "in", "is", "match", "null", "package", "return",
     "service", "true"}
)  # fmt: skip

_ESCAPE = r"""\\(?:["'\\bfnrt]|x[0-9A-Fa-f]{2}|[0-3][0-7]{2}|u[0-9A-Fa-f]{4})"""
_SINGLE = rf"""'(?:[^\x08\n\x0c\r'\\\x91\x92‘’]|{_ESCAPE})*'"""
_DOUBLE = rf'''"(?:[^\x08\n\x0c\r"\\\x93\x94“”]|{_ESCAPE})*"'''
_PATH_CHARACTER = r"(?:[A-Za-z0-9\-._~:@&'*+]|%[0-9A-Fa-f]{2})"

_TOKEN: Final = re.compile(
    rf"""(?P<skip>[\t\n\f\r ]+|//[^\n]*|/\*(?s:.*?)\*/)
    |(?P<path>/(?:{_PATH_CHARACTER}+|\({_PATH_CHARACTER}+\)))
    |(?P<bytes>[bB](?:{_SINGLE}|{_DOUBLE}))
    |(?P<word>[A-Za-z$_][A-Za-z0-9$_]*)
    |(?P<float>(?:[1-9][0-9]*|0)\.[0-9]*|\.[0-9]+)
    |(?P<int>[1-9][0-9]*|0)
    |(?P<string>{_SINGLE}|{_DOUBLE})
    |(?P<sign>&&|\|\||==|!=|>=|<=|--|\+\+|\*\*|[=@:,.>{{\[(<\-%!+}}\])\x3b/*?])""",
    re.VERBOSE,
)
_BLANK: Final = re.compile(r"[\t\n\f\r ]*")
_SERVICE_NAME: Final = re.compile(r"[A-Za-z0-9.\-]+")


class Token(NamedTuple):
    """One token. `kind` is the text itself for signs and keywords, else path, word, int, float, string, bytes,
    service_name or end; `start` and `stop` are offsets into the source."""

    kind: str
    text: str
    start: int
    stop: int


class Source:
    """A rules text that knows where its lines begin."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._lines = [0, *(found.end() for found in re.finditer("\n", text))]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1."""
        line = bisect.bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    def error(self, message: str, offset: int) -> RulesError:
        """The error to raise for what stands at `offset`."""
        return RulesError(message, *self.place(offset))


def tokenize(source: Source) -> list[Token]:
    """All tokens, with one of kind "end" last. Raises RulesError for what is no token."""
    text = source.text
    if len(text.encode("utf-8", "surrogatepass")) > MAX_SOURCE_BYTES:
        raise source.error(f"The rules are longer than {MAX_SOURCE_BYTES // 1024} KB.", 0)
    tokens: list[Token] = []
    offset = 0
    while offset < len(text):
        found = _TOKEN.match(text, offset)
        if found is None:
            raise source.error(_unknown(text[offset]), offset)
        offset = found.end()
        kind, word = str(found.lastgroup), found.group()
        if kind == "skip":
            continue
        if kind == "sign" or (kind == "word" and (word in KEYWORDS or word == "$")):
            kind = word
        tokens.append(Token(kind, word, found.start(), offset))
        if kind == "service":
            tokens.append(_service_name(source, offset))
            offset = tokens[-1].stop
    tokens.append(Token("end", "the end of the rules", len(text), len(text)))
    return tokens


def _unknown(character: str) -> str:
    if character in "'\"":
        return f"Missing a closing {character}, or a character or escape that a string cannot hold."
    return f"Unexpected character {character!r}."


def _service_name(source: Source, offset: int) -> Token:
    blank = _BLANK.match(source.text, offset)
    start = blank.end() if blank else offset
    name = _SERVICE_NAME.match(source.text, start)
    if name is None:
        raise source.error("Expected a service name.", start)
    if name.group() in _SERVICE_NAMES_REFUSED:
        raise source.error("Cannot use keyword as service name.", start)
    return Token("service_name", name.group(), start, name.end())


_SIMPLE_ESCAPES: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_ESCAPE_PATTERN: Final = re.compile(_ESCAPE)


def unquote(literal: str) -> str:
    """The text that a quoted string literal stands for."""

    def character(found: re.Match[str]) -> str:
        escape = found.group()[1:]
        if escape[0] in "xu":
            return chr(int(escape[1:], 16))
        if escape[0].isdigit():
            return chr(int(escape, 8))
        return _SIMPLE_ESCAPES.get(escape, escape)

    return _ESCAPE_PATTERN.sub(character, literal[1:-1])

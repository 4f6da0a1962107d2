"""What people write, made harmless before anything else sees it.

A request's field is `Annotated[str, Line(1, 120)]`, or `Annotated[str, Text(0, 2000)]` where it may have several lines.
Normalised to NFC; line breaks are one kind; control characters, and characters that nobody sees but that reorder, hide
or counterfeit what others read (direction overrides and isolates, zero-width characters, fillers), are taken out. The
joiners U+200C and U+200D stay where Arabic, Indic and related scripts and emoji need them, and so do the tags of flags.
Sources: UAX #9 (directional formatting), UAX #15 (stream-safe text), UTS #51 (emoji sequences), Unicode's
Default_Ignorable_Code_Point.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any, Final

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

MOST_MARKS: Final = 30
"""Combining marks in a row (UAX #15); no language needs more, and normalising takes the square of their number."""

MOST_ADDRESS: Final = 2048

_BREAKS: Final = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_SPACE: Final = re.compile(r"[\t\n]+")
_NEVER_IN_TEXT: Final = re.compile("[\ud800-\udfff]")
_NEVER_INSERTED: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_NEEDS_JOINERS: Final = "\u0600-\u10ff\u1200-\u1cff\ua800-\uabff\U00010a00-\U00011fff"
_EMOJI: Final = "\u2190-\u2328\u232b-\u2bff\u3030\u303d\ufe0f\U0001f000-\U0001faff"
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\u3164\uffa0\ufff0-\ufffb\ufffe\uffff\ufdd0-\ufdef"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e001f\U000e0080-\U000e00ff\U000e01f0-\U000e0fff]"
)
_STRAY: Final = re.compile(
    f"(\U0001f3f4[\U000e0020-\U000e007f]+)|[\U000e0020-\U000e007f]|(?<![{_NEEDS_JOINERS}{_EMOJI}])[\u200c\u200d]"
)


@dataclass(frozen=True)
class Text:
    """Text of several lines: `least` to `most` code points once it is clean, so at most four times as many bytes.

    A text with NUL, or with more combining marks in a row than any language has, is refused.
    """

    least: int
    most: int

    def clean(self, text: str) -> str:
        """The text as it is kept. Raises PydanticCustomError, which names the field, if it cannot be."""
        if len(text) > 4 * self.most:
            raise self._too_long()
        cleaned = self._shaped(_checked(text))
        if len(cleaned) > self.most:
            raise self._too_long()
        if len(cleaned) < self.least:
            raise PydanticCustomError(
                "text_too_short", "should have at least {least} visible characters", {"least": self.least}
            )
        return cleaned

    def _shaped(self, text: str) -> str:
        return tidy(text)

    def _too_long(self) -> PydanticCustomError:
        return PydanticCustomError("text_too_long", "should have at most {most} characters", {"most": self.most})

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.clean, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        bounds = {"minLength": self.least} if self.least else {}
        return {**handler(schema), **bounds, "maxLength": self.most}


@dataclass(frozen=True)
class Line(Text):
    """The same in one line: line breaks and tabs become spaces."""

    def _shaped(self, text: str) -> str:
        return tidy(text, one_line=True)


def tidy(text: str, *, one_line: bool = False) -> str:
    """Text without what nobody sees, and without white space around it. Idempotent; refuses nothing."""
    text = _BREAKS.sub("\n", text)
    if one_line:
        text = _SPACE.sub(" ", text)
    cleaned = _seen(text)
    # Marks that come together may change places, and leave a joiner behind that nothing needs any more.
    while cleaned != text and not cleaned.isascii():
        text, cleaned = cleaned, _seen(cleaned)
    return cleaned.strip()


def https_or_none(value: object) -> str | None:
    """The address of a picture, if it is one: anybody can set their own to anything, and others' apps load it."""
    if not isinstance(value, str) or len(value) > MOST_ADDRESS:
        return None
    return value if value.startswith("https://") and value.isprintable() else None


def _seen(text: str) -> str:
    if text.isascii():
        return _UNSEEN.sub("", text)
    return unicodedata.normalize("NFC", _STRAY.sub(r"\1", unicodedata.normalize("NFC", _UNSEEN.sub("", text))))


def check_plain(text: str) -> None:
    """Raise ValueError if a text has control characters (other than tab and line breaks), direction overrides and
    isolates, or broken surrogates.

    For text that must not be rewritten, because others count its characters.
    """
    if found := _NEVER_INSERTED.search(text) or _NEVER_IN_TEXT.search(text):
        raise ValueError(f"a text must not contain the character U+{ord(found[0]):04X}")


def _checked(text: str) -> str:
    if "\x00" in text:
        raise PydanticCustomError("text_with_nul", "must not contain the character U+0000")
    if text.isascii():
        return text
    if _NEVER_IN_TEXT.search(text):
        raise PydanticCustomError("text_not_unicode", "must not contain half of a surrogate pair")
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks > MOST_MARKS:
            raise PydanticCustomError("text_marks", "has too many combining marks in a row")
    return text

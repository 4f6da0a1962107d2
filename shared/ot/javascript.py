"""JSON values as JavaScript writes them where it wants a text (ECMA-262: ToString, Array.prototype.join). Iterative."""

from decimal import Decimal
from typing import Any, Final

_DIGITS_IN_FULL: Final = 21
_ZEROS_IN_FULL: Final = 6
"""Numbers with more digits before the point, or zeros behind it, are written with an exponent."""


def joined(items: list[Any]) -> str:
    """A list as a text: its values with commas between them, those of inner lists too."""
    texts: list[str] = []
    pending: list[Any] = [items]
    while pending:
        value = pending.pop()
        if isinstance(value, list) and value:
            pending.extend(reversed(value))
        else:
            texts.append(_text(value))
    return ",".join(texts)


def _text(value: Any) -> str:
    match value:
        case str():
            return value
        case None | []:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return number(value)
    return "[object Object]"


def number(value: float) -> str:
    """A finite number in the shortest way that reads as the same (ECMA-262, Number::toString)."""
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    told = Decimal(repr(abs(value))).normalize().as_tuple()
    digits, exponent = "".join(map(str, told.digits)), int(told.exponent)
    point = len(digits) + exponent
    if not -_ZEROS_IN_FULL < point <= _DIGITS_IN_FULL:
        fraction = f".{digits[1:]}" if len(digits) > 1 else ""
        return f"{sign}{digits[0]}{fraction}e{point - 1:+}"
    if exponent >= 0:
        return f"{sign}{digits}{'0' * exponent}"
    if point > 0:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    return f"{sign}0.{'0' * -point}{digits}"

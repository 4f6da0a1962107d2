"""Words and amounts that several exports share. Without I/O."""

import re
from typing import Final

from shared.exports.models import Cost, Visit
from shared.money.currencies import exponent, in_words, is_known

_SCHEME: Final = re.compile(r"\b([A-Za-z][A-Za-z0-9+.-]{1,20}:)(?=\S)")
_WWW: Final = re.compile(r"\b(www)\.", re.IGNORECASE)
_JOINER: Final = "\u2060"


def inert(text: str) -> str:
    """Text that looks the same, but in which no program finds markup or an address to open.

    Calendars render HTML and turn addresses into links; an invisible word joiner keeps them from it.
    """
    apart = _WWW.sub(rf"\1{_JOINER}.", _SCHEME.sub(rf"\1{_JOINER}", text))
    return apart.replace("<", f"<{_JOINER}").replace("@", f"{_JOINER}@")


def price(cost: Cost) -> str:
    """A cost for people; of a currency that nobody knows, the bare units."""
    return in_words(cost.amount, cost.currency) if is_known(cost.currency) else f"{cost.amount} {cost.currency}"


def described(one: Visit) -> str:
    """What there is to tell of a stop, beside its name, time and place, in formats with one field for it."""
    told = [one.notes, f"Cost: {price(one.cost)}" if one.cost else "", f"With: {', '.join(one.who)}" if one.who else ""]
    return "\n\n".join(text for text in told if text)


def decimal(cost: Cost) -> str:
    """A cost in major units with all their decimals, as in "12.50"; empty for a currency that nobody knows."""
    if not is_known(cost.currency):
        return ""
    digits = exponent(cost.currency)
    whole, rest = divmod(cost.amount, 10**digits)
    return f"{whole}.{rest:0{digits}d}" if digits else str(whole)

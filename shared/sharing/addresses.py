"""E-mail addresses, of which only a hash is stored."""

import hashlib
import re
import unicodedata
from typing import Final

from shared.runtime.text import tidy

_GMAIL: Final = ("gmail.com", "googlemail.com")
_SHAPE = re.compile(r"[^\s@\x00-\x1f\x7f]{1,64}@[^\s@\x00-\x1f\x7f]{1,255}")


def normalised(address: str) -> str:
    """The one form of an address that is written in several: NFC, lower case, its domain in ASCII (IDNA 2008).

    Raises ValueError if it is none, or has characters that nobody sees: it would pass for another one.
    """
    shown = unicodedata.normalize("NFC", address.strip())
    local, _, domain = shown.rpartition("@")
    if tidy(shown) != shown:
        raise ValueError("has characters that nobody sees")
    if not _SHAPE.fullmatch(f"{local}@{domain}") or "." not in domain.strip("."):
        raise ValueError("not an e-mail address")
    try:
        ascii_domain = _in_ascii(domain)
    except UnicodeError:
        raise ValueError("not an e-mail address") from None
    return f"{local.lower()}@{ascii_domain}"


def address_hash(address: str) -> str:
    """What is stored of an address: the same for all that certainly reach one mailbox. Raises ValueError if it is none.

    Gmail takes no notice of dots and of what follows a plus; elsewhere that may be somebody else's.
    Source: https://support.google.com/mail/answer/7436150
    """
    known = normalised(address)
    local, _, domain = known.rpartition("@")
    if domain in _GMAIL:
        known = f"{local.partition('+')[0].replace('.', '')}@{_GMAIL[0]}"
    return hashlib.sha256(known.encode()).hexdigest()


def hint(address: str) -> str:
    """Enough to recognise an address that one knows: "a…@example.com"."""
    local, _, domain = normalised(address).rpartition("@")
    return f"{local[0]}…@{domain}"


def _in_ascii(domain: str) -> str:
    if domain.isascii():
        return domain.encode("idna").decode().lower()
    # The standard library knows IDNA 2003, for which straße.de is strasse.de: somebody else's.
    from idna import encode

    return encode(domain, uts46=True).decode()

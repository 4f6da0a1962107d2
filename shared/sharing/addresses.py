"""E-mail addresses, of which only a hash is stored."""

import hashlib
import re

_SHAPE = re.compile(r"[^\s@\x00-\x1f\x7f]{1,64}@[^\s@\x00-\x1f\x7f]{1,255}")


def normalised(address: str) -> str:
    """The one form of an address that is written in several: lower case, its domain in ASCII (IDNA).

    Raises ValueError if it is none.
    """
    local, _, domain = address.strip().rpartition("@")
    if not _SHAPE.fullmatch(f"{local}@{domain}") or "." not in domain.strip("."):
        raise ValueError("not an e-mail address")
    try:
        ascii_domain = domain.encode("idna").decode().lower()
    except UnicodeError:
        raise ValueError("not an e-mail address") from None
    return f"{local.casefold()}@{ascii_domain}"


def address_hash(address: str) -> str:
    """What is stored of an address. Raises ValueError if it is none."""
    return hashlib.sha256(normalised(address).encode()).hexdigest()


def hint(address: str) -> str:
    """Enough to recognise an address that one knows: "a…@example.com"."""
    local, _, domain = normalised(address).rpartition("@")
    return f"{local[0]}…@{domain}"

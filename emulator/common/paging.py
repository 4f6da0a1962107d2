"""Listing in pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from emulator.common.rpc import invalid

Item = TypeVar("Item")


def page(items: Sequence[Item], *, size: int, token: str, maximum: int) -> tuple[Sequence[Item], str]:
    """The page that `token` names, and the token of the next one ("" after the last). Size 0 means `maximum`.

    Raises INVALID_ARGUMENT for a negative size or a token that was never given out.
    """
    if size < 0:
        raise invalid("page_size must not be negative")
    if token and not token.isdecimal():
        raise invalid("page_token is not one that this service gave out")
    start = int(token or 0)
    end = start + min(size or maximum, maximum)
    return items[start:end], str(end) if end < len(items) else ""

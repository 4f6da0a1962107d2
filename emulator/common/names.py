"""The names of resources."""

from __future__ import annotations

import re

from emulator.common.rpc import invalid


def checked(pattern: re.Pattern[str], name: str, form: str) -> str:
    """`name`, if the whole of it matches. Raises StatusError (INVALID_ARGUMENT) that tells the `form`."""
    if not pattern.fullmatch(name):
        raise invalid(f'Resource name "{name}" does not match "{form}"')
    return name

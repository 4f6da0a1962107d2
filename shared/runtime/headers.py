"""The headers of a request, as far as the runtime cares."""

from typing import Protocol


class Headers(Protocol):
    """Looks a header up by its name in any case; a plain dict will do where the case is known."""

    def get(self, key: str, default: str, /) -> str:
        """The header's value, or the default."""
        ...

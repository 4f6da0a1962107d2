"""When Python looks for garbage that refers to itself."""

import gc
from functools import cache
from typing import Final

_YOUNG: Final = 20_000
_ROUNDS: Final = 20


@cache
def settle() -> None:
    """To be called when everything is loaded; once is enough for a process.

    What is loaded stays, so the collector need not go through it again and again (tens of thousands of objects, by
    Google's clients alone: `gc.freeze`, which CPython has for this). What a call leaves is mostly freed without the
    collector, so that looks after 20,000 new objects, not after 700.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _ROUNDS, _ROUNDS)

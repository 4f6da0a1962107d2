"""Children that end with their parent, even if it is killed with -9."""

from __future__ import annotations

import ctypes
import signal
import sys
import threading
from typing import Final

_PR_SET_PDEATHSIG: Final = 1


def die_with_parent() -> None:
    """Have this process killed when the thread that started it ends. Does nothing where the kernel cannot do that."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def usable_here() -> bool:
    """Whether this thread lives as long as its process, so that what it starts may depend on it."""
    return threading.current_thread() is threading.main_thread()

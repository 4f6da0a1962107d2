"""Follows a rules file and puts each new version into force."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from emulator.firestore.rules.errors import RulesError

_log = logging.getLogger(__name__)
_SECONDS = 0.25


def read(path: Path, reload: Callable[[str], None]) -> bool:
    """Loads the file; False, with the place in the log and the old rules in force, when it is refused."""
    try:
        reload(path.read_text(encoding="utf-8"))
    except RulesError as error:
        _log.error("%s:%d:%d: %s", path, error.line, error.column, error.message)
    except (OSError, UnicodeDecodeError) as error:
        _log.error("%s: %s", path, error)
    else:
        return True
    return False


async def follow(path: Path, reload: Callable[[str], None]) -> None:
    """Loads the file again whenever it changes, until cancelled."""
    seen = _version(path)
    while True:
        await asyncio.sleep(_SECONDS)
        found = _version(path)
        if found is not None and found != seen:
            seen = found
            if read(path, reload):
                _log.warning("%s: reloaded", path)


def _version(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino

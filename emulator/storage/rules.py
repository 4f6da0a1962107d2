"""Security rules of Cloud Storage for Firebase, judged by the engine that judges Firestore's: it is one language."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from emulator.common.program import ConfigurationError
from emulator.firestore.auth import AuthContext
from emulator.firestore.rules.errors import RulesError
from emulator.firestore.rules.evaluation import ABSENT, Accesses
from emulator.firestore.rules.ruleset import RuleRequest, Ruleset
from emulator.firestore.rules.values import Timestamp
from emulator.storage.errors import forbidden
from emulator.storage.objects import StoredObject

SERVICE: Final = "firebase.storage"
_log = logging.getLogger(__name__)


class Guard:
    """Judges what people ask for. Rules that read Firestore documents find none."""

    def __init__(self, path: Path | None) -> None:
        """Raises ConfigurationError for a file that cannot be used."""
        self._rules: Ruleset | None = None
        if path is not None:
            try:
                self._rules = Ruleset.compile(path.read_text(encoding="utf-8"), SERVICE)
            except (OSError, UnicodeDecodeError) as error:
                raise ConfigurationError(f"{path}: {error}") from error
            except RulesError as error:
                raise ConfigurationError(f"{path}:{error.line}:{error.column}: {error.message}") from error

    def check(
        self,
        method: str,
        auth: AuthContext,
        bucket: str,
        name: str,
        *,
        before: StoredObject | None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """Raise ApiError (403) unless the rules allow `method` (get, create, update, delete) on an object.

        `after` is `request.resource`: what would be stored.
        """
        if auth.admin:
            return
        if self._rules is None:
            raise forbidden()
        request = RuleRequest(
            method=method,
            path=("b", bucket, "o", *name.split("/")),
            time=Timestamp.of(datetime.now(UTC)),
            accesses=Accesses(_nothing, _nothing),
            auth=None if auth.uid is None else {"uid": auth.uid, "token": dict(auth.token or {})},
            resource=seen(before) if before else None,
            new_resource=ABSENT if after is None else after,
        )
        verdict = self._rules.judge(request)
        if not verdict.allowed:
            _log.warning("denied to %s: %s", auth.uid or "nobody", verdict.explanation)
            raise forbidden()


def seen(stored: StoredObject) -> dict[str, Any]:
    """An object as rules see it."""
    return {
        **proposed(stored.bucket, stored.name, len(stored.content), stored.content_type, stored.metadata),
        "generation": stored.generation,
        "metageneration": stored.metageneration,
        "md5Hash": stored.md5,
        "crc32c": stored.crc32c,
        "timeCreated": Timestamp.of(stored.created),
        "updated": Timestamp.of(stored.updated),
    }


def proposed(
    bucket: str, name: str, size: int, content_type: str | None, metadata: Mapping[str, str]
) -> dict[str, Any]:
    """An object that somebody wants to store, as rules see it."""
    return {
        "bucket": bucket,
        "name": name,
        "size": size,
        "contentType": content_type,
        "metadata": dict(metadata),
    }


def _nothing(path: tuple[str, ...]) -> None:
    return None

"""Stored documents of a plan: `trips/{t}/plan/current`, its `ops/{version}` and `snapshots/{version}`.

Documents and operations are stored as JSON text: exactly what the operations were made against (1 is not 1.0, lists may
nest), and one field instead of thousands.
"""

import json
from datetime import timedelta
from typing import Any, Literal

from shared.documents import Document, Instant

OPS_KEPT = timedelta(days=90)
"""How long operations are kept; older history lives on in the snapshots."""

OpKind = Literal["edit", "undo", "redo", "restore", "proposal", "poll"]
Op = list[dict[str, Any]]


class OpRecord(Document):
    """One committed operation. Its document id is its version, and its existence is the lock on that version.

    An undo or redo names in `undoes` the version that it takes back, and in `then` the one that its author's next undo
    (or redo) takes back if they do nothing else before: the way down their stack, without reading all of it.
    """

    version: int
    uid: str
    src: str
    seq: int
    op: str
    at: Instant
    expires_at: Instant
    kind: OpKind = "edit"
    undoes: int | None = None
    then: int | None = None
    changes: str = "[]"
    snapshot: bool = False

    @property
    def components(self) -> Op:
        parsed: Op = json.loads(self.op)
        return parsed


class Snapshot(Document):
    """The plan at a version, as clients read it."""

    version: int
    text: str
    updated_at: Instant

    @property
    def doc(self) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads(self.text)
        return parsed

"""A plan as one instance knows it, and the pure step from a submission to the next versions."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import dropwhile, islice
from typing import Any

from shared import ot
from shared.documents import compact
from shared.plan.models import Op, OpRecord, Snapshot
from shared.runtime.errors import DataLoss

SNAPSHOT_AGE = timedelta(seconds=1)
SNAPSHOT_BEHIND = 20
RECENT_OPS = 500


@dataclass(frozen=True)
class PlanState:
    """The plan at `version`, with the newest operations that led there, and when the snapshot was last written."""

    version: int
    doc: dict[str, Any]
    snapshot_version: int
    snapshot_at: datetime
    recent: deque[OpRecord] = field(default_factory=lambda: deque(maxlen=RECENT_OPS))

    @classmethod
    def of(cls, snapshot: Snapshot) -> "PlanState":
        return cls(
            version=snapshot.version,
            doc=snapshot.doc,
            snapshot_version=snapshot.version,
            snapshot_at=snapshot.updated_at,
        )

    def advance(self, records: Iterable[OpRecord]) -> "PlanState":
        """The state after the operations that follow this version; older ones among them are skipped.

        Raises DataLoss on a gap or on an operation that does not apply: the log is the truth, so neither may happen.
        """
        version, doc = self.version, self.doc
        snapshot_version, snapshot_at = self.snapshot_version, self.snapshot_at
        recent = deque(self.recent, maxlen=RECENT_OPS)
        for record in dropwhile(lambda known: known.version <= self.version, records):
            if record.version != version + 1:
                raise DataLoss(f"operation {version + 1} is missing from the log", reason="PLAN_LOG_GAP")
            try:
                doc = ot.apply(doc, record.components)
            except ot.OtError as error:
                raise DataLoss(f"operation {record.version} does not apply: {error}", reason="PLAN_LOG_BAD") from error
            version = record.version
            if record.snapshot:
                snapshot_version, snapshot_at = version, record.at
            recent.append(record)
        return replace(
            self, version=version, doc=doc, snapshot_version=snapshot_version, snapshot_at=snapshot_at, recent=recent
        )

    def committed(self, records: Sequence[OpRecord], doc: dict[str, Any]) -> "PlanState":
        """The state after this instance committed the next versions, whose result it knows."""
        last = records[-1]
        recent = deque(self.recent, maxlen=RECENT_OPS)
        recent.extend(records)
        return replace(
            self,
            version=last.version,
            doc=doc,
            recent=recent,
            snapshot_version=last.version if last.snapshot else self.snapshot_version,
            snapshot_at=last.at if last.snapshot else self.snapshot_at,
        )

    def since(self, version: int) -> list[OpRecord] | None:
        """The operations after a version, or None if this instance no longer holds all of them."""
        if version >= self.version:
            return []
        if not self.recent or self.recent[0].version > version + 1:
            return None
        return [record for record in self.recent if record.version > version]

    def own_until(self, uid: str, version: int, limit: int) -> list[OpRecord]:
        """Somebody's newest operations up to a version, newest first, as far back as this instance holds the log.

        It holds it without gaps; if there are fewer than `limit`, there may be more in Firestore.
        """
        own = (record for record in reversed(self.recent) if record.uid == uid and record.version <= version)
        return list(islice(own, limit))

    def snapshot_due(self, last: int, now: datetime) -> bool:
        """Whether `plan/current` should be written along with version `last`."""
        return now - self.snapshot_at >= SNAPSHOT_AGE or last - self.snapshot_version >= SNAPSHOT_BEHIND

    def snapshot(self, now: datetime) -> Snapshot:
        return Snapshot(version=self.version, text=compact(self.doc), updated_at=now)


def rebase(ops: Sequence[Op], missed: Sequence[OpRecord]) -> list[Op]:
    """Consecutive operations made against a base, as they read after the operations that the base has missed.

    The incoming operation is the left one (it wins where both replace a value). Raises ot.OtError.
    """
    others = [record.components for record in missed]
    moved: list[Op] = []
    for op in ops[:-1]:
        transformed = op
        following: list[Op] = []
        for other in others:
            following.append(ot.transform(other, transformed, "right"))
            transformed = ot.transform(transformed, other, "left")
        moved.append(transformed)
        others = following
    return moved + [ot.transform_past(op, others) for op in ops[-1:]]

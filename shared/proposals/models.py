"""Stored documents of proposals: `trips/{t}/proposals/{proposalId}`, which members read by listener."""

import json
from enum import StrEnum
from typing import Literal

from shared.documents import Document, Instant
from shared.plan.models import Op

Source = Literal["person", "assistant", "optimiser"]


class ItemState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Item(Document):
    """One change that can be taken alone: an operation against the proposal's base, and what it does in words."""

    item_id: str
    op: str
    words: str
    state: ItemState = ItemState.OPEN
    decision: int | None = None

    @property
    def components(self) -> Op:
        parsed: Op = json.loads(self.op)
        return parsed


class Decision(Document):
    """An acceptance: who decided, when, and the plan's version that it led to."""

    by: str
    at: Instant
    plan_version: int


class Proposal(Document):
    """A change set against version `base` of the plan; its items are independent of each other."""

    title: str
    by: str
    source: Source
    base: int
    items: tuple[Item, ...]
    decisions: tuple[Decision, ...] = ()
    created_at: Instant
    updated_at: Instant
    version: int = 1

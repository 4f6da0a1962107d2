"""Stored documents of reactions: `trips/{t}/reactions/{stopId}`, all reactions to one stop, which listeners follow.

A group is small and reacts to many stops, so one document a stop is read cheaply and never gets hot; each reaction is
written by its own field path, so that two people never overwrite each other.
"""

from enum import StrEnum

from pydantic import Field

from shared.documents import Document, Instant


class Reaction(StrEnum):
    """From "not without it" to "not with me"."""

    MUST = "must"
    LOVE = "love"
    FINE = "fine"
    RATHER_NOT = "rather_not"
    VETO = "veto"


class StopReactions(Document):
    by_uid: dict[str, Reaction] = Field(default_factory=dict)
    updated_at: Instant

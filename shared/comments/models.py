"""Stored documents of comments: `trips/{t}/comments/{commentId}`, which members read by listener."""

from typing import Literal

from shared.documents import Document, Instant

Target = Literal["trip", "day", "stop"]


class Comment(Document):
    """A comment. `thread` is the comment that a reply belongs to, None for the first of a thread.

    A deleted one that has replies stays as a tombstone: no text, and `deleted_at`. `resolved_at` is of whole threads.
    """

    on: Target
    target_id: str | None = None
    thread: str | None = None
    text: str
    mentions: tuple[str, ...] = ()
    by: str
    fingerprint: str
    created_at: Instant
    edited_at: Instant | None = None
    deleted_at: Instant | None = None
    resolved_at: Instant | None = None
    resolved_by: str | None = None
    version: int = 1

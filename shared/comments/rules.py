"""Decisions about comments, without I/O."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from shared.comments.models import Comment
from shared.runtime.caller import Role
from shared.runtime.errors import Aborted, FailedPrecondition, InvalidArgument, PermissionDenied


def check_mentions(mentions: Sequence[str], roles: Mapping[str, Role]) -> tuple[str, ...]:
    """The mentioned people, each once. Raises InvalidArgument (MENTION_UNKNOWN) for whoever is no member."""
    for index, uid in enumerate(mentions):
        if uid not in roles:
            field = f"mentions[{index}]"
            raise InvalidArgument(
                f"{field}: {uid!r} is no member of this trip", reason="MENTION_UNKNOWN", metadata={"field": field}
            )
    return tuple(dict.fromkeys(mentions))


def newly_mentioned(before: Sequence[str], after: Sequence[str], by: str) -> list[str]:
    """Who is to hear of it: mentioned now and not before, and not the author."""
    return [uid for uid in after if uid not in before and uid != by]


def edited(comment: Comment, uid: str, text: str, mentions: tuple[str, ...], version: int, now: datetime) -> Comment:
    """The comment with its author's new words; unchanged if these very words were put in place of `version` before.

    Raises PermissionDenied (NOT_YOURS), FailedPrecondition (COMMENT_DELETED) or Aborted (VERSION_MISMATCH).
    """
    if comment.by != uid:
        raise PermissionDenied("Only its author edits a comment", reason="NOT_YOURS")
    if comment.deleted_at is not None:
        raise FailedPrecondition("This comment is deleted", reason="COMMENT_DELETED")
    if comment.version == version + 1 and (comment.text, comment.mentions) == (text, mentions):
        return comment
    if comment.version != version:
        raise Aborted(
            f"The comment is at version {comment.version} by now",
            reason="VERSION_MISMATCH",
            metadata={"field": "version", "version": comment.version, "text": comment.text},
        )
    return _changed(comment, text=text, mentions=mentions, edited_at=now)


def check_may_delete(comment: Comment, uid: str, role: Role) -> None:
    """Raises PermissionDenied (NOT_YOURS) unless it is the author or the trip's owner."""
    if comment.by != uid and role != Role.OWNER:
        raise PermissionDenied("A comment is deleted by its author, or by the trip's owner", reason="NOT_YOURS")


def tombstone(comment: Comment, now: datetime) -> Comment:
    """What stays of a deleted comment that has replies."""
    if comment.deleted_at is not None:
        return comment
    return _changed(comment, text="", mentions=(), deleted_at=now)


def resolved(comment: Comment, uid: str, now: datetime) -> Comment:
    """The thread as settled; unchanged if it is. Raises InvalidArgument (NOT_A_THREAD) for a reply."""
    _check_thread(comment)
    return comment if comment.resolved_at else _changed(comment, resolved_at=now, resolved_by=uid)


def reopened(comment: Comment) -> Comment:
    """The thread as open again; unchanged if it is. Raises InvalidArgument (NOT_A_THREAD) for a reply."""
    _check_thread(comment)
    return _changed(comment, resolved_at=None, resolved_by=None) if comment.resolved_at else comment


def _check_thread(comment: Comment) -> None:
    if comment.thread is not None:
        raise InvalidArgument(
            "This is a reply; resolve or reopen the thread that it belongs to",
            reason="NOT_A_THREAD",
            metadata={"field": "commentId", "thread": comment.thread},
        )


def _changed(comment: Comment, **fields: object) -> Comment:
    return comment.model_copy(update={**fields, "version": comment.version + 1})

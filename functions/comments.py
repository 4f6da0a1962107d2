"""Comments, for everybody who has something to say about the trip, a day or a stop."""

from shared import bootstrap
from shared.comments.requests import (
    CommentRequest,
    CommentResponse,
    CreateCommentRequest,
    DeleteCommentResponse,
    EditCommentRequest,
)
from shared.runtime.caller import Role, TripAccess
from shared.runtime.decorators import callable_function


@callable_function("comments-create", role=Role.VOTER)
def comments_create(request: CreateCommentRequest, access: TripAccess) -> CommentResponse:
    """Comment or reply; who is mentioned hears of it."""
    return CommentResponse.of(*bootstrap.comments().create(access, request))


@callable_function("comments-edit", role=Role.VOTER)
def comments_edit(request: EditCommentRequest, access: TripAccess) -> CommentResponse:
    """Change the caller's own comment."""
    comment = bootstrap.comments().edit(access, request.comment_id, request.text, request.mentions, request.version)
    return CommentResponse.of(request.comment_id, comment)


@callable_function("comments-delete", role=Role.VOTER)
def comments_delete(request: CommentRequest, access: TripAccess) -> DeleteCommentResponse:
    """Delete the caller's own comment, or as the trip's owner anybody's."""
    tombstone = bootstrap.comments().delete(access, request.comment_id)
    return DeleteCommentResponse(comment_id=request.comment_id, tombstone=tombstone)


@callable_function("comments-resolve", role=Role.VOTER)
def comments_resolve(request: CommentRequest, access: TripAccess) -> CommentResponse:
    """Settle a thread."""
    return CommentResponse.of(request.comment_id, bootstrap.comments().resolve(access, request.comment_id))


@callable_function("comments-reopen", role=Role.VOTER)
def comments_reopen(request: CommentRequest, access: TripAccess) -> CommentResponse:
    """Open a settled thread again."""
    return CommentResponse.of(request.comment_id, bootstrap.comments().reopen(access, request.comment_id))

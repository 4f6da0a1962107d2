"""What callers of the comment functions send and get."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from shared.comments.models import Comment, Target
from shared.runtime.models import Request, Response
from shared.runtime.text import Text
from shared.trips.requests import DocumentId, RequestId, TripId, Uid

MAX_TEXT = 2_000
MAX_MENTIONS = 20

TargetId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
Words = Annotated[str, Text(1, MAX_TEXT)]
Mentions = Annotated[list[Uid], Field(max_length=MAX_MENTIONS)]


class CreateCommentRequest(Request):
    """A comment on the trip, on a day or on a stop (`on`, `targetId`), or a reply, which is on what its thread is on.

    `mentions` are the uids of the members whom the text names.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tripId": "Kq3vTz81mNcY5dRw0pLs",
                    "on": "stop",
                    "targetId": "inari",
                    "text": "Let us be there before eight, it gets crowded",
                    "mentions": ["b7Yt2Mn6RqWz4cXv9sLk1dJfPe50"],
                    "requestId": "comment-0001",
                }
            ]
        }
    )

    trip_id: TripId
    text: Words
    on: Target | None = None
    target_id: TargetId | None = None
    reply_to: DocumentId | None = None
    mentions: Mentions = Field(default=[])
    request_id: RequestId | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if self.reply_to is not None:
            if self.on is not None or self.target_id is not None:
                raise ValueError("a reply (replyTo) takes neither on nor targetId")
        elif self.on is None:
            raise ValueError("on or replyTo is missing")
        elif (self.on == "trip") != (self.target_id is None):
            raise ValueError("targetId is for comments on a day or a stop, and needed there")
        return self


class CommentRequest(Request):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"tripId": "Kq3vTz81mNcY5dRw0pLs", "commentId": "c9Fk3Bv7TnXw1zQr5LpY"}]}
    )

    trip_id: TripId
    comment_id: DocumentId


class EditCommentRequest(CommentRequest):
    """The text and mentions in place of those of `version`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tripId": "Kq3vTz81mNcY5dRw0pLs",
                    "commentId": "c9Fk3Bv7TnXw1zQr5LpY",
                    "text": "Let us be there before seven",
                    "version": 1,
                }
            ]
        }
    )

    text: Words
    mentions: Mentions = Field(default=[])
    version: int = Field(ge=1)


class CommentResponse(Response):
    """A comment as it stands now."""

    comment_id: str
    on: Target
    target_id: str | None
    thread: str | None
    text: str
    mentions: list[str]
    by: str
    created_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    resolved_at: datetime | None
    resolved_by: str | None
    version: int

    @classmethod
    def of(cls, comment_id: str, comment: Comment) -> "CommentResponse":
        stored = comment.model_dump(exclude={"fingerprint", "mentions"})
        return cls(comment_id=comment_id, mentions=list(comment.mentions), **stored)


class DeleteCommentResponse(Response):
    """`tombstone` says that an empty comment stays in the thread, because there are replies."""

    comment_id: str
    tombstone: bool

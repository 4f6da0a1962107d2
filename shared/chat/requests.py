"""What callers of the conversation functions send and get."""

from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, Field, model_validator

from shared.assistant.settings import MAX_REQUEST_CHARACTERS
from shared.chat.models import Message, MessageState
from shared.runtime.models import Request, Response
from shared.runtime.text import Text
from shared.trips.requests import DocumentId, RequestId, TripId


class ChatRequest(Request):
    """A question to the assistant. Without `threadId` it begins a thread, which only the caller sees if `private`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tripId": "Kq3vTz81mNcY5dRw0pLs",
                    "text": "What could we do in Kyoto on a rainy afternoon?",
                    "private": True,
                    "requestId": "chat-0001",
                }
            ]
        }
    )

    trip_id: TripId
    thread_id: DocumentId | None = None
    text: Annotated[str, Text(1, MAX_REQUEST_CHARACTERS)]
    private: bool | None = Field(default=None, description="Of a new thread; by default it is shared.")
    request_id: RequestId | None = None

    @model_validator(mode="after")
    def _thread_has_its_own(self) -> "ChatRequest":
        if self.thread_id is not None and self.private is not None:
            raise ValueError("private is decided when a thread begins; leave it out with threadId")
        return self


class AnswerRequest(Request):
    """An answer of the assistant, by the thread and the answer's own id."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tripId": "Kq3vTz81mNcY5dRw0pLs",
                    "threadId": "t8Vc3Lw5KzXq2nRb7YpM",
                    "messageId": "m4Zr9Tx1WsLk6vQc3NpB",
                }
            ]
        }
    )

    trip_id: TripId
    thread_id: DocumentId
    message_id: DocumentId


class AnswerAgainRequest(AnswerRequest):
    """An answer to be begun again. The same `requestId` begins it once."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tripId": "Kq3vTz81mNcY5dRw0pLs",
                    "threadId": "t8Vc3Lw5KzXq2nRb7YpM",
                    "messageId": "m4Zr9Tx1WsLk6vQc3NpB",
                    "requestId": "again-0001",
                }
            ]
        }
    )

    request_id: RequestId | None = None


class MessageErrorView(Response):
    code: str
    reason: str
    message: str
    retry_after: float | None


class AnswerChunk(Response):
    """What was written since the chunk before: `text` goes behind it, or in its place with `restart`."""

    thread_id: str
    message_id: str
    state: MessageState
    text: str
    restart: bool


class AnswerResponse(Response):
    """An answer as it stands now; follow `trips/{t}/threads/{threadId}/messages/{messageId}` with a listener.

    `proposals` and `polls` are what it put before the group; `leftOut` says what it could not propose, `compromises`
    what is otherwise than it was wanted, each in a sentence. `attributions` must be shown with it.
    """

    trip_id: str
    thread_id: str
    question_id: str
    message_id: str
    state: MessageState
    text: str
    citations: list[str]
    proposals: list[str]
    polls: list[str]
    left_out: list[str]
    compromises: list[str]
    attributions: list[str]
    attempt: int
    created_at: datetime
    error: MessageErrorView | None

    @classmethod
    def of(cls, trip_id: str, thread_id: str, message_id: str, answer: Message) -> "AnswerResponse":
        return cls(
            trip_id=trip_id,
            thread_id=thread_id,
            question_id=answer.answers or "",
            message_id=message_id,
            state=answer.state,
            text=answer.text,
            citations=list(answer.citations),
            proposals=list(answer.proposals),
            polls=list(answer.polls),
            left_out=list(answer.left_out),
            compromises=list(answer.compromises),
            attributions=list(answer.attributions),
            attempt=answer.attempt,
            created_at=answer.created_at,
            error=MessageErrorView(**answer.error.model_dump()) if answer.error else None,
        )

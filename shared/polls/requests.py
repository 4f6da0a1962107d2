"""What callers of the poll functions send and get."""

from datetime import date, datetime
from typing import Annotated

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints

from shared.plan.wire_op import Component
from shared.polls.models import MAX_OPTIONS, Answer, Ballot, Kind, Method, Poll, PollState, Result, Source
from shared.runtime.models import Request, Response
from shared.trips.requests import DocumentId, Name, RequestId, TripId

OptionId = Annotated[str, StringConstraints(pattern=r"^o[0-9]{1,3}$")]


class OptionInput(Request):
    """What can be chosen: a text or, in a poll about dates, a range of them (and a text, if you like).

    `ops` is one json0 operation against the poll's `base`; it is applied to the plan if this option alone wins.
    """

    text: Name | None = None
    start: date | None = None
    end: date | None = None
    ops: list[Component] | None = Field(default=None, min_length=1)


class QuorumInput(Request):
    """Either a number of people, or a percentage of those who may vote."""

    count: int | None = Field(default=None, ge=1, le=100)
    percent: int | None = Field(default=None, ge=1, le=100)


class CreatePollRequest(Request):
    """A poll. `method` is for ranked ones; after `deadline` nobody votes any more and the result is recorded."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tripId": "Kq3vTz81mNcY5dRw0pLs",
                    "title": "Where do we eat on Friday?",
                    "kind": "approval",
                    "options": [{"text": "Ramen at Gion"}, {"text": "Kaiseki in Pontocho"}],
                    "quorum": {"percent": 50},
                    "requestId": "poll-0001",
                }
            ]
        }
    )

    trip_id: TripId
    title: Name
    kind: Kind
    options: list[OptionInput] = Field(min_length=2, max_length=MAX_OPTIONS)
    method: Method | None = None
    quorum: QuorumInput | None = None
    deadline: AwareDatetime | None = None
    base: int | None = Field(default=None, ge=0)
    request_id: RequestId | None = None


class PollRequest(Request):
    """A poll of a trip. Also the payload of the task at its deadline."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"tripId": "Kq3vTz81mNcY5dRw0pLs", "pollId": "p4Ws8Nz2KvTr6xLc1YbQ"}]}
    )

    trip_id: TripId
    poll_id: DocumentId


class VoteRequest(PollRequest):
    """The caller's ballot, in place of an earlier one.

    `choices` for single (one), approval (any number) and ranked (the best first); `answers` for dates, where no answer
    is a no.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"tripId": "Kq3vTz81mNcY5dRw0pLs", "pollId": "p4Ws8Nz2KvTr6xLc1YbQ", "choices": ["o0", "o1"]}]
        }
    )

    choices: list[OptionId] | None = Field(default=None, max_length=MAX_OPTIONS)
    answers: dict[OptionId, Answer] | None = Field(default=None, max_length=MAX_OPTIONS)


class BallotView(Response):
    choices: list[str]
    answers: dict[str, Answer]
    at: datetime

    @classmethod
    def of(cls, ballot: Ballot) -> "BallotView":
        return cls(choices=list(ballot.choices), answers=ballot.answers, at=ballot.at)


class VoteResponse(Response):
    poll_id: str
    ballot: BallotView


class OptionView(Response):
    """An option; `words` says what it would do to the plan."""

    option_id: str
    text: str
    start: str | None
    end: str | None
    words: str


class QuorumView(Response):
    count: int | None
    percent: int | None


class OptionCountView(Response):
    """How an option did; `votes` are first choices in a ranked poll, and who can come in one about dates."""

    option_id: str
    votes: int
    yes: int
    if_need_be: int
    no: int
    beats: list[str]


class RoundView(Response):
    counts: dict[str, int]
    eliminated: list[str]


class ResultView(Response):
    """Where the poll stands, or once it is closed how it ended; `waiting` are those who have not voted."""

    winners: list[str]
    tie: bool
    quorum_met: bool
    counted: int
    entitled: int
    waiting: list[str]
    options: list[OptionCountView]
    rounds: list[RoundView]

    @classmethod
    def of(cls, result: Result) -> "ResultView":
        return cls.model_validate(result.model_dump(), strict=False)


class PollResponse(Response):
    """A poll as it stands now; `appliedVersion` is the plan's version with the winner applied to it.

    `source` says whose words it is in: those of `by`, or those of the assistant, which `by` asked for it.
    """

    poll_id: str
    title: str
    kind: Kind
    method: Method | None
    options: list[OptionView]
    quorum: QuorumView | None
    deadline: datetime | None
    by: str
    source: Source
    state: PollState
    created_at: datetime
    closed_at: datetime | None
    closed_by: str | None
    result: ResultView
    ballot: BallotView | None
    applied_version: int | None
    apply_error: str | None
    version: int

    @classmethod
    def of(cls, poll_id: str, poll: Poll, result: Result, ballot: Ballot | None) -> "PollResponse":
        return cls(
            poll_id=poll_id,
            title=poll.title,
            kind=poll.kind,
            method=poll.method,
            options=[OptionView(**option.model_dump(exclude={"op"})) for option in poll.options],
            quorum=QuorumView(**poll.quorum.model_dump()) if poll.quorum else None,
            deadline=poll.deadline,
            by=poll.by,
            source=poll.source,
            state=poll.state,
            created_at=poll.created_at,
            closed_at=poll.closed_at,
            closed_by=poll.closed_by,
            result=ResultView.of(result),
            ballot=BallotView.of(ballot) if ballot else None,
            applied_version=poll.applied_version,
            apply_error=poll.apply_error,
            version=poll.version,
        )

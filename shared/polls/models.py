"""Stored documents of polls: `trips/{t}/polls/{pollId}`, and a small `votes/{uid}` under it for each ballot.

Voting writes only the voter's own document, so that the poll's never gets hot.
"""

import json
from enum import StrEnum
from typing import Literal

from pydantic import Field

from shared.documents import Document, Instant
from shared.plan.models import Op

MAX_OPTIONS = 20

Source = Literal["person", "assistant"]


class Kind(StrEnum):
    SINGLE = "single"
    APPROVAL = "approval"
    RANKED = "ranked"
    DATES = "dates"


class Method(StrEnum):
    """How the winner of a ranked poll is found."""

    SCHULZE = "schulze"
    INSTANT_RUNOFF = "instantRunoff"


class Answer(StrEnum):
    """What a ballot says about one range of dates."""

    YES = "yes"
    IF_NEED_BE = "ifNeedBe"
    NO = "no"


class PollState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class Option(Document):
    """What can be chosen: a text, and in a poll about dates a first and a last day. `op` (JSON text, against the poll's
    base) is what choosing it does to the plan, `words` says that to people."""

    option_id: str
    text: str
    start: str | None = None
    end: str | None = None
    op: str | None = None
    words: str = ""

    @property
    def components(self) -> Op:
        parsed: Op = json.loads(self.op or "[]")
        return parsed


class Quorum(Document):
    """How many of those who may vote must have voted for the result to count: a number of people, or a percentage."""

    count: int | None = None
    percent: int | None = None


class Ballot(Document):
    """One member's vote: chosen options (in a ranked poll the best first), or an answer for each range of dates."""

    choices: tuple[str, ...] = ()
    answers: dict[str, Answer] = Field(default_factory=dict)
    at: Instant


class OptionCount(Document):
    """How an option did. `votes` are ballots for it; first choices in a ranked poll; who can come in one about dates.

    `yes`, `if_need_be` and `no` are of polls about dates; `beats`, the options it beats, of Schulze's method.
    """

    option_id: str
    votes: int
    yes: int = 0
    if_need_be: int = 0
    no: int = 0
    beats: tuple[str, ...] = ()


class Round(Document):
    """One round of an instant run-off: the ballots that stand with each remaining option, and who goes out after it."""

    counts: dict[str, int]
    eliminated: tuple[str, ...] = ()


class Result(Document):
    """Where a poll stands. `winners` are none without a vote or a quorum, and several if they are tied."""

    winners: tuple[str, ...]
    tie: bool
    quorum_met: bool
    counted: int
    entitled: int
    waiting: tuple[str, ...]
    options: tuple[OptionCount, ...]
    rounds: tuple[Round, ...] = ()


class Poll(Document):
    """A poll of `by`, whose words they are (`person`), or the assistant's, which they asked for it.

    `result` is recorded once, when it is closed.

    If the only winner carries an operation, `apply_by` is whose edit it becomes, and then either `applied_version` says
    where in the plan's log it is, or `apply_error` why it could not be. `due_at` is when the sweep must look at it.
    """

    title: str
    kind: Kind
    method: Method | None = None
    options: tuple[Option, ...]
    quorum: Quorum | None = None
    deadline: Instant | None = None
    base: int | None = None
    by: str
    source: Source = "person"
    fingerprint: str
    state: PollState = PollState.OPEN
    created_at: Instant
    updated_at: Instant
    closed_at: Instant | None = None
    closed_by: str | None = None
    result: Result | None = None
    apply_by: str | None = None
    applied_version: int | None = None
    apply_error: str | None = None
    due_at: Instant | None = None
    version: int = 1

    @property
    def option_ids(self) -> tuple[str, ...]:
        return tuple(option.option_id for option in self.options)

    @property
    def pending(self) -> Option | None:
        """The winner that has not been applied to the plan yet."""
        if self.apply_by is None or self.applied_version is not None or self.apply_error is not None or not self.result:
            return None
        return next(option for option in self.options if option.option_id == self.result.winners[0])

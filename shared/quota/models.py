"""What is stored and answered of quotas. Days are calendar days in UTC, amounts whole numbers."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from shared.documents import Document, Instant


@dataclass(frozen=True)
class Cost:
    """What a piece of work cost: tokens of the model, and money in millionths of a US dollar."""

    input_tokens: int = 0
    output_tokens: int = 0
    micro_usd: int = 0


class Costs(Document):
    """The same, summed over a day."""

    input_tokens: int = 0
    output_tokens: int = 0
    micro_usd: int = 0


class Account(Document):
    """A person's or a trip's day: how much of each thing was used, and what it all cost."""

    used: dict[str, int] = Field(default_factory=dict)
    costs: Costs = Costs()


class Receipt(Document):
    """That something was charged: to whom, on which day. A second charge with the same key finds it."""

    uid: str
    trip_id: str | None
    what: str
    amount: int
    day: str
    expires_at: Instant


@dataclass(frozen=True)
class Charge:
    """A receipt, and whether an earlier call had been charged already (so that nothing was added now)."""

    receipt: Receipt
    replayed: bool


@dataclass(frozen=True)
class Remaining:
    """What is left today for a person, and in a trip; None: without limit. `resets_at` is the next midnight in UTC."""

    person: int | None
    trip: int | None
    resets_at: datetime

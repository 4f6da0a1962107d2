"""What we store of a person, in `users/{uid}`. Readable by that person only."""

from typing import Literal

from pydantic import Field

from shared.documents import Document, Instant

Pace = Literal["slow", "normal", "fast"]
BudgetLevel = Literal["low", "medium", "high"]
Diet = Literal[
    "vegetarian", "vegan", "pescatarian", "halal", "kosher", "glutenFree", "lactoseFree", "nutFree", "shellfishFree"
]


class Home(Document):
    """Where somebody sets out from: a name, and degrees of latitude and longitude."""

    name: str
    lat: float
    lng: float


class Mobility(Document):
    """What somebody can manage: metres on foot between two places (None: any), and whether it must be without steps."""

    max_walk_metres: int | None = None
    step_free: bool = False


class Preferences(Document):
    """What planning reads of a person. None and empty say that they never told.

    `language` is BCP 47, `time_zone` IANA; `interests` are kinds and tags of the place catalogue. `budget_level` low
    makes occasions (fine dining) count half, high half as much again; medium is as good as none.
    """

    language: str | None = None
    time_zone: str | None = None
    home: Home | None = None
    pace: Pace | None = None
    interests: tuple[str, ...] = ()
    diet: tuple[Diet, ...] = ()
    mobility: Mobility = Mobility()
    budget_level: BudgetLevel | None = None


class Profile(Document):
    """A traveller's profile, made at the first sign-in and kept in step with the sign-in provider."""

    uid: str
    name: str
    email: str | None = None
    email_verified: bool = False
    photo_url: str | None = None
    preferences: Preferences = Field(default_factory=Preferences)
    created_at: Instant
    updated_at: Instant
    version: int = 1

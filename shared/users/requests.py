"""What callers of the people functions send and get."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

from shared.places.vocabulary import KINDS, TAGS
from shared.runtime.models import Request, Response
from shared.trips.requests import LanguageTag, Name, TimeZone
from shared.users.models import BudgetLevel, Diet, Home, Mobility, Pace, Preferences, Profile


def _interest(word: str) -> str:
    if word not in KINDS and word not in TAGS:
        raise ValueError("not a kind or tag of the place catalogue")
    return word


Interest = Annotated[str, StringConstraints(max_length=40), AfterValidator(_interest)]


class SessionRequest(Request):
    """Nothing: the ID token says who signs in."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})


class SessionResponse(Response):
    """The caller's profile, whether this call made it, and the trips that an invitation by e-mail brought them into."""

    uid: str
    name: str
    email: str | None
    photo_url: str | None
    created_at: datetime
    created: bool
    joined_trips: list[str]

    @classmethod
    def of(cls, profile: Profile, *, created: bool, joined: list[str]) -> "SessionResponse":
        return cls(
            uid=profile.uid,
            name=profile.name,
            email=profile.email,
            photo_url=profile.photo_url,
            created_at=profile.created_at,
            created=created,
            joined_trips=joined,
        )


class HomeInput(Request):
    """Where the caller sets out from."""

    name: Name
    lat: float = Field(ge=-90, le=90)
    lng: float = Field(ge=-180, le=180)


class MobilityInput(Request):
    """What the caller can manage: metres on foot between two places, and whether it must be without steps."""

    max_walk_metres: int | None = Field(default=None, ge=0, le=50_000)
    step_free: bool = False


class UpdateUserRequest(Request):
    """The preferences to change; those that are not sent stay, `null` takes one back.

    Planning reads all of them. `language` is that of what jobs tell them, where their own words show none (routes are
    told in English); `timeZone` says which day it is for days of trips of which nobody knows where they are; routes
    begin and end at `home` unless they name a start or an end. `budgetLevel`: at "low" occasions (fine dining) count
    half, at "high" half as much again, "medium" changes nothing. `version` is the profile's that the caller has seen.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "version": 1,
                    "language": "pt-BR",
                    "timeZone": "Europe/Lisbon",
                    "pace": "slow",
                    "interests": ["museum", "gardens"],
                    "diet": ["vegetarian"],
                    "mobility": {"maxWalkMetres": 1500},
                }
            ]
        }
    )

    version: int = Field(ge=1)
    language: LanguageTag | None = None
    time_zone: TimeZone | None = None
    home: HomeInput | None = None
    pace: Pace | None = None
    interests: Annotated[list[Interest], Field(max_length=40)] | None = None
    diet: Annotated[list[Diet], Field(max_length=10)] | None = None
    mobility: MobilityInput | None = None
    budget_level: BudgetLevel | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set - {"version"}:
            raise ValueError("name at least one field to change")
        return self

    @property
    def changes(self) -> dict[str, Any]:
        """The fields that were sent, as they are stored."""
        blank = Preferences()
        told: dict[str, Any] = {}
        for name in self.model_fields_set - {"version"}:
            value = getattr(self, name)
            if value is None:
                told[name] = getattr(blank, name)
            elif isinstance(value, HomeInput):
                told[name] = Home(**value.model_dump(by_alias=False))
            elif isinstance(value, MobilityInput):
                told[name] = Mobility(**value.model_dump(by_alias=False))
            else:
                told[name] = tuple(dict.fromkeys(value)) if isinstance(value, list) else value
        return told


class HomeView(Response):
    name: str
    lat: float
    lng: float


class MobilityView(Response):
    max_walk_metres: int | None
    step_free: bool


class PreferencesView(Response):
    """What planning knows of a person; null and empty say that they never told."""

    language: str | None
    time_zone: str | None
    home: HomeView | None
    pace: Pace | None
    interests: list[str]
    diet: list[Diet]
    mobility: MobilityView
    budget_level: BudgetLevel | None


class UserResponse(Response):
    """The caller's profile; `version` is what the next change is made from."""

    uid: str
    name: str
    email: str | None
    email_verified: bool
    photo_url: str | None
    preferences: PreferencesView
    created_at: datetime
    updated_at: datetime
    version: int

    @classmethod
    def of(cls, profile: Profile) -> "UserResponse":
        return cls.model_validate(profile.model_dump(by_alias=False), strict=False)

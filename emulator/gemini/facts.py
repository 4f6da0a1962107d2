"""What the stand-in has understood of a request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Leg:
    """A destination as the person names it, with the days they want to spend there, if they say."""

    name: str
    days: int | None = None


@dataclass
class Budget:
    """Money in major units of an ISO 4217 currency, for one person or all, for one day or the whole trip."""

    amount: float
    currency: str
    per_person: bool = False
    per_day: bool = False


@dataclass
class Facts:
    """One field per thing that people say about a journey; None or empty where they say nothing."""

    language: str = "en"
    legs: list[Leg] = field(default_factory=list)
    days: int | None = None
    start_date: str | None = None
    year: int | None = None
    month: int | None = None
    month_part: str | None = None
    weekend: bool = False
    adults: int | None = None
    children: int | None = None
    interests: dict[str, float] = field(default_factory=dict)
    dislikes: list[str] = field(default_factory=list)
    must_see: list[str] = field(default_factory=list)
    must_avoid: list[str] = field(default_factory=list)
    budget: Budget | None = None
    pace: str | None = None
    lazy_mornings: int | None = None
    transport: str | None = None
    diet: list[str] = field(default_factory=list)

    def concepts(self) -> dict[str, Any]:
        """The facts by the names under which a schema may ask for them; None where there is nothing to say."""
        budget = self.budget and {
            "amount": self.budget.amount,
            "currency": self.budget.currency,
            "per_person": self.budget.per_person,
            "per_day": self.budget.per_day,
        }
        return {
            "language": self.language,
            "destinations": [
                {"name": leg.name, "days": leg.days, "nights": leg.days if leg.days is None else max(leg.days - 1, 1)}
                for leg in self.legs
            ],
            "days": self.days,
            "start_date": self.start_date,
            "year": self.year,
            "month": self.month,
            "month_part": self.month_part,
            "weekend": self.weekend,
            "adults": self.adults,
            "children": self.children,
            "travellers": {"adults": self.adults, "children": self.children},
            "interests": [{"tag": tag, "weight": weight} for tag, weight in self.interests.items()],
            "dislikes": self.dislikes,
            "must_see": self.must_see,
            "must_avoid": self.must_avoid,
            "budget": budget,
            "pace": self.pace,
            "lazy_mornings": self.lazy_mornings,
            "transport": self.transport,
            "diet": self.diet,
        }

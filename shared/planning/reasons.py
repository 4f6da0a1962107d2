"""Why planning leaves something out, and what keeps more out, by the word that results have for it."""

from collections.abc import Mapping
from typing import Final

from shared.itinerary.difference import Difference
from shared.words import Key

WHY: Final[Mapping[str, Key]] = {
    "vetoed": "why_vetoed",
    "closed": "why_closed",
    "too_far": "why_too_far",
    "over_budget": "why_over_budget",
    "alternative_chosen": "why_alternative_chosen",
    "low_interest": "why_low_interest",
    "clash": "why_clash",
    "kind_limit": "why_kind_limit",
    "too_many": "why_too_many",
    "some_only": "why_some_only",
}
OTHERWISE: Final[Key] = "why_no_time"
BINDING: Final[Mapping[str, Key]] = {
    "budget": "binding_budget",
    "time": "binding_time",
    "max_stops": "binding_max_stops",
    "walking": "binding_walking",
    "kinds": "binding_kinds",
    "breaks": "binding_breaks",
}
DIFFERS: Final[Mapping[Difference, Key]] = {
    Difference.VISITS: "differs_visits",
    Difference.GROUPING: "differs_grouping",
    Difference.DAYS: "differs_days",
    Difference.ORDER: "differs_order",
}

"""What people may type in as an expense: it adds up in both currencies, or is refused with words."""

import json
import random
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from shared.expenses.balances import balances, merged
from shared.expenses.entering import Entering
from shared.expenses.models import People, Stay
from shared.expenses.requests import AddExpenseRequest
from shared.expenses.responses import ExpenseResponse
from shared.money import reference_rates
from shared.runtime.errors import InvalidArgument
from shared.trips.models import Trip

NOW = datetime(2027, 1, 1, tzinfo=UTC)
WHO = ("ana", "ben", "guest:mia", "guest:noa", "nobody")
CURRENCIES = ("EUR", "JPY", "KWD", "AFN", "XXX", "IDR")
RATES = (None, None, "0.0000000001", "999999999999", "1.23", "9999999999.9999999999")
DATES = ("0001-01-01", "9999-12-31", "2027-04-01", "2027-04-02")


def a_trip(choose: random.Random) -> Trip:
    guest = {"name": "G", "added_by": "ana", "added_at": NOW, "fingerprint": ""}
    claimed = {**guest, "claimed_by": choose.choice((None, "ben", "somebody"))}
    return Trip.model_validate(
        {
            "name": "A trip", "destinations": [], "roles": {"ana": "owner", "ben": "editor"}, "members": ("ana", "ben"),
            "created_by": "ana", "created_at": NOW, "updated_at": NOW, "currency": choose.choice(("EUR", "JPY", "AFN")),
            "guests": {"guest:mia": claimed, "guest:noa": guest},
        }
    )  # fmt: skip


def a_split(choose: random.Random, amount: int) -> dict[str, Any]:
    some = choose.sample(WHO, choose.randint(1, 4))
    right = {"ana": amount - amount // 3, "ben": amount // 3}
    item = {"text": "Tea", "amount": amount, "participants": choose.choice((["ana", "ana"], some, None))}
    return choose.choice(
        (
            {},
            {"participants": some},
            {"kind": "shares", "parts": {person: choose.choice((0, 1, 10**12)) for person in some}},
            {
                "kind": "percentages",
                "parts": choose.choice(({"ana": 9999, "guest:mia": 1}, {"ana": 10_001, "ben": -1})),
            },
            {"kind": "exact", "parts": choose.choice((right, {"ana": amount}, {"ana": amount + 1, "ben": -1}))},
            {"kind": "itemised", "items": [item], "tip": choose.choice((0, 1))},
            {"kind": "itemised", "items": [item, {**item, "amount": 5}, {**item, "amount": -5}]},
            {"kind": "itemised", "items": [{**item, "amount": amount + 1}], "tax": -1},
        )
    )


def a_request(choose: random.Random) -> dict[str, Any]:
    amount = choose.choice((0, 1, -1, 7, 999, 10**12, -(10**12), 10**12 + 1))
    told = {
        "tripId": "Kq3vTz81mNcY5dRw0pLs", "title": "Tea", "amount": amount, "currency": choose.choice(CURRENCIES),
        "date": choose.choice(DATES), "split": a_split(choose, amount), "rate": choose.choice(RATES),
        "paid": choose.choice((None, {"ben": amount}, {"ana": amount, "guest:mia": 0}, {"ana": amount // 2})),
    }  # fmt: skip
    return {name: value for name, value in told.items() if value is not None}


def test_whatever_is_typed_in_adds_up_or_is_refused() -> None:
    found: Counter[str] = Counter()
    for seed in range(2_000):
        choose = random.Random(seed)
        trip, told = a_trip(choose), a_request(choose)
        people = People(stays={person: Stay(first="2027-04-02") for person in ("ana", "ben", "guest:noa")[: seed % 4]})
        entering = Entering("e" * 20, "ana", trip, people, reference_rates(), NOW, lambda: set(WHO[:4]))
        try:
            made = entering.expense(AddExpenseRequest.model_validate_json(json.dumps(told)))
        except ValidationError:
            found["invalid"] += 1
            continue
        except InvalidArgument as refused:
            found[refused.reason] += 1
            continue
        found["entered"] += 1
        for one in (made, made.converted):
            assert sum(one.paid.values()) == one.amount == sum(one.owed.values()), told
            assert abs(one.amount) <= 10**15
        (owed,) = balances([made.converted]).values()
        assert sum(merged(owed, trip.claims).values()) == 0
        assert json.loads(ExpenseResponse.of("e" * 20, made).model_dump_json())["amount"] == told["amount"]
    reasons = {"SPLIT_INVALID", "CURRENCY_UNKNOWN", "RATE_UNKNOWN", "AMOUNT_TOO_LARGE", "PERSON_UNKNOWN"}
    assert reasons | {"entered", "invalid", "NOBODY_PRESENT"} <= found.keys() and found["entered"] > 300, found

"""What people spend, pay back and say to each other is told in the activity feed."""

from collections.abc import Callable

from google.cloud.firestore import Client

from clients.python.session import Session
from tests.support.people import make_trip
from tests.support.waiting import eventually


def test_expenses_payments_and_mentions_are_told(person: Callable[..., Session], database: Client) -> None:
    ana, ben = person("Ana"), person("Ben")
    trip_id = make_trip(ana, (ben, "editor"))
    tea = {"tripId": trip_id, "title": "Tea", "amount": 500, "currency": "EUR", "date": "2027-04-02"}
    expense_id = ana.call("expenses-add", **tea)["expenseId"]
    ana.call("expenses-edit", **{**tea, "amount": 600}, expenseId=expense_id, version=1)
    ana.call("expenses-remove", tripId=trip_id, expenseId=expense_id, version=2)
    paid = {"fromId": ben.uid, "toId": ana.uid, "amount": 300, "currency": "EUR", "date": "2027-04-03"}
    ben.call("expenses-pay", tripId=trip_id, **paid)
    ben.call("comments-create", tripId=trip_id, on="trip", text="Thanks!", mentions=[ana.uid])
    expected = [
        "Ana entered an expense: Tea",
        "Ana corrected an expense: Tea",
        "Ana took out an expense: Tea",
        "Ben recorded a payment",
        "Ben mentioned somebody in a comment",
    ]

    def told() -> bool:
        feed = database.collection("trips", trip_id, "activity").order_by("at").stream()
        return [entry.get("words") for entry in feed][-len(expected) :] == expected

    assert eventually(told)

"""What the demo's travellers do together: ideas, reactions, a talk with the assistant, and what to do when it rains."""

from dataclasses import dataclass
from threading import Event
from typing import Any

from clients.python.documents import documents_of
from clients.python.live_plan import LivePlan
from clients.python.session import CallError, Session
from shared.cloud.listening import listen

Legs = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Idea:
    """A stop for the pool, and how the two react to it."""

    name: str
    fields: dict[str, Any]
    ana: str
    ben: str


IDEAS = {
    "railway": Idea("Kyoto Railway Museum", {"placeId": "kyoto/railway-museum", "minutes": 120}, "fine", "must"),
    "onsen": Idea("Funaoka Onsen", {"placeId": "kyoto/funaoka-onsen", "minutes": 75}, "must", "love"),
    "monkeys": Idea("Iwatayama Monkey Park", {"placeId": "kyoto/iwatayama-monkey-park", "minutes": 75}, "love", "veto"),
    "mei": Idea("Aunt Mei's tea house", {"lat": 35.006, "lng": 135.766, "minutes": 45}, "must", "fine"),
}
"""For a trip to Kyoto: two that both like, one that one of them vetoes, and one that no catalogue knows."""


def share_ideas(ana: Session, ben: Session, trip_id: str) -> None:
    """Both put ideas into the pool and react to all of them."""
    now = ana.call("plan-get", tripId=trip_id)
    plain = {"dayId": None, "kind": "sight", "notes": "", "by": ana.uid}
    op = [
        {"p": ["stops", key], "oi": {**plain, "name": idea.name, "order": f"a{number}", **idea.fields}}
        for number, (key, idea) in enumerate(IDEAS.items())
    ]
    ana.call("plan-submit", tripId=trip_id, base=now["version"], src="demo", seq=0, ops=[op])
    for key, idea in IDEAS.items():
        ana.call("reactions-set", tripId=trip_id, stopId=key, reaction=idea.ana)
        ben.call("reactions-set", tripId=trip_id, stopId=key, reaction=idea.ben)


def ended(session: Session, path: tuple[str, ...], seconds: float) -> dict[str, Any]:
    """A job or an answer once it has ended, followed by a listener. Raises TimeoutError, and CallError if it failed."""
    over, last = Event(), dict[str, Any]()

    def changed(documents: Any, _changes: Any, _time: Any) -> None:
        for document in documents:
            last.update(document.to_dict() or {})
            if last.get("state") in ("done", "failed", "cancelled"):
                over.set()

    stop = listen(documents_of(session).document(*path), changed)
    try:
        if not over.wait(seconds):
            raise TimeoutError(f"{path[-2]}: nothing ended in time")
    finally:
        stop()
    if last["state"] != "done":
        raise CallError(last["error"]["code"], last["error"]["message"], last["error"])
    return last


def talk(session: Session, trip_id: str, text: str, seconds: float) -> str:
    """What the assistant answers in the trip's shared conversation."""
    asked = session.call("ai-chat", tripId=trip_id, text=text)
    path = ("trips", trip_id, "threads", asked["threadId"], "messages", asked["messageId"])
    return str(ended(session, path, seconds)["text"])


def rained_out(session: Session, trip_id: str, plan: LivePlan, seconds: float) -> tuple[int, list[str], Legs]:
    """Have the fullest day re-planned for rain and accept it: its number, what changed in words, and the new ways."""
    day_id, number = _day_with_most_stops(plan.doc)
    job = session.call("planning-replan", tripId=trip_id, change={"kind": "dayRainedOut", "dayId": day_id})
    result = ended(session, ("trips", trip_id, "jobs", job["jobId"]), seconds)["result"]
    (told,) = result["plans"]
    days = {key: f"day {at}" for at, key in enumerate(_ordered(plan.doc["days"]), start=1)}
    words = [f"{one['name']} to {days[one['to']['dayId']]} at {one['to']['at']}" for one in told["moved"]]
    words += [f"{one['name']} from the ideas to {days[one['to']['dayId']]}" for one in told["placed"]]
    words += [f"{one['name']} at {one['to']['at']}" for one in told["retimed"]]
    words += [one["text"] for one in told["leftOut"] if one["was"]]
    for proposal in result["proposals"]:
        version = session.call("proposals-accept", tripId=trip_id, proposalId=proposal)["planVersion"]
        plan.wait_until(lambda local: local.version >= version)  # noqa: B023
    return number, words, told["legs"]


def _day_with_most_stops(doc: dict[str, Any]) -> tuple[str, int]:
    stops = [stop["dayId"] for stop in doc["stops"].values()]
    return max(((key, at) for at, key in enumerate(_ordered(doc["days"]), 1)), key=lambda day: stops.count(day[0]))


def _ordered(days: dict[str, Any]) -> list[str]:
    return sorted(days, key=lambda key: (days[key]["order"], key))

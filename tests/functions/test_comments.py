"""Comments through real HTTP: threads, mentions, edits, tombstones."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from google.cloud.firestore import Client

from clients.python.session import CallError, Session
from tests.polls.events import listening
from tests.support.people import make_trip, stop
from tests.support.refusals import refusal

People = Callable[..., Session]
Trio = tuple[Session, Session, str]


@pytest.fixture
def duo(person: People) -> Trio:
    """Ana, who owns the trip; Ben, who may only vote; and the trip, with one day and one stop."""
    ana, ben = person("Ana"), person("Ben")
    trip_id = make_trip(ana, (ben, "voter"))
    op = [{"p": ["stops", "s1"], "oi": stop(ana)}, {"p": ["days", "d1"], "oi": {"order": "a0"}}]
    ana.call("plan-submit", tripId=trip_id, base=0, src="phone", seq=0, ops=[op])
    return ana, ben, trip_id


def say(session: Session, trip_id: str, text: str = "Shall we?", **fields: Any) -> Any:
    place = {} if "replyTo" in fields or "on" in fields else {"on": "stop", "targetId": "s1"}
    return session.call("comments-create", tripId=trip_id, text=text, **place, **fields)


def reply(session: Session, trip_id: str, to: Any, text: str = "Yes!") -> Any:
    return say(session, trip_id, text, replyTo=to["commentId"])


def act(session: Session, what: str, trip_id: str, comment: Any, **fields: Any) -> Any:
    return session.call(f"comments-{what}", tripId=trip_id, commentId=comment["commentId"], **fields)


def stored(database: Client, trip_id: str) -> dict[str, Any]:
    return {found.id: found.to_dict() for found in database.collection("trips", trip_id, "comments").stream()}


def test_a_thread_is_opened_answered_resolved_and_reopened(duo: Trio, database: Client) -> None:
    ana, ben, trip_id = duo
    first = say(ben, trip_id, "  Is it open on Monday?  ")
    assert (first["text"], first["on"], first["targetId"], first["thread"]) == (
        "Is it open on Monday?",
        "stop",
        "s1",
        None,
    )
    answer = reply(ana, trip_id, first)
    deeper = reply(ben, trip_id, answer, "Thanks")
    assert {answer["thread"], deeper["thread"]} == {first["commentId"]}
    assert (deeper["on"], deeper["targetId"]) == ("stop", "s1")
    done = act(ana, "resolve", trip_id, first)
    assert act(ben, "resolve", trip_id, first) == done and done["resolvedBy"] == ana.uid
    assert act(ben, "reopen", trip_id, first)["resolvedAt"] is None
    assert refusal(lambda: act(ana, "resolve", trip_id, answer)).reason == "NOT_A_THREAD"
    say(ana, trip_id, on="day", targetId="d1")
    say(ana, trip_id, on="trip")
    assert sorted(comment["on"] for comment in stored(database, trip_id).values()) == [
        "day",
        "stop",
        "stop",
        "stop",
        "trip",
    ]


def test_a_resent_comment_is_the_same_comment_even_when_its_stop_is_gone(duo: Trio, database: Client) -> None:
    ana, _, trip_id = duo
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: say(ana, trip_id, requestId="request-1"), range(4)))
    ana.call("plan-submit", tripId=trip_id, base=1, src="phone", seq=1, ops=[[{"p": ["stops", "s1"], "od": stop(ana)}]])
    answers.append(say(ana, trip_id, requestId="request-1"))
    assert all(answer == answers[0] for answer in answers)
    assert len(stored(database, trip_id)) == 1
    assert refusal(lambda: say(ana, trip_id, "Else", requestId="request-1")).reason == "REQUEST_ID_REUSED"


def test_whoever_is_mentioned_hears_of_it_once(duo: Trio, person: People, database: Client) -> None:
    ana, ben, trip_id = duo
    cleo = person("Cleo")
    cleo.call("trips-join", token=ana.call("trips-invite", tripId=trip_id, role="viewer")["token"])
    with listening() as hear:
        comment = say(ana, trip_id, "Ben?", mentions=[ben.uid, ana.uid, ben.uid], requestId="request-1")
        say(ana, trip_id, "Ben?", mentions=[ben.uid, ana.uid, ben.uid], requestId="request-1")
        assert comment["mentions"] == [ben.uid, ana.uid]
        act(ana, "edit", trip_id, comment, text="Ben!", mentions=[ben.uid], version=1)
        act(ana, "edit", trip_id, comment, text="Ben, Cleo!", mentions=[ben.uid, cleo.uid], version=2)
        told = hear(trip_id, "trip.comment_mentioned.v1", 2)
    assert [(event["mentions"], event["text"]) for event in told] == [([ben.uid], "Ben?"), ([cleo.uid], "Ben, Cleo!")]
    assert told[0]["commentId"] == comment["commentId"] and told[0]["targetId"] == "s1"
    unknown = refusal(lambda: say(ana, trip_id, mentions=[ben.uid, "nobody"]))
    assert (unknown.reason, unknown.details["metadata"]) == ("MENTION_UNKNOWN", {"field": "mentions[1]"})
    assert len(stored(database, trip_id)) == 1


def test_an_edit_against_an_old_version_is_told_the_current_one(duo: Trio) -> None:
    ana, ben, trip_id = duo
    comment = say(ben, trip_id)
    first = act(ben, "edit", trip_id, comment, text="One", version=1)
    assert act(ben, "edit", trip_id, comment, text="One", version=1) == first
    late = refusal(lambda: act(ben, "edit", trip_id, comment, text="Two", version=1))
    assert (late.status, late.reason) == ("ABORTED", "VERSION_MISMATCH")
    assert (late.details["metadata"]["version"], late.details["metadata"]["text"]) == (2, "One")
    assert refusal(lambda: act(ana, "edit", trip_id, comment, text="Mine", version=2)).reason == "NOT_YOURS"


def test_a_deleted_comment_stays_as_a_tombstone_until_its_last_reply_goes(duo: Trio, database: Client) -> None:
    ana, ben, trip_id = duo
    first = say(ana, trip_id)
    answers = [reply(ben, trip_id, first), reply(ana, trip_id, first)]
    assert refusal(lambda: act(ben, "delete", trip_id, first)).reason == "NOT_YOURS"
    assert act(ana, "delete", trip_id, first)["tombstone"] is True
    gone = stored(database, trip_id)[first["commentId"]]
    assert (gone["text"], gone["deletedAt"] is not None) == ("", True)
    assert refusal(lambda: act(ana, "edit", trip_id, first, text="x", version=2)).reason == "COMMENT_DELETED"
    assert act(ana, "delete", trip_id, answers[0])["tombstone"] is False
    assert len(stored(database, trip_id)) == 2
    act(ana, "delete", trip_id, answers[1])
    assert stored(database, trip_id) == {}
    assert refusal(lambda: act(ana, "delete", trip_id, first)).reason == "COMMENT_NOT_FOUND"


def test_a_reply_at_the_moment_of_deletion_keeps_its_thread_or_is_refused(duo: Trio, database: Client) -> None:
    ana, ben, trip_id = duo
    for _ in range(3):
        first = say(ana, trip_id)

        def answer(to: Any = first) -> bool:
            try:
                reply(ben, trip_id, to)
            except CallError as refused:
                assert refused.reason == "COMMENT_NOT_FOUND"
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            replied = pool.submit(answer)
            deleted = pool.submit(act, ana, "delete", trip_id, first)
            assert deleted.result()["tombstone"] == replied.result()
        assert (first["commentId"] in stored(database, trip_id)) == replied.result()


def test_who_may_not_and_what_makes_no_sense(duo: Trio, person: People) -> None:
    ana, ben, trip_id = duo
    vic, stranger = person("Vic"), person("Olga")
    vic.call("trips-join", token=ana.call("trips-invite", tripId=trip_id, role="viewer")["token"])
    for session, fields, reason in [
        (vic, {}, "ROLE_TOO_LOW"),
        (stranger, {}, "TRIP_NOT_FOUND"),
        (stranger, {"on": "trip"}, "TRIP_NOT_FOUND"),
        (ben, {"on": "stop", "targetId": "s9"}, "STOP_NOT_FOUND"),
        (ben, {"on": "day", "targetId": "s1"}, "DAY_NOT_FOUND"),
        (ben, {"replyTo": "none"}, "COMMENT_NOT_FOUND"),
        (ben, {"text": " "}, "INVALID_REQUEST"),
        (ben, {"text": "x" * 2001}, "INVALID_REQUEST"),
        (ben, {"on": "trip", "targetId": "s1"}, "INVALID_REQUEST"),
        (ben, {"on": "day"}, "INVALID_REQUEST"),
        (ben, {"replyTo": "none", "on": "trip"}, "INVALID_REQUEST"),
        (ben, {"mentions": ["x"] * 21}, "INVALID_REQUEST"),
    ]:
        assert refusal(lambda s=session, f=fields: say(s, trip_id, **f)).reason == reason

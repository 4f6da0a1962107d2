"""Administrators: the first by a script, the others by each other, and always one."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from google.cloud.firestore import Client, FieldFilter

from clients.python.session import CallError, Session
from deploy import first_admin
from tests.support.refusals import refusal
from tests.support.waiting import eventually

People = Callable[..., Session]


@pytest.fixture(autouse=True)
def no_admins(database: Client) -> Iterator[None]:
    """Other tests of this process share the deployment, and have administrators of their own."""
    theirs = {found.id: found.to_dict() or {} for found in database.collection("admins").stream()}
    for found in database.collection("admins").stream():
        found.reference.delete()
    yield
    for found in database.collection("admins").stream():
        found.reference.delete()
    for uid, record in theirs.items():
        database.collection("admins").document(uid).set(record)


def recorded(database: Client) -> set[str]:
    return {found.id for found in database.collection("admins").stream()}


def renewed(session: Session) -> Session:
    """The session with a token that tells the account's present claims."""
    session.renew()
    return session


def first(person: People) -> Session:
    ana = person("Ana")
    email = ana.call("auth-session")["email"]
    assert first_admin.main([email]) == 0
    return renewed(ana)


def test_the_first_is_appointed_by_a_script_and_only_the_first(
    person: People, database: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    ben = person("Ben")
    email = ben.call("auth-session")["email"]
    assert refusal(lambda: ben.call("admin-set-claims", uid=ben.uid, admin=True)).reason == "ADMIN_ONLY"
    ana = first(person)
    assert first_admin.main([email]) == 1
    assert first_admin.main(["nobody@example.com"]) == 1
    assert "administrator" in capsys.readouterr().err
    assert recorded(database) == {ana.uid}


def test_admins_make_each_other_and_every_change_is_audited(person: People, database: Client) -> None:
    ana, ben = first(person), person("Ben")
    for _ in range(2):
        assert ana.call("admin-set-claims", uid=ben.uid, admin=True) == {"uid": ben.uid, "admin": True}
    renewed(ben).call("admin-set-claims", uid=ana.uid, admin=False)
    refused = refusal(lambda: ana.call("admin-set-claims", uid=ana.uid, admin=True))
    assert refused.reason in ("TOKEN_REVOKED", "ADMIN_ONLY")
    trail = database.collection("audit").where(filter=FieldFilter("uid", "in", [ana.uid, ben.uid])).stream()
    entries = sorted((entry.to_dict() or {} for entry in trail), key=lambda entry: entry["at"])
    assert [(entry["type"], entry["actor"], entry["uid"]) for entry in entries] == [
        ("admin.granted.v1", ana.uid, ana.uid),
        ("admin.granted.v1", ana.uid, ben.uid),
        ("admin.revoked.v1", ben.uid, ana.uid),
    ]


def test_who_is_none_any_more_is_signed_out_everywhere(person: People) -> None:
    ana, ben = first(person), person("Ben")
    ana.call("admin-set-claims", uid=ben.uid, admin=True)
    renewed(ben)
    issued = int(time.time())
    # Tokens and revocations count in whole seconds.
    eventually(lambda: int(time.time()) > issued)
    ana.call("admin-set-claims", uid=ben.uid, admin=False)
    assert refusal(lambda: ben.call("users-get")).reason == "TOKEN_REVOKED"


def test_the_last_one_stays(person: People, database: Client) -> None:
    ana = first(person)
    last = refusal(lambda: ana.call("admin-set-claims", uid=ana.uid, admin=False))
    assert (last.status, last.reason) == ("FAILED_PRECONDITION", "LAST_ADMIN")
    assert refusal(lambda: ana.call("admin-set-claims", uid="nobody", admin=True)).reason == "USER_NOT_FOUND"
    assert recorded(database) == {ana.uid}


def test_two_who_remove_each_other_leave_one(person: People, database: Client) -> None:
    ana, ben = first(person), person("Ben")
    ana.call("admin-set-claims", uid=ben.uid, admin=True)
    renewed(ben)

    def remove(by: Session, uid: str) -> str:
        try:
            by.call("admin-set-claims", uid=uid, admin=False)
        except CallError as refused:
            return refused.reason
        return "done"

    with ThreadPoolExecutor(2) as pool:
        outcomes = [pool.submit(remove, ana, ben.uid), pool.submit(remove, ben, ana.uid)]
    assert [one.result() for one in outcomes].count("done") == 1
    assert len(eventually(lambda: recorded(database))) == 1

"""Members, invitations and who may change them, through real HTTP."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from google.cloud.firestore import Client

from clients.python.session import Session
from emulator.testing import LocalCloud
from tests.support.people import make_trip
from tests.support.refusals import outcome, refusal

People = Callable[..., Session]


def at_once(*calls: Callable[[], str]) -> list[str]:
    with ThreadPoolExecutor(len(calls)) as pool:
        return [one.result() for one in [pool.submit(call) for call in calls]]


def belonging(database: Client, trip_id: str) -> dict[str, str]:
    """Who has which role, after checking that everything says the same and that there is exactly one owner."""
    trip = database.document("trips", trip_id).get()
    roles: dict[str, str] = trip.get("roles")
    documents = {member.id: member.get("role") for member in trip.reference.collection("members").stream()}
    assert documents == roles
    assert sorted(trip.get("members")) == sorted(roles)
    assert sorted(shelf.partition(":")[2] for shelf in trip.get("shelves")) == sorted(roles)
    assert list(roles.values()).count("owner") == 1
    return roles


def audit_of(database: Client, trip_id: str) -> list[str]:
    found = database.collection("trips", trip_id, "audit").order_by("at").stream()
    return [entry.get("type").removeprefix("trip.").removesuffix(".v1") for entry in found]


def test_members_change_roles_leave_and_are_removed(person: People, database: Client) -> None:
    ana, ben, eve = person("Ana"), person("Ben"), person("Eve")
    trip_id = make_trip(ana, (ben, "editor"), (eve, "viewer"))
    changed = ana.call("trips-member-role", tripId=trip_id, uid=eve.uid, role="voter")
    assert changed == {"tripId": trip_id, "uid": eve.uid, "role": "voter"}
    assert belonging(database, trip_id) == {ana.uid: "owner", ben.uid: "editor", eve.uid: "voter"}
    ana.call("trips-member-role", tripId=trip_id, uid=eve.uid, role="voter")
    assert ana.call("trips-member-remove", tripId=trip_id, uid=eve.uid)["role"] is None
    assert refusal(lambda: eve.call("trips-get", tripId=trip_id)).reason == "TRIP_NOT_FOUND"
    ben.call("trips-leave", tripId=trip_id)
    assert belonging(database, trip_id) == {ana.uid: "owner"}
    assert audit_of(database, trip_id) == [
        *("created", "link_made", "member_joined", "link_made", "member_joined"),
        *("member_role_changed", "member_removed", "member_left"),
    ]


def test_whatever_changes_who_may_see_a_trip_is_in_its_audit_log(person: People, database: Client) -> None:
    ana, ben, eve = person("Ana"), person("Ben"), person("Eve")
    trip = {"tripId": make_trip(ana, (ben, "editor"))}
    guest = ana.call("trips-add-guest", name="Rosa", **trip)["guestId"]
    mail = ana.call("trips-invite-email", email=eve.call("auth-session")["email"], **trip)["invitationId"]
    eve.call("auth-session")
    late = ana.call("trips-invite-email", email="zoe@example.com", **trip)["invitationId"]
    ana.call("trips-invitation-revoke", invitationId=late, **trip)
    ana.call("trips-claim-guest", guestId=guest, uid=eve.uid, **trip)
    ana.call("trips-publish", sections=["plan"], **trip)
    ana.call("trips-unpublish", **trip)
    eve.call("trips-calendar", **trip)
    eve.call("trips-calendar-revoke", **trip)
    eve.call("trips-leave", **trip)
    ana.call("trips-hand-over", uid=ben.uid, **trip)
    ben.call("trips-delete", **trip)
    ben.call("trips-restore", **trip)
    ben.call("trips-member-role", uid=ana.uid, role="voter", **trip)
    found = database.collection("trips", trip["tripId"], "audit").order_by("at").stream()
    log = [(one.get("type").split(".")[1], one.get("actor"), one.get("data")) for one in found]
    assert [(kind, actor) for kind, actor, _ in log] == [
        *(("created", ana.uid), ("link_made", ana.uid), ("member_joined", ben.uid)),
        *(("invited", ana.uid), ("member_joined", eve.uid), ("invited", ana.uid), ("invitation_revoked", ana.uid)),
        *(("guest_claimed", ana.uid), ("published", ana.uid), ("unpublished", ana.uid)),
        *(("calendar_made", eve.uid), ("calendar_revoked", eve.uid), ("member_left", eve.uid)),
        *(("handed_over", ana.uid), ("deleted", ben.uid), ("restored", ben.uid), ("member_role_changed", ben.uid)),
    ]
    # Who came by which invitation, and what somebody was before.
    assert log[3][2]["invitation"] == log[4][2]["invitation"] == mail
    assert {"uid": ana.uid, "before": "editor", "role": "voter"}.items() <= log[-1][2].items()


def test_who_was_removed_comes_back_by_a_new_invitation_only(person: People) -> None:
    ana, ben = person("Ana"), person("Ben")
    trip_id = make_trip(ana)
    link = ana.call("trips-invite", tripId=trip_id)["token"]
    ben.call("trips-join", token=link)
    ben.call("trips-leave", tripId=trip_id)
    assert ben.call("trips-join", token=link)["joined"], "who left may change their mind"
    ana.call("trips-member-remove", tripId=trip_id, uid=ben.uid)
    assert outcome(ben, "trips-join", token=link) == "REMOVED_FROM_TRIP"
    address = ben.call("auth-session")["email"]
    ana.call("trips-invite-email", tripId=trip_id, email=address)
    assert ben.call("auth-session")["joinedTrips"] == [trip_id]
    ana.call("trips-member-remove", tripId=trip_id, uid=ben.uid)
    again = ana.call("trips-invite", tripId=trip_id)["token"]
    assert ben.call("trips-join", token=again)["joined"]


def test_the_owner_stays_until_the_trip_is_handed_over(person: People, database: Client) -> None:
    ana, ben = person("Ana"), person("Ben")
    trip_id = make_trip(ana, (ben, "viewer"))
    for function, data in [
        ("trips-leave", {}),
        ("trips-member-remove", {"uid": ana.uid}),
        ("trips-member-role", {"uid": ana.uid, "role": "viewer"}),
    ]:
        refused = refusal(lambda function=function, data=data: ana.call(function, tripId=trip_id, **data))
        assert (refused.status, refused.reason) == ("FAILED_PRECONDITION", "LAST_OWNER")
    assert refusal(lambda: ana.call("trips-hand-over", tripId=trip_id, uid=ana.uid)).reason == "ALREADY_OWNER"
    ana.call("trips-hand-over", tripId=trip_id, uid=ben.uid)
    assert belonging(database, trip_id) == {ana.uid: "editor", ben.uid: "owner"}
    assert outcome(ana, "trips-delete", tripId=trip_id) == "ROLE_TOO_LOW"
    ana.call("trips-leave", tripId=trip_id)
    assert belonging(database, trip_id) == {ben.uid: "owner"}


@pytest.mark.parametrize("function", ["trips-member-remove", "trips-member-role", "trips-hand-over"])
def test_who_is_no_member_is_named(person: People, function: str) -> None:
    ana, eve = person("Ana"), person("Eve")
    trip_id = make_trip(ana)
    role = {"role": "viewer"} if function == "trips-member-role" else {}
    refused = refusal(lambda: ana.call(function, tripId=trip_id, uid=eve.uid, **role))
    assert (refused.status, refused.reason) == ("NOT_FOUND", "MEMBER_NOT_FOUND")
    for uid in ("", "a/b", "..", "__x__", "x" * 129):
        refused = refusal(lambda uid=uid: ana.call(function, tripId=trip_id, uid=uid, **role))
        assert [violation["field"] for violation in refused.details["fieldViolations"]] == ["uid"]


@pytest.mark.parametrize(
    ("function", "data"),
    [
        ("trips-invite-email", {"email": "x@example.com"}),
        ("trips-invitations", {}),
        ("trips-invitation-revoke", {"invitationId": "0" * 64}),
        ("trips-member-role", {"uid": "somebody", "role": "viewer"}),
        ("trips-member-remove", {"uid": "somebody"}),
        ("trips-hand-over", {"uid": "somebody"}),
        ("trips-publish", {"sections": ["plan"]}),
        ("trips-unpublish", {}),
    ],
)
def test_only_the_owner_decides_who_sees_a_trip(person: People, function: str, data: dict[str, Any]) -> None:
    ana, ben, eve = person("Ana"), person("Ben"), person("Eve")
    trip_id = make_trip(ana, (ben, "editor"))
    assert outcome(ben, function, tripId=trip_id, **data) == "ROLE_TOO_LOW"
    assert outcome(eve, function, tripId=trip_id, **data) == "TRIP_NOT_FOUND"


def test_two_hand_overs_at_once_leave_one_owner(person: People, database: Client) -> None:
    ana, ben, eve = person("Ana"), person("Ben"), person("Eve")
    trip_id = make_trip(ana, (ben, "editor"), (eve, "viewer"))
    outcomes = at_once(
        lambda: outcome(ana, "trips-hand-over", tripId=trip_id, uid=ben.uid),
        lambda: outcome(ana, "trips-hand-over", tripId=trip_id, uid=eve.uid),
    )
    assert sorted(outcomes) == ["ROLE_TOO_LOW", "done"]
    heir = ben if outcomes[0] == "done" else eve
    assert belonging(database, trip_id)[heir.uid] == "owner"


def test_a_leave_racing_a_removal_happens_once(person: People, database: Client) -> None:
    ana, ben = person("Ana"), person("Ben")
    trip_id = make_trip(ana, (ben, "editor"))
    left, removed = at_once(
        lambda: outcome(ben, "trips-leave", tripId=trip_id),
        lambda: outcome(ana, "trips-member-remove", tripId=trip_id, uid=ben.uid),
    )
    assert (left, removed) in [("done", "MEMBER_NOT_FOUND"), ("TRIP_NOT_FOUND", "done")]
    assert belonging(database, trip_id) == {ana.uid: "owner"}
    gone = [entry for entry in audit_of(database, trip_id) if entry in ("member_left", "member_removed")]
    assert len(gone) == 1


def test_a_hand_over_racing_the_heirs_leave_keeps_an_owner(person: People, database: Client) -> None:
    ana, ben = person("Ana"), person("Ben")
    trip_id = make_trip(ana, (ben, "editor"))
    handed, left = at_once(
        lambda: outcome(ana, "trips-hand-over", tripId=trip_id, uid=ben.uid),
        lambda: outcome(ben, "trips-leave", tripId=trip_id),
    )
    assert (handed, left) in [("done", "LAST_OWNER"), ("MEMBER_NOT_FOUND", "done")]
    assert len(belonging(database, trip_id)) == (2 if handed == "done" else 1)


def test_joins_racing_a_revocation_count_and_end(person: People, database: Client) -> None:
    ana = person("Ana")
    guests = [person(f"Guest{number}") for number in range(6)]
    trip_id = make_trip(ana)
    token = ana.call("trips-invite", tripId=trip_id)["token"]
    (link,) = ana.call("trips-invitations", tripId=trip_id)["invitations"]
    key = link["invitationId"]
    *joined, revoked = at_once(
        *(lambda guest=guest: outcome(guest, "trips-join", token=token) for guest in guests[:5]),
        lambda: outcome(ana, "trips-invitation-revoke", tripId=trip_id, invitationId=key),
    )
    assert revoked == "done" and set(joined) <= {"done", "INVITATION_NOT_FOUND"}
    members = belonging(database, trip_id)
    assert [guest.uid in members for guest in guests[:5]] == [told == "done" for told in joined]
    assert database.document("invitations", key).get().get("uses") == joined.count("done")
    assert outcome(guests[5], "trips-join", token=token) == "INVITATION_NOT_FOUND"


def test_everything_at_once_leaves_one_owner_and_one_truth(person: People, database: Client) -> None:
    ana, ben, eve, zoe = person("Ana"), person("Ben"), person("Eve"), person("Zoe")
    trip_id = make_trip(ana, (ben, "editor"), (eve, "voter"))
    token = ana.call("trips-invite", tripId=trip_id)["token"]
    at_once(
        lambda: outcome(ana, "trips-hand-over", tripId=trip_id, uid=ben.uid),
        lambda: outcome(ana, "trips-member-remove", tripId=trip_id, uid=eve.uid),
        lambda: outcome(ben, "trips-leave", tripId=trip_id),
        lambda: outcome(eve, "trips-archive", tripId=trip_id),
        lambda: outcome(zoe, "trips-join", token=token),
        lambda: outcome(ben, "trips-update", tripId=trip_id, version=3, name="Another"),
        lambda: outcome(ana, "trips-member-role", tripId=trip_id, uid=eve.uid, role="editor"),
        lambda: outcome(ben, "trips-hand-over", tripId=trip_id, uid=ana.uid),
    )
    assert zoe.uid in belonging(database, trip_id)


def test_links_are_listed_without_their_token_and_revoked(person: People) -> None:
    ana, ben, eve = person("Ana"), person("Ben"), person("Eve")
    trip_id, other = make_trip(ana), make_trip(ana)
    token = ana.call("trips-invite", tripId=trip_id, role="voter", maxUses=3)["token"]
    ben.call("trips-join", token=token)
    (listed,) = ana.call("trips-invitations", tripId=trip_id)["invitations"]
    assert (listed["kind"], listed["role"], listed["uses"], listed["maxUses"]) == ("link", "voter", 1, 3)
    assert token not in str(listed)
    elsewhere = {"tripId": other, "invitationId": listed["invitationId"]}
    assert outcome(ana, "trips-invitation-revoke", **elsewhere) == "INVITATION_NOT_FOUND"
    for _ in range(2):
        ana.call("trips-invitation-revoke", tripId=trip_id, invitationId=listed["invitationId"])
    assert ana.call("trips-invitations", tripId=trip_id)["invitations"] == []
    assert outcome(eve, "trips-join", token=token) == "INVITATION_NOT_FOUND"
    assert ben.call("trips-get", tripId=trip_id)["role"] == "voter"


def test_an_invitation_by_address_is_listed_by_a_hint_and_renewed(person: People, database: Client) -> None:
    ana = person("Ana")
    trip_id = make_trip(ana)
    first = ana.call("trips-invite-email", tripId=trip_id, email="Zoe.Smith@Example.COM", role="voter")
    again = ana.call("trips-invite-email", tripId=trip_id, email=" zoe.smith@example.com ", role="editor")
    assert (first["invitationId"], first["hint"], first["kind"]) == (again["invitationId"], "z…@example.com", "email")
    (listed,) = ana.call("trips-invitations", tripId=trip_id)["invitations"]
    assert listed == again
    stored = str(database.document("invitations", first["invitationId"]).get().to_dict())
    audit = str([entry.to_dict() for entry in database.collection("trips", trip_id, "audit").stream()])
    assert "smith" not in (stored + audit).lower()
    assert ("@" in audit, first["invitationId"] in audit) == (False, True)
    for wrong in (
        "zoe",
        "zoe@",
        "@example.com",
        "a b@example.com",
        "zoe@localhost",
        f"zoe@{'x' * 70}.com",
        "a@b@c.de\n",
    ):
        refused = refusal(lambda wrong=wrong: ana.call("trips-invite-email", tripId=trip_id, email=wrong))
        assert [violation["field"] for violation in refused.details["fieldViolations"]] == ["email"], wrong


def test_clients_read_neither_the_audit_log_nor_invitations(
    person: People, cloud: LocalCloud, database: Client
) -> None:
    ana = person("Ana")
    trip_id = make_trip(ana)
    ana.call("trips-invite-email", tripId=trip_id, email="zoe@example.com")
    ana.call("trips-publish", tripId=trip_id, sections=["plan"])
    host = cloud.environment()["FIRESTORE_EMULATOR_HOST"]
    documents = f"http://{host}/v1/projects/{cloud.project}/databases/(default)/documents"
    headers = {"Authorization": f"Bearer {ana.id_token()}"}
    answers = {
        path: httpx.get(f"{documents}/{path}", headers=headers).status_code
        for path in (
            f"trips/{trip_id}/members",
            f"trips/{trip_id}/audit",
            f"trips/{trip_id}/moves",
            "invitations",
            "publicPages",
        )
    }
    assert list(answers.values()) == [200, 403, 403, 403, 403]


def test_who_may_not_join_any_more_is_not_listed(person: People, database: Client) -> None:
    ana, ben = person("Ana"), person("Ben")
    trip_id = make_trip(ana, (ben, "editor"))
    used_up = ana.call("trips-invite", tripId=trip_id, maxUses=1)["token"]
    person("Eve").call("trips-join", token=used_up)
    late = ana.call("trips-invite-email", tripId=trip_id, email="late@example.com")["invitationId"]
    database.document("invitations", late).update({"expiresAt": datetime.now(UTC) - timedelta(seconds=1)})
    assert [one["uses"] for one in ana.call("trips-invitations", tripId=trip_id)["invitations"]] == [1]

"""Decisions about polls that need no network."""

from datetime import UTC, datetime

import pytest

from shared.polls import rules
from shared.polls.models import Ballot, Kind, Option, Poll, Quorum
from shared.runtime.caller import Role

NOW = datetime(2027, 1, 1, tzinfo=UTC)


def poll(**fields: object) -> Poll:
    options = tuple(Option(option_id=f"o{index}", text=f"{index}", op="[]") for index in range(2))
    plain = {"title": "?", "kind": Kind.SINGLE, "options": options, "by": "ben", "fingerprint": ""}
    return Poll(**{**plain, "created_at": NOW, "updated_at": NOW, **fields})


@pytest.mark.parametrize(
    ("quorum", "counted", "voters", "met"),
    [
        (None, 0, 5, False),
        (None, 1, 5, True),
        (Quorum(count=3), 2, 5, False),
        (Quorum(count=3), 3, 5, True),
        (Quorum(percent=50), 1, 2, True),
        (Quorum(percent=51), 1, 2, False),
        (Quorum(percent=34), 1, 3, False),
        (Quorum(percent=100), 3, 3, True),
    ],
)
def test_quorum(quorum: Quorum | None, counted: int, voters: int, met: bool) -> None:
    assert rules.quorum_met(quorum, counted, voters) is met


@pytest.mark.parametrize(
    ("roles", "closer", "author"),
    [
        ({"ana": "owner", "ben": "editor", "eva": "editor"}, "eva", "ben"),
        ({"ana": "owner", "ben": "voter", "eva": "editor"}, "eva", "eva"),
        ({"ana": "owner", "eva": "viewer"}, "eva", "ana"),
        ({"ana": "owner"}, None, "ana"),
    ],
)
def test_the_outcome_is_an_edit_of_somebody_who_may_edit(
    roles: dict[str, str], closer: str | None, author: str
) -> None:
    members = {uid: Role(role) for uid, role in roles.items()}
    closed = rules.close(poll(), members, {"ana": Ballot(choices=("o1",), at=NOW)}, closer, NOW)
    assert closed.apply_by == author
    assert closed.pending is not None and closed.pending.option_id == "o1"


def test_settled_once_it_stays_as_it_is() -> None:
    closed = rules.close(poll(), {"ana": Role.OWNER}, {"ana": Ballot(choices=("o1",), at=NOW)}, None, NOW)
    applied = rules.applied(closed, 7, NOW)
    assert applied.pending is None and applied.due_at is None
    assert rules.not_applied(applied, "LATE", NOW) == rules.applied(applied, 8, NOW) == applied
    failed = rules.not_applied(closed, "ROLE_TOO_LOW", NOW)
    assert failed.pending is None and failed.due_at is None
    late = rules.applied(failed, 7, NOW)
    assert (late.applied_version, late.apply_error) == (7, None)

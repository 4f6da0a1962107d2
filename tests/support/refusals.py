"""What a call that may be refused comes to."""

from collections.abc import Callable

import pytest

from clients.python.session import CallError, Session


def refusal(call: Callable[[], object]) -> CallError:
    """How a call is refused. It fails the test if it is not."""
    with pytest.raises(CallError) as refused:
        call()
    return refused.value


def outcome(session: Session, function: str, **data: object) -> str:
    """ "done", or the reason of the refusal."""
    try:
        session.call(function, **data)
    except CallError as refused:
        return refused.reason
    return "done"

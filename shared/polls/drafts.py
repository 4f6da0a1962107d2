"""From a request to a new poll, without I/O."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from shared.documents import compact
from shared.plan.limits import MAX_OP_BYTES
from shared.polls.models import Kind, Method, Option, Poll, Quorum, Source
from shared.polls.requests import CreatePollRequest, OptionInput
from shared.runtime.errors import InvalidArgument

MAX_AHEAD = timedelta(days=365)
MAX_RUNOFF_OPTIONS = 10
"""An instant run-off follows every way to break a tie: up to 2^options of them."""


def draft(request: CreatePollRequest, by: str, now: datetime, source: Source = "person") -> Poll:
    """A new poll, whose options do nothing to the plan yet. Raises InvalidArgument (POLL_INVALID), naming the field."""
    method = _method(request)
    if request.deadline is not None and not now < request.deadline <= now + MAX_AHEAD:
        raise _bad("deadline", f"must be in the future, at most {MAX_AHEAD.days} days ahead")
    if request.quorum is not None and (request.quorum.count is None) == (request.quorum.percent is None):
        raise _bad("quorum", "needs either count or percent")
    return Poll(
        title=request.title,
        kind=request.kind,
        method=method,
        options=_options(request),
        quorum=Quorum(**request.quorum.model_dump()) if request.quorum else None,
        deadline=request.deadline,
        by=by,
        source=source,
        fingerprint=fingerprint(request),
        created_at=now,
        updated_at=now,
        due_at=request.deadline,
    )


def fingerprint(request: CreatePollRequest) -> str:
    """Tells a resend from another request under the same `requestId`."""
    return hashlib.sha256(request.model_dump_json().encode()).hexdigest()


def check_size(ops: Sequence[object]) -> None:
    """Raises InvalidArgument (OP_TOO_LARGE) if the options' operations together do not fit into one document."""
    size = sum(len(compact(op).encode()) for op in ops)
    if size > MAX_OP_BYTES:
        raise InvalidArgument(
            f"The options' operations have {size} bytes together; at most {MAX_OP_BYTES} are allowed",
            reason="OP_TOO_LARGE",
            metadata={"field": "options", "limit": MAX_OP_BYTES, "actual": size},
        )


def _method(request: CreatePollRequest) -> Method | None:
    if request.kind != Kind.RANKED:
        if request.method is not None:
            raise _bad("method", "is for ranked polls")
        return None
    if request.method == Method.INSTANT_RUNOFF and len(request.options) > MAX_RUNOFF_OPTIONS:
        raise _bad("options", f"an instant run-off takes at most {MAX_RUNOFF_OPTIONS}; schulze takes more")
    return request.method or Method.SCHULZE


def _options(request: CreatePollRequest) -> tuple[Option, ...]:
    made: list[Option] = []
    for index, wanted in enumerate(request.options):
        where = f"options[{index}]"
        if request.kind == Kind.DATES:
            text = _range(wanted, where)
        elif wanted.start or wanted.end:
            raise _bad(f"{where}.start", "dates are for polls about dates")
        elif wanted.text is None:
            raise _bad(f"{where}.text", "is missing")
        else:
            text = wanted.text
        option = Option(
            option_id=f"o{index}",
            text=text,
            start=wanted.start.isoformat() if wanted.start else None,
            end=wanted.end.isoformat() if wanted.end else None,
        )
        if any((known.text, known.start, known.end) == (option.text, option.start, option.end) for known in made):
            raise _bad(where, "is there twice")
        if wanted.ops is not None and request.base is None:
            raise _bad("base", "says which version of the plan the ops were made against; it is missing")
        made.append(option)
    return tuple(made)


def _range(wanted: OptionInput, where: str) -> str:
    if wanted.start is None or wanted.end is None:
        raise _bad(f"{where}.start", "a range of dates needs start and end")
    if wanted.end < wanted.start:
        raise _bad(f"{where}.end", "is before start")
    return wanted.text or (f"{wanted.start} – {wanted.end}" if wanted.end > wanted.start else f"{wanted.start}")


def _bad(field: str, what: str) -> InvalidArgument:
    return InvalidArgument(f"{field}: {what}", reason="POLL_INVALID", metadata={"field": field})

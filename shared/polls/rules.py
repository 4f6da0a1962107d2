"""Decisions about polls, without I/O: who may vote and close, what a ballot may say, where a poll stands."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from shared.polls import tally
from shared.polls.models import Answer, Ballot, Kind, Method, OptionCount, Poll, PollState, Quorum, Result, Round
from shared.runtime.caller import Role
from shared.runtime.errors import FailedPrecondition, InvalidArgument, PermissionDenied

APPLY_WITHIN = timedelta(seconds=60)
"""Whoever closed a poll has this long to apply the winner before the sweep does it."""


def entitled(roles: Mapping[str, Role]) -> list[str]:
    """Who may vote."""
    return sorted(uid for uid, role in roles.items() if Role(role).at_least(Role.VOTER))


def check_open(poll: Poll, now: datetime) -> None:
    """Raises FailedPrecondition (POLL_CLOSED) once a poll is closed or its deadline is past."""
    if poll.state == PollState.CLOSED or (poll.deadline is not None and poll.deadline <= now):
        raise FailedPrecondition("This poll is closed", reason="POLL_CLOSED")


def check_may_close(poll: Poll, uid: str, role: Role) -> None:
    """Raises PermissionDenied unless it is the poll's maker or an editor."""
    if uid != poll.by and not role.at_least(Role.EDITOR):
        raise PermissionDenied(
            "A poll is closed by whoever made it, or by an editor",
            reason="ROLE_TOO_LOW",
            metadata={"needed": Role.EDITOR.value, "actual": role.value},
        )


def ballot(poll: Poll, choices: Sequence[str] | None, answers: Mapping[str, Answer] | None, now: datetime) -> Ballot:
    """A ballot, if the poll is open and it fits its kind. Raises FailedPrecondition or InvalidArgument."""
    check_open(poll, now)
    if poll.kind == Kind.DATES:
        if answers is None or choices is not None:
            raise _bad("answers", "a poll about dates takes answers, and no choices")
        for option_id in answers:
            _check_option(poll, option_id, f"answers.{option_id}")
        return Ballot(answers=dict(answers), at=now)
    if choices is None or answers is not None:
        raise _bad("choices", f"a poll of the kind {poll.kind} takes choices, and no answers")
    for index, option_id in enumerate(choices):
        _check_option(poll, option_id, f"choices[{index}]")
        if option_id in choices[:index]:
            raise _bad(f"choices[{index}]", f"{option_id} is chosen twice")
    if poll.kind == Kind.SINGLE and len(choices) != 1:
        raise _bad("choices", "this poll takes exactly one choice")
    if poll.kind == Kind.RANKED and not choices:
        raise _bad("choices", "a ranking names at least one option")
    return Ballot(choices=tuple(choices), at=now)


def standing(poll: Poll, roles: Mapping[str, Role], ballots: Mapping[str, Ballot]) -> Result:
    """Where the poll stands, counting the ballots of those who may vote now."""
    voters = entitled(roles)
    counted = [ballots[uid] for uid in voters if uid in ballots]
    winners, options, rounds = _count(poll, counted)
    met = quorum_met(poll.quorum, len(counted), len(voters))
    winners = winners if met else ()
    return Result(
        winners=winners,
        tie=len(winners) > 1,
        quorum_met=met,
        counted=len(counted),
        entitled=len(voters),
        waiting=tuple(uid for uid in voters if uid not in ballots),
        options=options,
        rounds=rounds,
    )


def quorum_met(quorum: Quorum | None, counted: int, voters: int) -> bool:
    """Whether enough have voted; without a quorum one ballot is enough."""
    if quorum is None:
        return counted > 0
    return counted >= (quorum.count or 0) and counted * 100 >= (quorum.percent or 0) * voters


def close(poll: Poll, roles: Mapping[str, Role], ballots: Mapping[str, Ballot], by: str | None, now: datetime) -> Poll:
    """An open poll, closed by somebody or (None) by its deadline, with its result and who applies it, if anybody."""
    result = standing(poll, roles, ballots)
    decided = [option for option in poll.options if (option.option_id,) == result.winners and option.op is not None]
    return _changed(
        poll,
        now,
        state=PollState.CLOSED,
        closed_at=now,
        closed_by=by,
        result=result,
        apply_by=_author(poll, roles, by) if decided else None,
        due_at=now + APPLY_WITHIN if decided else None,
    )


def applied(poll: Poll, plan_version: int, now: datetime) -> Poll:
    """The poll with its winner applied, whoever else failed to; unchanged if somebody else has done it."""
    if poll.applied_version is not None:
        return poll
    return _changed(poll, now, applied_version=plan_version, apply_error=None, due_at=None)


def not_applied(poll: Poll, reason: str, now: datetime) -> Poll:
    """The poll whose winner cannot be applied; unchanged if somebody else has settled it."""
    return _changed(poll, now, apply_error=reason, due_at=None) if poll.pending else poll


def postponed(poll: Poll, now: datetime, delay: timedelta) -> Poll:
    """The poll, for the sweep to look at later."""
    return _changed(poll, now, due_at=now + delay) if poll.due_at else poll


def _author(poll: Poll, roles: Mapping[str, Role], closer: str | None) -> str:
    """Whose edit the outcome is: the maker's, else the closer's, else an owner's; whoever of them may edit now."""
    owners = sorted(uid for uid, role in roles.items() if role == Role.OWNER)
    candidates = [poll.by, *([closer] if closer else []), *owners]
    return next((uid for uid in candidates if uid in roles and Role(roles[uid]).at_least(Role.EDITOR)), poll.by)


def _count(poll: Poll, ballots: Sequence[Ballot]) -> tuple[tuple[str, ...], tuple[OptionCount, ...], tuple[Round, ...]]:
    ids = poll.option_ids
    choices = [ballot.choices for ballot in ballots]
    if poll.kind == Kind.DATES:
        dates = tally.availability(ids, [ballot.answers for ballot in ballots])
        counts = [
            OptionCount(
                option_id=option_id,
                votes=tally.able(found),
                yes=found[Answer.YES],
                if_need_be=found[Answer.IF_NEED_BE],
                no=found[Answer.NO],
            )
            for option_id, found in dates.items()
        ]
        return tally.best_dates(dates), tuple(counts), ()
    if poll.kind != Kind.RANKED:
        votes = tally.approvals(ids, choices)
        counts = [OptionCount(option_id=option_id, votes=number) for option_id, number in votes.items()]
        return tally.most({option_id: (number,) for option_id, number in votes.items()}), tuple(counts), ()
    first = tally.approvals(ids, [ranking[:1] for ranking in choices])
    if poll.method == Method.INSTANT_RUNOFF:
        runoff = tally.instant_runoff(ids, choices)
        counts = [OptionCount(option_id=option_id, votes=first[option_id]) for option_id in ids]
        rounds = tuple(Round(counts=found, eliminated=out) for found, out in runoff.rounds)
        return runoff.winners, tuple(counts), rounds
    winners, beats = tally.schulze(ids, choices)
    counts = [OptionCount(option_id=option_id, votes=first[option_id], beats=beats[option_id]) for option_id in ids]
    return winners, tuple(counts), ()


def _check_option(poll: Poll, option_id: str, field: str) -> None:
    if option_id not in poll.option_ids:
        raise _bad(field, f"the poll has no option {option_id!r}")


def _bad(field: str, what: str) -> InvalidArgument:
    return InvalidArgument(f"{field}: {what}", reason="BALLOT_INVALID", metadata={"field": field})


def _changed(poll: Poll, now: datetime, **fields: object) -> Poll:
    return poll.model_copy(update={**fields, "updated_at": now, "version": poll.version + 1})

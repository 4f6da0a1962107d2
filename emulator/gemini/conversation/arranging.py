"""Planning days: the optimiser does it, and the group decides."""

from __future__ import annotations

from emulator.gemini.conversation.asking import search
from emulator.gemini.conversation.looking import READ_PLAN, day_line, days_of
from emulator.gemini.conversation.turn import Call, Data, Skill, Turn
from emulator.gemini.conversation.when import read_when


def suggest(turn: Turn) -> Skill:
    """Places of a kind that is named, else a day as the optimiser would have it."""
    if turn.facts.interests or not read_when(turn.folded, turn.language).days:
        return (yield from search(turn))
    return (yield from arrange(turn))


def arrange(turn: Turn) -> Skill:
    """Plan the days that are named, or all of them."""
    when = read_when(turn.folded, turn.language)
    wanted: Data = {}
    if when.days:
        (plan,) = yield [READ_PLAN]
        if "error" in plan:
            return turn.failed(plan)
        dates = when.dates(days_of(turn, plan), turn.trip.today)
        if not dates:
            return turn.say("no_such_day")
        wanted = {"dates": [one.isoformat() for one in dates]}
    (answer,) = yield [Call("optimise", wanted)]
    if "error" in answer:
        return turn.failed(answer)
    changed = "proposalId" in answer
    said = [turn.say("arranged" if changed else "nothing_better")]
    said += [day_line(day) for day in answer.get("days", ())] if changed else []
    said += [str(one) for one in answer.get("compromises", ())]
    left_out = [f"- {one['title']}: {one['reason']}" for one in answer.get("leftOut", ())]
    return "\n".join([*said, *([turn.say("left_out"), *left_out] if left_out else [])])

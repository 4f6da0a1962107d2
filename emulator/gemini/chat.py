"""Conversation by rules: the first thing that a message asks for is done with the tools that the request declares.

Nothing is remembered between turns. A skill is run from its beginning each time, with what the tools have told since
the person spoke, until it asks for something that they have not told.
"""

from __future__ import annotations

import json
import re
from typing import Final

from emulator.gemini.conversation import cues
from emulator.gemini.conversation.arranging import arrange, suggest
from emulator.gemini.conversation.asking import budget, hours, plan, price, search, way
from emulator.gemini.conversation.changing import add, move, remove, want
from emulator.gemini.conversation.group import changes, vote, wishes
from emulator.gemini.conversation.turn import Call, Data, Skill, Turn
from emulator.gemini.gazetteer import Gazetteer
from emulator.gemini.wire import GenerateRequest

_SKILLS: Final = (
    (cues.VOTE, vote),
    (cues.CHANGES, changes),
    (cues.WISHES, wishes),
    (cues.WAY, way),
    (cues.REMOVE, remove),
    (cues.ADD, add),
    (cues.MOVE, move),
    (cues.ABILITIES, lambda turn: _say(turn, "help")),
    (cues.SUGGEST, suggest),
    (cues.ARRANGE, arrange),
    (cues.BUDGET, budget),
    (cues.PRICE, price),
    (cues.HOURS, hours),
    (cues.PLAN, plan),
    (cues.WANT, want),
    (cues.GREETING, lambda turn: _say(turn, "help")),
)
_CHANGES: Final = (cues.ADD, cues.MOVE, cues.REMOVE)
_CONVERSATION: Final = re.compile(r"<(conversation(?:-[0-9a-f]+)?)>\s*(.*?)\s*</\1>", re.DOTALL)
_SUMMARY_CHARACTERS: Final = 1_200


def next_step(request: GenerateRequest, gazetteer: Gazetteer) -> list[Call] | str | None:
    """The calls to make or what to say; None if nobody speaks in a conversation."""
    turn = Turn.of(request, gazetteer)
    if turn is None:
        return _summary(request)
    if not turn.text.strip():
        return turn.say("refused")
    return _run(turn, _skill(turn))


def _skill(turn: Turn) -> Skill:
    if sum(cue.search(turn.folded) is not None for cue in _CHANGES) > 1 and not cues.CHANGES.search(turn.folded):
        return _say(turn, "one_thing")
    for cue, skill in _SKILLS:
        if cue.search(turn.folded):
            return skill(turn)
    if cues.THANKS.search(turn.folded):
        return _say(turn, "welcome")
    somewhere = turn.gazetteer.mentions(turn.text, turn.folded) or (turn.facts.legs and turn.facts.days)
    return search(turn) if somewhere or turn.facts.interests else _say(turn, "not_understood", "help")


def _say(turn: Turn, *keys: str) -> Skill:
    yield from ()
    return " ".join(turn.say(key) for key in keys)


def _run(turn: Turn, skill: Skill) -> list[Call] | str:
    told: dict[str, list[Data]] = {}
    for call, answer in turn.told:
        told.setdefault(_key(call), []).append(answer)
    try:
        calls = next(skill)
        while True:
            missing = [call for call in calls if len(told.get(_key(call), ())) < call.attempt]
            if missing:
                skill.close()
                may = all(call.tool in turn.tools for call in missing)
                return _done(turn) or (missing if may else turn.say("cannot"))
            calls = skill.send([told[_key(call)][call.attempt - 1] for call in calls])
    except StopIteration as done:
        return str(done.value)


def _done(turn: Turn) -> str | None:
    """What to say when something was already put before the group: it is not done twice for one message."""
    for call, answer in reversed(turn.told):
        if "pollId" in answer:
            named = " / ".join(str(option) for option in answer.get("options", ()))
            return turn.say("poll_opened", question=answer.get("question", ""), options=named)
        if "proposalId" in answer:
            title = [f"- {call.args['title']}"] if call.args.get("title") else []
            return "\n".join([turn.say("proposed"), *title])
    return None


def _key(call: Call) -> str:
    return json.dumps([call.tool, call.args], sort_keys=True)


def _summary(request: GenerateRequest) -> str | None:
    """Of a conversation that is to be summarised: its last words, which is the best that rules can do."""
    texts = [part["text"] for part in request.contents[-1]["parts"] if "text" in part]
    found = _CONVERSATION.search("\n".join(texts))
    return found[2][-_SUMMARY_CHARACTERS:] if found else None

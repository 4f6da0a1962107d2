"""What concerns the people of a trip: votes, wishes, and what they have changed."""

from __future__ import annotations

from typing import Final

from emulator.gemini.conversation import cues
from emulator.gemini.conversation.looking import is_called
from emulator.gemini.conversation.naming import left, options_in, spans
from emulator.gemini.conversation.turn import Call, Data, Skill, Turn
from emulator.gemini.text import fold, phrase

_CHANGES: Final = 10
_MOST_OPTIONS: Final = 10
_ME: Final = phrase(r"i|me|my|ich|mir|meine|je|j'aime|mes|yo|me gusta|mis|io|mi piace|eu|meus|私|僕|俺")


def vote(turn: Turn) -> Skill:
    """Open a poll between what is named."""
    question, options = options_in(turn, spans(turn, cues.VOTE))
    options = list(dict.fromkeys(options))
    if not 2 <= len(options) <= _MOST_OPTIONS:
        return turn.say("poll_what")
    asked: Data = {"question": question or turn.say("poll_question"), "options": options}
    if cues.SEVERAL.search(turn.folded):
        asked["multiple"] = True
    (answer,) = yield [Call("open_poll", asked)]
    if "error" in answer:
        return turn.failed(answer)
    named = " / ".join(str(option) for option in answer.get("options", options))
    return turn.say("poll_opened", question=answer.get("question", asked["question"]), options=named)


def wishes(turn: Turn) -> Skill:
    """Who wants what: of everybody, of who is named, or about the stop that is named."""
    (told,) = yield [Call("read_wishes", {})]
    if "error" in told:
        return turn.failed(told)
    members = told.get("members", ())
    named = [one for one in members if phrase(_pattern(one["name"])).search(turn.folded)]
    named = named or [one for one in members if one.get("you") and _ME.search(turn.folded)]
    about = [] if named else left(turn, spans(turn, cues.WISHES))
    lines = [f"{one['name']}: {words}" for one in named or members if (words := _reactions(turn, one, about))]
    if not lines and named:
        return turn.say("wishes_none_of", name=", ".join(str(one["name"]) for one in named))
    said = [turn.say("wishes"), *lines] if lines else [turn.say("wishes_none")]
    kinds = ", ".join(turn.say(f"profile_{kind}") for kind in told.get("unnamed", ()))
    return "\n".join([*said, *([turn.say("wishes_profiles", kinds=kinds)] if kinds and not named else [])])


def changes(turn: Turn) -> Skill:
    """What has been changed lately, and by whom."""
    (told,) = yield [Call("read_history", {"limit": _CHANGES})]
    if "error" in told:
        return turn.failed(told)
    found = told.get("changes", ())
    by = [one for one in found if phrase(_pattern(one["by"])).search(turn.folded)]
    lines = [f"{str(one['at'])[:16].replace('T', ' ')} {one['by']}: {one['what']}" for one in by or found]
    return "\n".join([turn.say("changes"), *lines]) if lines else turn.say("changes_none")


def _reactions(turn: Turn, member: Data, about: list[str]) -> str:
    """What a member has said of the stops; only of those in `about`, if any of them is one."""
    said = [(str(one["title"]), one["reaction"]) for one in member.get("reactions", ())]
    chosen = [one for one in said if any(is_called(one[0], name) for name in about)]
    return ", ".join(f"{title} ({turn.say(f'reaction_{reaction}')})" for title, reaction in chosen or said)


def _pattern(name: str) -> str:
    """A name in a message: its first word will do. A name without letters is never found."""
    words = fold("".join(character if character.isalnum() else " " for character in name)).split()
    return words[0] if words else "(?!)"

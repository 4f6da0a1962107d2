"""What a message is about: the names that are left when the words of the request are taken away."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from emulator.gemini import lexicon
from emulator.gemini.conversation.cues import BETWEEN, JOINTS
from emulator.gemini.conversation.turn import Turn
from emulator.gemini.text import fold, pattern

Span = tuple[int, int]

_FILLERS: Final = (
    "the a an to our my your plan into in of on for from it please can could you we i us would like want be also too "
    "when what where which who does do cost costs aus heraus ins wann was kostet wer wo quand quel quelle quels "
    "quelles di dal dalla est-ce que qu cuando cual que cuesta quando quali costa custa qual long far take "
    "something etwas quelque chose algo qualcosa alguma coisa 何か"
    " as some is are there hi hello hey and or let's let lets this that trip stop place visit at with by "
    "der die das den dem des ein eine einen zu zur zum in im von bitte kannst konnen du ihr wir ich uns noch auch mal "
    "unser unsere unseren plan und oder auf nach ist es man fur besuch "
    "le la les l un une des de du d au aux a en et ou s'il vous plait te peux tu pouvez on nous je veux voudrais notre "
    "programme pour visite est "
    "el los las una unos al del por favor puedes podrias nos me y o nuestro plan para en visita es esta "
    "il lo gli i uno per favore puoi ci e nostro piano nel nella visita "
    "o os as um uma ao do da no na pode podes nosso plano para visita"
)
_PARTICLES: Final = re.compile(r"^[\s、。はがをにへでとのも]+|[\s、。！？はがをにへでとのもか]+$")
_QUOTED: Final = re.compile(r"[\"“„«「『]\s*([^\"“”„«»「」『』]{2,120}?)\s*[\"”“»」』]")
_SEPARATOR: Final = re.compile(r"[\n.!?;:。！？¿¡]+|,\s|、")
_NAMELIKE: Final = re.compile(r"[A-ZÀ-Þ\d぀-ヿ一-鿿]")
_ENDS_OF_SENTENCES: Final = " .,:!?。、：！？\n"
_UNSPACED: Final = re.compile(r"[぀-ヿ一-鿿]")
_ASKS: Final = re.compile(
    r"((?:which|what|where|when|who|how|wh?elche\w*|was|wo|wohin|wann|wer|quel\w*|que|qué|o[uù]|quand|qui|cu[aá]l|d[oó]nde|"
    r"cu[aá]ndo|quali?|dove|quando|chi|qual|onde|quem)\b[^,]*),(.+)",
    re.IGNORECASE | re.DOTALL,
)
"""A question, a comma, and what there is to choose from."""
_WHICH: Final = re.compile(r"の?(?:うち)?(?:どちら|どっち|どれ)(?:に(?:する|行く)|が(?:いい|良い))?か?(?:を|で)?")
_LONGEST: Final = 120


def spans(turn: Turn, *said: re.Pattern[str]) -> list[Span]:
    """Where the message has these words."""
    return [match.span() for one in said for match in one.finditer(turn.folded)]


def bare(words: str) -> str:
    """The words without what only holds a sentence together, at both ends."""
    words = _PARTICLES.sub("", words.strip(" \t\n.,;:!?¿¡()…\"'«»“”„"))
    kept = words.split()
    while kept and _is_filler(kept[0]):
        kept.pop(0)
    while kept and _is_filler(kept[-1]):
        kept.pop()
    return re.sub(r"^[ld]['’](?=\w)", "", " ".join(kept), flags=re.IGNORECASE)[:_LONGEST]


def left(turn: Turn, cut: Iterable[Span]) -> list[str]:
    """The pieces of the message between what is cut out of it, without fillers."""
    characters = list(turn.text)
    for start, end in (*cut, *_towns(turn)):
        characters[start:end] = "\n" * (end - start)
    return [piece for part in _SEPARATOR.split("".join(characters)) if len(piece := bare(part)) > 1]


def name_in(turn: Turn, cut: Iterable[Span]) -> str | None:
    """The one thing that the message is about: what stands in quotes, else the longest piece that looks like a name."""
    return max(names_in(turn, cut), key=len, default=None)


def names_in(turn: Turn, cut: Iterable[Span]) -> list[str]:
    """What the message is about: what stands in quotes, else the pieces that look like names, else the longest one."""
    if quoted := [match[1] for match in _QUOTED.finditer(turn.text)]:
        return quoted
    pieces = left(turn, cut)
    return [piece for piece in pieces if _NAMELIKE.search(piece)] or sorted(pieces, key=len)[-1:]


def telling(name: str) -> str:
    """The words of a name that do not only say what kind of thing it is: "Schloss Nijo" is known by "Nijo"."""
    return " ".join(kept for word in name.split() if (kept := _without_kind(word)))


def _without_kind(word: str) -> str:
    if _is_filler(word):
        return ""
    kinds = pattern(" ".join(lexicon.INTERESTS.values()))
    if _UNSPACED.search(word):
        return word if kinds.sub("", word).strip("屋店") else ""
    # In German the kind may be a part of one word: Fushimi-Inari-Schrein.
    parts = word.split("-")
    kept = [part for part in parts if not kinds.fullmatch(fold(part))]
    return word if len(kept) == len(parts) else " ".join(kept)


def options_in(turn: Turn, cut: Iterable[Span]) -> tuple[str | None, list[str]]:
    """The question of a vote, if the message has one, and what is to choose from."""
    quoted = [match[1] for match in _QUOTED.finditer(turn.text)]
    if len(quoted) > 1:
        return None, quoted
    start = max((end for _, end in cut if turn.text[end:].strip(_ENDS_OF_SENTENCES)), default=None)
    body = turn.text[: min(cut)[0]] if start is None else turn.text[start:]
    between = BETWEEN.search(fold(body))
    body = body[between.end() :] if between and turn.language != "ja" else body
    question, mark, rest = re.sub("？", "?", body).partition("?")
    if not rest.strip(_ENDS_OF_SENTENCES):
        question, mark, rest = "", "", question
    rest = re.split("[:：]", rest)[-1]
    asks = _ASKS.match(rest.strip())
    if asks and not bare(question):
        question, mark, rest = asks[1], "?", asks[2]
    asked = f"{question.strip(_ENDS_OF_SENTENCES)}?" if mark and bare(question) else None
    return asked, listed(rest, turn.language)


def pair_in(turn: Turn, cut: Iterable[Span]) -> list[str]:
    """The two ends of a way: "from A to B", "between A and B"."""
    characters = list(turn.text)
    for start, end in cut:
        characters[start:end] = " " * (end - start)
    text = " ".join("".join(characters).split())
    for expression in _ENDS[turn.language]:
        found = re.search(expression, text)
        if found and (ends := [bare(found[1]), bare(found[2])]) and all(ends):
            return ends
    return []


_ENDS: Final = {
    "en": (r"\bfrom (.+) to (.+)", r"\bbetween (.+) and (.+)", r"(.+) from (.+)", r"(.+) to (.+)"),
    "de": (r"\b[Vv]o[nm] (.+) (?:nach|zum|zur|zu|bis) (.+)", r"\b[Zz]wischen (.+) und (.+)", r"(.+) vo[nm] (.+)"),
    "fr": (r"\b[Ee]ntre (.+) et (.+)", r"\b(?:de|du|depuis) (.+) (?:à|au|aux|jusqu'à) (.+)", r"(.+) (?:de|du) (.+)"),
    "es": (r"\b[Ee]ntre (.+) y (.+)", r"\b(?:desde|de|del) (.+) (?:a|al|hasta) (.+)", r"está (.+) del? (.+)"),
    "it": (r"\b[Tt]ra (.+) e (.+)", r"\b(?:dal|dalla|da) (.+) (?:a|al|alla) (.+)", r"(.+) (?:dal|dalla|da) (.+)"),
    "pt": (r"\b[Ee]ntre (.+) e (.+)", r"\b(?:de|do|da) (.+) (?:a|ao|à|até) (.+)", r"(.+) (?:de|do|da) (.+)"),
    "ja": (r"(.+)から(.+?)まで", r"(.+)と(.+?)の(?:間|\s|$)", r"(.+)から(.+)"),
}


def listed(text: str, language: str) -> list[str]:
    """The things that somebody lists, with commas and "or"."""
    joints = rf"\s+(?:{JOINTS[language]})\s+|[,/;]\s*"
    if language == "ja":
        text, joints = _WHICH.sub("", text), rf"{joints}|、|と|か、?"
    return [option for part in re.split(joints, text) if (option := bare(part) or part.strip(_ENDS_OF_SENTENCES))]


def _towns(turn: Turn) -> Iterable[Span]:
    """Where the message says in which town something is; a town within a name stays."""
    for mention in turn.gazetteer.mentions(turn.text, turn.folded):
        before = re.search(r"(?:^|\b(?:in|en|à|a|em|nach|to)\s+)$", turn.text[: mention.start], re.IGNORECASE)
        after = re.match(r"[のでに]", turn.text[mention.end :])
        if before or after:
            yield before.start() if before else mention.start, mention.end + len(after[0] if after else "")


@cache
def _filler_words() -> frozenset[str]:
    return frozenset(_FILLERS.split())


def _is_filler(word: str) -> bool:
    return fold(word.strip(".,;:!?¿¡'’")) in _filler_words()

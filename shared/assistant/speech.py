"""The model's words as people may see them: no links of its own making, and nothing of its instructions.

A picture or a link in an answer could carry what the model has read to whoever it points to; a picture does so without
anybody's tap.
"""

import re
from collections.abc import Collection
from functools import lru_cache
from typing import Final

from shared.assistant.fence import clean
from shared.assistant.model import UnusableAnswerError

RUN: Final = 12
"""So many words in a row are no coincidence."""
_RUN_UNSPACED: Final = 48
"""And so many letters in a row, for texts that are taken apart or written without spaces."""

_TARGET: Final = r"\s*<?([^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*)>?(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^)]*\)))?\s*"
_IMAGE: Final = re.compile(rf"!\[([^\]]*)\](?:\({_TARGET}\)|\[[^\]]*\])")
_LINK: Final = re.compile(rf"\[([^\]]+)\]\({_TARGET}\)")
_REFERENCE: Final = re.compile(r"^[ \t]{0,3}\[[^\]]+\]:[ \t]*\S+.*$", re.MULTILINE)
_TAG: Final = re.compile(r"</?[a-zA-Z!][^<>]*>?")
_ADDRESS: Final = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]{1,20}:/{1,3}(?=\S)|\b(?:javascript|data|vbscript|mailto|tel|sms|intent):(?=\S)"
    r"|(?<![\w@.:])//(?=\w)|\bwww\.(?=\w))[^\s<>\"'`\])}]*",
    re.IGNORECASE,
)
_PATH: Final = r"[/?#][^\s<>\"'`\])}]*"
_HOST: Final = r"\b(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+"
_DOMAIN: Final = re.compile(
    # With a path anything that looks like a host is one; without, only what ends in a common top-level domain.
    rf"{_HOST}(?:(?:[a-z]{{2,24}}|xn--[a-z0-9-]+)(?::\d+)?{_PATH}"
    r"|(?:com|net|org|io|co|app|dev|xyz|info|biz|me|ru|cn|top|site|online|link|click|page|test|example)\b)",
    re.IGNORECASE,
)
_CODED: Final = re.compile(r"[A-Za-z0-9+/=_-]{80,}")
"""Base64 and the like; the longest words of any language are shorter."""
_WORD: Final = re.compile(r"\w+")


def spoken(text: str, instructions: str, sources: Collection[str] = ()) -> str:
    """The words of an answer without pictures, links and addresses; an address that stands in `sources` (what tools
    told) stays, as text.

    Raises UnusableAnswerError if the words repeat a long piece of the instructions, or are none that anybody can read.
    """
    if _CODED.search(text):
        raise UnusableAnswerError("You answered in code. Answer in plain words.")
    if repeats(text, instructions):
        raise UnusableAnswerError("You repeated your instructions. Answer the traveller's question instead.")
    return without_links(text, sources)


def harmless(text: str, instructions: str = "") -> str:
    """A short text of the model that is stored (a title, a reason): as `spoken`; empty where that would raise."""
    text = clean(text)
    return "" if _CODED.search(text) or repeats(text, instructions) else without_links(text).strip()


def repeats(text: str, instructions: str) -> bool:
    """Whether the text has a long piece of the instructions, also backwards, whatever its case and punctuation."""
    runs, pieces = _pieces(instructions)
    said = _words(text)
    if any(tuple(said[at : at + RUN]) in runs for at in range(len(said) - RUN + 1)):
        return True
    letters = "".join(said)
    return any(
        one[at : at + _RUN_UNSPACED] in pieces
        for one in (letters, letters[::-1])
        for at in range(len(one) - _RUN_UNSPACED + 1)
    )


@lru_cache(maxsize=8)
def _pieces(instructions: str) -> tuple[frozenset[tuple[str, ...]], frozenset[str]]:
    """Every run of words, and every run of letters, that is too long to be repeated."""
    told = _words(instructions)
    letters = "".join(told)
    return (
        frozenset(tuple(told[at : at + RUN]) for at in range(len(told) - RUN + 1)),
        frozenset(letters[at : at + _RUN_UNSPACED] for at in range(len(letters) - _RUN_UNSPACED + 1)),
    )


def without_links(text: str, sources: Collection[str] = ()) -> str:
    """The text with pictures gone, and links as the words that they stood behind."""
    text = _IMAGE.sub(lambda found: found[1], text)
    text = _LINK.sub(lambda found: f"{found[1]} ({found[2]})" if _known(found[2], sources) else found[1], text)
    text = _REFERENCE.sub("", text)
    text = _TAG.sub("", text)
    for pattern in (_ADDRESS, _DOMAIN):
        text = pattern.sub(lambda found: found[0] if _known(found[0], sources) else "", text)
    return text


def _known(address: str, sources: Collection[str]) -> bool:
    """Whether a tool told exactly this address; of a longer one that begins like it nobody knows what it carries."""
    bare = address.rstrip(".,;:!?")
    return any(re.search(rf"{re.escape(bare)}(?![\w/?#=&%-])", source) for source in sources if bare)


def _words(text: str) -> list[str]:
    return _WORD.findall(clean(text).casefold())

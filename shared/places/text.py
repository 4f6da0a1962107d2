"""Names as people type them: without accents, without case, with small mistakes, in scripts without spaces."""

import re
import unicodedata
from typing import Final, NamedTuple

_UNDECOMPOSED: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"}
)
# Letters and digits, with the vowel signs and marks that some scripts write as characters of their own.
_WORD: Final = re.compile(r"(?:[^\W_]|[\u0300-\u036f\u064b-\u065f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u3099\u309a])+")
_UNSPACED: Final = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def fold(text: str) -> str:
    """Lower case, no accents, words parted by single spaces: "São  Jorge-Castle" gives "sao jorge castle"."""
    return " ".join(word.folded for word in words(text))


class Word(NamedTuple):
    """A word of a text: folded, whether it began with a capital, and where it stood."""

    folded: str
    capital: bool
    start: int
    end: int


def words(text: str) -> list[Word]:
    """The words of a text, split at everything that is neither letter nor digit."""
    found = []
    for match in _WORD.finditer(unicodedata.normalize("NFC", text)):
        folded = _fold_word(match.group())
        if folded:
            found.append(Word(folded, match.group()[0].isupper(), match.start(), match.end()))
    return found


def is_unspaced(text: str) -> bool:
    """Whether the script of the text does not part a name from what follows it, as Japanese, Chinese, Thai, Korean."""
    return _UNSPACED.search(text) is not None


def is_typo(typed: str, name: str) -> bool:
    """Whether `typed` is `name` with a slip of the finger; both folded.

    The first letter must be right. A doubled or halved letter and two swapped neighbours pass from 5 letters on, any
    one edit from 6 ("Paros" is not Paris), two edits from 9.
    """
    if len(name) < 5 or len(typed) < 5 or typed[0] != name[0] or abs(len(typed) - len(name)) > 2:
        return False
    distance = edit_distance(typed, name, 2)
    if distance == 1:
        return len(name) >= 6 or sorted(typed) == sorted(name) or _undouble(typed) == _undouble(name)
    return distance == 2 and len(name) >= 9


def edit_distance(a: str, b: str, most: int) -> int:
    """Optimal string alignment distance (insert, delete, replace, swap neighbours), `most` + 1 for anything above."""
    before, previous, current = [0] * (len(b) + 1), list(range(len(b) + 1)), [0] * (len(b) + 1)
    for i, x in enumerate(a, 1):
        current[0] = i
        for j, y in enumerate(b, 1):
            current[j] = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                current[j] = min(current[j], before[j - 2] + 1)
        if min(current) > most:
            return most + 1
        before, previous, current = previous, current, before
    return min(previous[-1], most + 1)


def _undouble(word: str) -> str:
    return re.sub(r"(.)\1", r"\1", word)


def _fold_word(word: str) -> str:
    lowered = word.casefold().translate(_UNDECOMPOSED)
    decomposed = unicodedata.normalize("NFKD", lowered)
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))

"""Finds names inside sentences: the longest at each spot, at word boundaries where the script has them."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from shared.places.text import Word, fold, is_typo, is_unspaced, words

_FORGIVING_WORDS: Final = 300


@dataclass(frozen=True, slots=True)
class Mention:
    """What was named, and the folded words that follow it, up to two."""

    id: str
    start: int
    following: tuple[str, ...]


class Names:
    """An index from names, in any script, to ids. The first id to claim a name keeps it."""

    def __init__(self, named: Iterable[tuple[str, str]], *, needs_capital: Iterable[str] = ()) -> None:
        """`named` are (name, id); a name in `needs_capital` (folded) counts only if its last word is capitalised."""
        self._ids: dict[str, str] = {}
        self._unspaced: list[str] = []
        self._by_initial: defaultdict[str, list[str]] = defaultdict(list)
        self._needs_capital = frozenset(needs_capital)
        for name, owner in named:
            folded = fold(name)
            if not folded or self._ids.setdefault(folded, owner) != owner:
                continue
            if is_unspaced(name):
                self._unspaced.append(folded)
            elif folded not in self._by_initial[folded[0]]:
                self._by_initial[folded[0]].append(folded)
        self._unspaced.sort(key=lambda name: (-len(name), name))
        self._longest = max((name.count(" ") + 1 for name in self._ids), default=0)

    def exact(self, name: str) -> str | None:
        """The id of a name, accents, case and punctuation aside."""
        return self._ids.get(fold(name))

    def misspelt(self, name: str) -> str | None:
        """The id of the one thing whose name this is but for a slip; None if there is none or more than one."""
        folded = fold(name)
        meant = {self._ids[known] for known in self._by_initial.get(folded[:1], ()) if is_typo(folded, known)}
        return meant.pop() if len(meant) == 1 else None

    def mentions(self, text: str, *, forgiving: bool = False) -> list[Mention]:
        """Everything named in the text, in order.

        With `forgiving`, capitalised words among the first 300 may be misspelt names.
        """
        found: list[Mention] = []
        told = words(text)
        at = 0
        while at < len(told):
            length, owner = self._longest_at(told, at)
            if owner is None and is_unspaced(told[at].folded):
                found += self._inside(told[at])
            elif owner is None and forgiving and at < _FORGIVING_WORDS and told[at].capital:
                owner = self.misspelt(told[at].folded)
            if owner is not None:
                following = tuple(word.folded for word in told[at + length : at + length + 2])
                found.append(Mention(owner, told[at].start, following))
            at += length
        return found

    def _longest_at(self, told: list[Word], at: int) -> tuple[int, str | None]:
        for length in range(min(self._longest, len(told) - at), 0, -1):
            name = " ".join(word.folded for word in told[at : at + length])
            owner = self._ids.get(name)
            if owner is not None and (told[at + length - 1].capital or name not in self._needs_capital):
                return length, owner
        return 1, None

    def _inside(self, word: Word) -> list[Mention]:
        taken = [False] * len(word.folded)
        found: list[Mention] = []
        for name in self._unspaced:
            at = word.folded.find(name)
            while at >= 0:
                if not any(taken[at : at + len(name)]):
                    taken[at : at + len(name)] = [True] * len(name)
                    found.append(Mention(self._ids[name], word.start + at, ()))
                at = word.folded.find(name, at + len(name))
        return sorted(found, key=lambda mention: mention.start)


def once(mentions: Iterable[Mention], accept: Callable[[Mention], bool] = lambda _: True) -> list[str]:
    """The ids mentioned, each once, in order of the first accepted mention."""
    return list(dict.fromkeys(mention.id for mention in mentions if accept(mention)))

"""How sure several hints make us of one thing. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from shared.pictures.candidates import Evidence

_SUREST = 0.99


@dataclass
class Hints:
    """What speaks for one place or town: by kind of evidence its confidence, and the line that names it."""

    by_kind: dict[Evidence, float] = field(default_factory=dict)
    line: str = ""

    def add(self, kind: Evidence, confidence: float, line: str = "") -> None:
        """Of several hints of one kind the best counts: a name that stands there twice is no surer."""
        if confidence > self.by_kind.get(kind, 0.0):
            self.by_kind[kind] = confidence
            self.line = line or self.line

    @property
    def confidence(self) -> float:
        """Of hints that are independent of each other: how unlikely it is that all are wrong."""
        wrong = 1.0
        for confidence in self.by_kind.values():
            wrong *= 1 - confidence
        return round(min(_SUREST, 1 - wrong), 2)

    @property
    def kinds(self) -> tuple[Evidence, ...]:
        """The strongest first."""
        return tuple(sorted(self.by_kind, key=lambda kind: -self.by_kind[kind]))


class Pool:
    """Hints by the id of what they speak for, in the order in which these turned up."""

    def __init__(self) -> None:
        self._hints: dict[str, Hints] = {}

    def add(self, key: str, kind: Evidence, confidence: float, line: str = "") -> None:
        self._hints.setdefault(key, Hints()).add(kind, confidence, line)

    def __contains__(self, key: str) -> bool:
        return key in self._hints

    def __iter__(self) -> Iterator[tuple[str, Hints]]:
        return iter(self._hints.items())

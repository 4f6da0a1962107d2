"""What an answer is made of, besides who asked and how far it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Data = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """Its text, the ids of places that it names and of what it put before the group; `left_out` and `compromises` say
    what is otherwise than it was wanted. `attributions` must be shown with it."""

    text: str = ""
    citations: tuple[str, ...] = ()
    proposals: tuple[str, ...] = ()
    polls: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    compromises: tuple[str, ...] = ()
    attributions: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: str, results: Sequence[Data]) -> "Answer":
        """The answer with this text, after tools have told these results."""
        names = {place["id"]: (place["name"], place["localName"]) for result in results for place in _places(result)}
        return cls(
            text,
            citations=tuple(id_ for id_, both in names.items() if any(name and name in text for name in both)),
            proposals=_each_once(result["proposalId"] for result in results if "proposalId" in result),
            polls=_each_once(result["pollId"] for result in results if "pollId" in result),
            left_out=_each_once(_sentence(one) for result in results for one in result.get("leftOut", ())),
            compromises=_each_once(one for result in results for one in result.get("compromises", ())),
            attributions=_each_once(one for result in results for one in result.get("attributions", ())),
        )


def _places(result: Data) -> list[Data]:
    return [one for one in (*result.get("places", ()), result) if "id" in one and "localName" in one]


def _sentence(left: str | Data) -> str:
    return left if isinstance(left, str) else str(left["reason"])


def _each_once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))

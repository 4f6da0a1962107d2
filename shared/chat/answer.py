"""What an answer is made of, besides who asked and how far it is."""

from dataclasses import dataclass
from typing import Any

Data = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """Its text, the ids of places that it names, and of proposals that it made; `left_out` says why what was not
    proposed was not."""

    text: str
    citations: tuple[str, ...] = ()
    proposals: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: str, results: list[Data]) -> "Answer":
        """The answer with this text, after tools have told these results."""
        names = {place["id"]: (place["name"], place["localName"]) for result in results for place in _places(result)}
        made = [result for result in results if "proposalId" in result]
        return cls(
            text,
            tuple(place_id for place_id, both in names.items() if any(name and name in text for name in both)),
            tuple(result["proposalId"] for result in made),
            tuple(why for result in made for why in result["leftOut"]),
        )


def _places(result: Data) -> list[Data]:
    return [one for one in (*result.get("places", ()), result) if "id" in one and "localName" in one]

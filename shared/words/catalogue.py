"""What is said: sentences by key and language, with their values filled in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.words.keys import Key
from shared.words.languages import known
from shared.words.tables import FAILURES, sentences, table
from shared.words.values import written


def say(language: str | None, key: Key, **values: Any) -> str:
    """A sentence in a language of ours, English for any other, with its values as that language writes them.

    Raises KeyError for a missing value.
    """
    spoken = known(language)
    return sentences()[key][spoken].format(**{name: written(value, spoken) for name, value in values.items()})


@dataclass(frozen=True)
class Sentence:
    """Something to be said once it is known to whom: `text` is English, as programs and models read it."""

    key: Key
    values: tuple[tuple[str, Any], ...]

    @classmethod
    def of(cls, key: Key, **values: Any) -> "Sentence":
        return cls(key, tuple(values.items()))

    @property
    def text(self) -> str:
        return self.said_in("en")

    def said_in(self, language: str | None) -> str:
        return say(language, self.key, **dict(self.values))


def failure(language: str | None, reason: str, told: Mapping[str, Any], otherwise: str) -> str:
    """What an error says to people, by its reason and metadata; `otherwise`, its own English words, if we have none."""
    spoken = known(language)
    by_language = table(FAILURES).get(reason)
    if by_language is None or spoken == "en":
        return otherwise
    values = {name: written(value, spoken) for name, value in told.items()}
    try:
        return by_language[spoken].format(**values)
    except KeyError:
        return otherwise

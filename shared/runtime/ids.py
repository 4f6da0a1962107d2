"""New identifiers, handed in so that tests can choose them."""

import secrets
import string
from typing import Final, Protocol

LENGTH: Final = 20
_ALPHABET: Final = string.ascii_letters + string.digits
_COUNT: Final = len(_ALPHABET) ** LENGTH


class Ids(Protocol):
    """Makes identifiers."""

    def new(self) -> str:
        """A new identifier: 20 characters out of [A-Za-z0-9], like Firestore's own."""
        ...


class RandomIds:
    """Unguessable identifiers, 119 bits each."""

    def new(self) -> str:
        """A new identifier: 20 characters out of [A-Za-z0-9]."""
        number = secrets.randbelow(_COUNT)  # One question to the system instead of twenty.
        letters = []
        for _ in range(LENGTH):
            number, letter = divmod(number, len(_ALPHABET))
            letters.append(_ALPHABET[letter])
        return "".join(letters)

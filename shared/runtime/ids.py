"""New identifiers, handed in so that tests can choose them."""

import secrets
import string
from typing import Final, Protocol

LENGTH: Final = 20
_ALPHABET: Final = string.ascii_letters + string.digits


class Ids(Protocol):
    """Makes identifiers."""

    def new(self) -> str:
        """A new identifier: 20 characters out of [A-Za-z0-9], like Firestore's own."""
        ...


class RandomIds:
    """Unguessable identifiers, 119 bits each."""

    def new(self) -> str:
        """A new identifier: 20 characters out of [A-Za-z0-9]."""
        return "".join(secrets.choice(_ALPHABET) for _ in range(LENGTH))

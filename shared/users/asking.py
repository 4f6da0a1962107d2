"""What somebody prefers who asks for something, read beside what is read anyway, so that they wait no longer."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from shared.users.models import Preferences
from shared.words import Language, language_of, ours

T = TypeVar("T")
Profiles = Callable[[Sequence[str]], dict[str, Preferences]]


class Asker:
    """Reads profiles with `profiles` (uids), one round trip."""

    def __init__(self, profiles: Profiles) -> None:
        self._profiles = profiles

    def beside(self, uid: str, read: Callable[[], T]) -> tuple[T, Preferences]:
        """What `read` returns, and what the person prefers. Raises what both raise, `read` first."""
        told = _pool().submit(self._profiles, [uid])
        return read(), told.result()[uid]

    def language_beside(self, uid: str, text: str, read: Callable[[], T]) -> tuple[T, Language | None]:
        """What `read` returns, and the language to answer a text in: its own, or the person's, of those that are ours.

        The profile is read only if the text does not show its language.
        """
        if heard := language_of(text):
            return read(), heard
        found, told = self.beside(uid, read)
        return found, ours(told.language)


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=16, thread_name_prefix="profile")

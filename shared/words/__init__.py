"""What our own code says to travellers, in the language in which they asked; codes for programs stay English.

`say` for sentences by key, `failure` for what errors say by reason, `language_of` for the language of a text.
"""

from shared.words.catalogue import Sentence, failure, say
from shared.words.keys import Key
from shared.words.languages import LANGUAGES, Language, known, language_of, ours
from shared.words.values import Money, Term, Theme, Town

__all__ = [
    "LANGUAGES",
    "Key",
    "Language",
    "Money",
    "Sentence",
    "Term",
    "Theme",
    "Town",
    "failure",
    "known",
    "language_of",
    "ours",
    "say",
]

"""Marks text of people and tools as data, so that what it says is never taken for an instruction."""

import hashlib
import re
import unicodedata

_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")


def clean(text: str) -> str:
    """The text without control, direction and invisible characters, which hide instructions from readers; NFC."""
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", kept)).strip()


def fence(label: str, text: str) -> str:
    """The text between tags that it cannot contain: their name holds a digest of the text itself."""
    text = clean(text)
    tag = f"{label}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"
    return f"<{tag}>\n{text}\n</{tag}>"

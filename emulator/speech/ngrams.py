"""A bigram language model of a list of sentences, in the ARPA format that recognisers read."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

BEGIN: Final = "<s>"
END: Final = "</s>"
_DISCOUNT: Final = 0.5
"""Absolute discounting (Ney, Essen, Kneser 1994): what each bigram that was seen leaves to those that were not."""
_NEVER: Final = -99.0

Weights = dict[str, float]


def arpa(sentences: Iterable[tuple[Sequence[str], float]]) -> str:
    """The model of weighted sentences."""
    after: dict[str, Weights] = defaultdict(lambda: defaultdict(float))
    single: Weights = defaultdict(float)
    for sentence, weight in sentences:
        for first, second in zip((BEGIN, *sentence), (*sentence, END), strict=True):
            after[first][second] += weight
            single[second] += weight
    total = sum(single.values())
    likelihood = {word: count / total for word, count in single.items()}
    lines = ["\\data\\", f"ngram 1={len(single) + 1}", f"ngram 2={sum(map(len, after.values()))}", "", "\\1-grams:"]
    lines.append(f"{_NEVER} {BEGIN} {_left(after[BEGIN], likelihood):.4f}")
    lines += [
        f"{math.log10(chance):.4f} {word} {_left(after.get(word, {}), likelihood):.4f}"
        for word, chance in sorted(likelihood.items())
    ]
    lines += ["", "\\2-grams:"]
    for word, followers in sorted(after.items()):
        given, spared = sum(followers.values()), _spared(followers)
        for follower, count in sorted(followers.items()):
            lines.append(f"{math.log10(count * (1 - spared) / given):.4f} {word} {follower}")
    return "\n".join([*lines, "", "\\end\\", ""])


def _spared(followers: Mapping[str, float]) -> float:
    """The share of a word's successors that is left to those never seen behind it."""
    return _DISCOUNT * len(followers) / (sum(followers.values()) + len(followers))


def _left(followers: Mapping[str, float], likelihood: Mapping[str, float]) -> float:
    """The logarithm of the weight with which single words count behind this one."""
    unseen = 1.0 - sum(likelihood[word] for word in followers)
    if not followers or unseen <= 0:
        return 0.0
    return math.log10(_spared(followers) / unseen)

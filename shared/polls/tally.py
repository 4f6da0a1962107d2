"""Counting ballots: pure functions, deterministic, and neutral between options and between voters.

A ranking is a list of different options, the best first; those left out are equally worse than all that are in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import permutations

from shared.polls.models import Answer

Ranking = Sequence[str]


def approvals(options: Sequence[str], ballots: Sequence[Sequence[str]]) -> dict[str, int]:
    """How many ballots name each option."""
    return {option: sum(option in ballot for ballot in ballots) for option in options}


def most(scores: Mapping[str, tuple[int, ...]]) -> tuple[str, ...]:
    """The options with the highest score; none if nobody is for any of them."""
    best = max(scores.values())
    return tuple(option for option, score in scores.items() if score == best) if best[0] else ()


def availability(options: Sequence[str], ballots: Sequence[Mapping[str, Answer]]) -> dict[str, dict[Answer, int]]:
    """How many answered what about each range of dates; no answer is a no."""
    return {
        option: {answer: sum(ballot.get(option, Answer.NO) == answer for ballot in ballots) for answer in Answer}
        for option in options
    }


def best_dates(available: Mapping[str, Mapping[Answer, int]]) -> tuple[str, ...]:
    """The dates on which most people can come; among those, the ones that the fewest accept only if need be."""
    return most({option: (able(counts), counts[Answer.YES]) for option, counts in available.items()})


def able(counts: Mapping[Answer, int]) -> int:
    """How many can come."""
    return counts[Answer.YES] + counts[Answer.IF_NEED_BE]


def preferences(options: Sequence[str], rankings: Sequence[Ranking]) -> dict[tuple[str, str], int]:
    """For each ordered pair, how many rank the first option strictly above the second."""
    places = [{option: place for place, option in enumerate(ranking)} for ranking in rankings]
    last = len(options)
    return {
        (one, other): sum(place.get(one, last) < place.get(other, last) for place in places)
        for one, other in permutations(options, 2)
    }


def schulze(options: Sequence[str], rankings: Sequence[Ranking]) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """The potential winners, and for each option those it beats.

    An option beats another if its strongest path to it is stronger than the way back; a path is as strong as its
    weakest link, and a link counts the voters for it where they outnumber those against ("winning votes").
    Source: M. Schulze, "A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent single-winner
    election method", Social Choice and Welfare 36 (2011), section 2; the paths by Floyd and Warshall's recursion.
    """
    wins = preferences(options, rankings)
    path = {(one, other): votes if votes > wins[other, one] else 0 for (one, other), votes in wins.items()}
    for middle, start, end in permutations(options, 3):
        path[start, end] = max(path[start, end], min(path[start, middle], path[middle, end]))
    beats = {
        one: tuple(other for other in options if other != one and path[one, other] > path[other, one])
        for one in options
    }
    beaten = {other for others in beats.values() for other in others}
    return tuple(option for option in options if option not in beaten), beats


@dataclass(frozen=True)
class Runoff:
    """Who can win, and one course of the rounds: counts, and who goes out after it."""

    winners: tuple[str, ...]
    rounds: tuple[tuple[dict[str, int], tuple[str, ...]], ...]


def instant_runoff(options: Sequence[str], rankings: Sequence[Ranking]) -> Runoff:
    """The instant run-off: until an option has most of the ballots still standing, the last one goes out.

    Where several are last, each choice of whom to drop is followed, and whoever wins in one of them is a winner
    ("parallel universes": V. Conitzer, M. Rognlie, L. Xia, "Preference functions that score rankings and maximum
    likelihood estimation", IJCAI 2009), because any other rule would favour an option for its name or place. The
    rounds shown follow the course in which the one listed last is dropped. All without a single ballot go out at once,
    which changes nothing. Takes up to 2^options steps if nearly everything is tied.
    """

    def standing(remaining: frozenset[str]) -> dict[str, int]:
        counts = {option: 0 for option in options if option in remaining}
        for ranking in rankings:
            if first := next((option for option in ranking if option in remaining), None):
                counts[first] += 1
        return counts

    @cache
    def winners(remaining: frozenset[str]) -> frozenset[str]:
        counts = standing(remaining)
        if majority := _majority(counts):
            return frozenset((majority,))
        out = _last(counts)
        if not counts[out[0]]:
            return winners(remaining.difference(out))
        return frozenset[str]().union(*(winners(remaining - {option}) for option in out))

    if not any(rankings):
        return Runoff((), ())
    remaining = frozenset(options)
    rounds: list[tuple[dict[str, int], tuple[str, ...]]] = []
    while not _majority(counts := standing(remaining)):
        out = _last(counts)
        dropped = out[-1:] if counts[out[0]] else out
        rounds.append((counts, dropped))
        remaining = remaining.difference(dropped)
    rounds.append((counts, ()))
    all_winners = winners(frozenset(options))
    return Runoff(tuple(option for option in options if option in all_winners), tuple(rounds))


def _majority(counts: Mapping[str, int]) -> str | None:
    total = sum(counts.values())
    return next((option for option, votes in counts.items() if 2 * votes > total), None)


def _last(counts: Mapping[str, int]) -> tuple[str, ...]:
    fewest = min(counts.values())
    return tuple(option for option, votes in counts.items() if votes == fewest)

"""Counting ballots: the properties that the methods promise, and examples from their sources."""

from itertools import pairwise, permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.polls import tally
from shared.polls.models import Answer

OPTIONS = ("o0", "o1", "o2", "o3", "o4")

rankings = st.lists(
    st.lists(st.sampled_from(OPTIONS), min_size=1, max_size=len(OPTIONS), unique=True), min_size=1, max_size=12
)
thorough = settings(max_examples=80, deadline=None)


def ballots(text: str) -> list[str]:
    """ "5 ACBED, 3 CAB" as rankings of one-letter options."""
    return [ranking for part in text.split(", ") for count, ranking in [part.split()] for _ in range(int(count))]


@thorough
@given(rankings)
def test_whoever_beats_all_others_in_pairs_wins_by_schulze(cast: list[list[str]]) -> None:
    wins = tally.preferences(OPTIONS, cast)
    for one in OPTIONS:
        if all(wins[one, other] > wins[other, one] for other in OPTIONS if other != one):
            assert tally.schulze(OPTIONS, cast)[0] == (one,)


@thorough
@given(rankings)
def test_schulze_agrees_with_trying_every_path(cast: list[list[str]]) -> None:
    wins = tally.preferences(OPTIONS, cast)

    def strongest(start: str, end: str) -> int:
        between = [option for option in OPTIONS if option not in (start, end)]
        paths = [(start, *way, end) for length in range(4) for way in permutations(between, length)]
        links = [list(pairwise(path)) for path in paths]
        return max(min(wins[a, b] if wins[a, b] > wins[b, a] else 0 for a, b in path) for path in links)

    expected = {
        one: tuple(other for other in OPTIONS if other != one and strongest(one, other) > strongest(other, one))
        for one in OPTIONS
    }
    winners, beats = tally.schulze(OPTIONS, cast)
    assert beats == expected
    assert set(winners) == {one for one in OPTIONS if not any(one in others for others in expected.values())}
    assert winners


@thorough
@given(rankings, st.randoms(use_true_random=False))
def test_the_order_of_ballots_and_the_names_of_options_change_nothing(cast, random) -> None:
    shuffled = random.sample(cast, len(cast))
    renamed = dict(zip(OPTIONS, random.sample(OPTIONS, len(OPTIONS)), strict=True))
    other = [[renamed[option] for option in ranking] for ranking in shuffled]
    for count in (
        lambda votes: tally.schulze(OPTIONS, votes)[0],
        lambda votes: tally.instant_runoff(OPTIONS, votes).winners,
        lambda votes: tally.most({option: (n,) for option, n in tally.approvals(OPTIONS, votes).items()}),
    ):
        assert count(shuffled) == count(cast)
        assert set(count(other)) == {renamed[option] for option in count(cast)}


@thorough
@given(rankings)
def test_a_run_off_drops_the_last_until_somebody_has_most(cast: list[list[str]]) -> None:
    outcome = tally.instant_runoff(OPTIONS, cast)
    first = tally.approvals(OPTIONS, [ranking[:1] for ranking in cast])
    for option, votes in first.items():
        if 2 * votes > len(cast):
            assert outcome.winners == (option,)
    *earlier, (counts, out) = outcome.rounds
    last = max(counts, key=lambda option: counts[option])
    assert not out and 2 * counts[last] > sum(counts.values()) and last in outcome.winners
    for counts, dropped in earlier:
        assert all(counts[option] == min(counts.values()) for option in dropped)
        assert 2 * max(counts.values()) <= sum(counts.values())


def naive_runoff(options: frozenset[str], cast: list[list[str]]) -> set[str]:
    """Every course of an instant run-off, dropping one option at a time until one is left."""
    if len(options) == 1:
        return set(options)
    counts = dict.fromkeys(options, 0)
    for ranking in cast:
        for option in ranking:
            if option in options:
                counts[option] += 1
                break
    fewest = min(counts.values())
    return set().union(*(naive_runoff(options - {option}, cast) for option in options if counts[option] == fewest))


@thorough
@given(rankings)
def test_a_run_off_agrees_with_following_every_course_to_the_end(cast: list[list[str]]) -> None:
    assert set(tally.instant_runoff(OPTIONS, cast).winners) == naive_runoff(frozenset(OPTIONS), cast)


def test_the_example_of_schulze() -> None:
    cast = ballots("5 ACBED, 5 ADECB, 8 BEDAC, 3 CABED, 7 CAEBD, 2 CBADE, 7 DCEBA, 8 EBADC")
    winners, beats = tally.schulze("ABCDE", cast)
    assert winners == ("E",)
    assert {option: "".join(sorted(others)) for option, others in beats.items()} == {
        "A": "BCD", "B": "D", "C": "BD", "D": "", "E": "ABCD",
    }  # fmt: skip


def test_a_run_off_and_schulze_may_differ() -> None:
    """The usual example of the centre squeezed out: Tennessee's capital."""
    cast = ballots("42 MNCK, 26 NCKM, 15 CKNM, 17 KCNM")
    assert tally.schulze("MNCK", cast)[0] == ("N",)
    outcome = tally.instant_runoff("MNCK", cast)
    assert outcome.winners == ("K",)
    assert [out for _, out in outcome.rounds] == [("C",), ("N",), ()]


def test_ties_are_told_and_nobody_wins_without_votes() -> None:
    assert tally.instant_runoff("ABC", ballots("2 A, 2 B, 1 C")).winners == ("A", "B")
    assert tally.schulze("ABC", ballots("1 ABC, 1 BCA, 1 CAB"))[0] == ("A", "B", "C")
    assert tally.most({"A": (1,), "B": (1,), "C": (0,)}) == ("A", "B")
    assert tally.most({"A": (0,), "B": (0,)}) == ()
    assert tally.instant_runoff("ABC", []).winners == ()


def test_a_run_off_in_which_everything_is_tied_ends_soon() -> None:
    options = "ABCDEFGHIJ"
    cast = [options[start:] + options[:start] for start in range(len(options))]
    assert tally.instant_runoff(options, cast).winners == tuple(options)


def test_the_best_dates_suit_most_people_and_then_suit_them_best() -> None:
    yes, maybe, no = Answer.YES, Answer.IF_NEED_BE, Answer.NO
    cast = [
        {"o0": yes, "o1": maybe, "o2": maybe},
        {"o0": yes, "o1": yes, "o2": maybe},
        {"o0": no, "o1": yes, "o2": yes},
    ]
    counts = tally.availability(("o0", "o1", "o2", "o3"), cast)
    assert counts["o1"] == {yes: 2, maybe: 1, no: 0} and counts["o3"] == {yes: 0, maybe: 0, no: 3}
    assert tally.best_dates(counts) == ("o1",)

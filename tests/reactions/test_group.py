"""What reactions and profiles make of a place, without I/O."""

import pytest

from shared.reactions.group import WORTH, Group, Traveller, voices
from shared.reactions.models import Reaction

ART = {"museum", "art"}


def group(**reactions: Reaction) -> Group:
    people = (Traveller(uid="ana", name="Ana"), Traveller(uid="ben", name="Ben"), Traveller(uid="cleo"))
    return Group(travellers=people, reactions={"s1": dict(reactions)} if reactions else {})


def test_nobody_said_anything_and_nobody_is_told_apart() -> None:
    assert voices(group()) == ()


def test_who_reacted_is_heard_alone_and_the_rest_as_one() -> None:
    found = voices(group(ben=Reaction.LOVE))
    assert [voice.uids for voice in found] == [("ben",), ("ana", "cleo")]


@pytest.mark.parametrize("reaction", list(Reaction))
def test_a_reaction_counts_before_interests(reaction: Reaction) -> None:
    people = (Traveller(uid="ana", interests=("museum",)),)
    both = Group(travellers=people, reactions={"s1": {"ana": reaction}})
    (voice,) = voices(both)
    assert voice.score(both, "s1", ART, 1.0, 0.9) == WORTH[reaction]


def test_worth_falls_from_must_to_rather_not() -> None:
    order = [WORTH[one] for one in (Reaction.MUST, Reaction.LOVE, Reaction.FINE, Reaction.RATHER_NOT)]
    assert order == sorted(order, reverse=True) and len(set(order)) == 4
    assert WORTH[Reaction.LOVE] > 1.0 >= WORTH[Reaction.FINE]


def test_interests_of_a_profile_tell_places_apart_and_silence_follows_the_group() -> None:
    people = (Traveller(uid="ana", interests=("museum",)), Traveller(uid="ben"))
    mixed = Group(travellers=people)
    ana, ben = voices(mixed)
    assert ana.score(mixed, None, ART, 0.5, 0.5) > 0.5 > ana.score(mixed, None, {"park"}, 0.5, 0.5)
    assert ben.score(mixed, None, ART, 0.5, 0.5) == ben.score(mixed, None, {"park"}, 0.5, 0.5) == 0.5
    assert 0.0 <= ana.score(mixed, None, ART, 1.0, 1.0) <= 1.0


def test_an_occasion_counts_by_the_budget_and_never_outdoes_what_somebody_loves() -> None:
    people = (Traveller(uid="ana", thrifty=True), Traveller(uid="ben", lavish=True), Traveller(uid="cleo"))
    mixed = Group(travellers=people)
    dear = {"food", "fine-dining"}
    assert [voice.score(mixed, None, dear, 0.5, 0.5) for voice in voices(mixed)] == [0.25, 0.75, 0.5]
    assert [voice.score(mixed, None, {"food"}, 0.5, 0.5) for voice in voices(mixed)] == [0.5, 0.5, 0.5]
    assert voices(mixed)[1].score(mixed, None, dear, 1.0, 0.9) == 1.0 < WORTH[Reaction.LOVE]


def test_the_slowest_and_the_shortest_walk_and_every_diet_count() -> None:
    people = (
        Traveller(uid="ana", pace="packed", walk_metres=4000, diet=("vegan",)),
        Traveller(uid="ben", pace="relaxed", diet=("halal", "vegan")),
        Traveller(uid="cleo", walk_metres=9000),
    )
    mixed = Group(travellers=people)
    assert (mixed.pace, mixed.walk_metres, mixed.diet) == ("relaxed", 4000, ("vegan", "halal"))
    assert (Group().pace, Group().walk_metres, Group().diet) == (None, None, ())


def test_vetoes_are_named_by_the_names_of_the_trip() -> None:
    mixed = group(ben=Reaction.VETO, cleo=Reaction.VETO)
    assert mixed.vetoed("s1") and not mixed.vetoed("s2")
    assert mixed.names(mixed.who("s1", Reaction.VETO)) == "Ben, somebody"

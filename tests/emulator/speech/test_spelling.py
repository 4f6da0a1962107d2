"""Names as the recogniser says them, and a language model that adds up."""

import math

import pytest

from emulator.speech.ngrams import arpa
from emulator.speech.phrases import sentences
from emulator.speech.spelling import phones, words


def test_words_are_plain_letters() -> None:
    assert words("Sanjūsangen-dō, Straße & Łódź 清水寺") == ["sanjusangen", "do", "strasse", "lodz"]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("fushimi", "F UW SH IY M IY"),
        ("inari", "IY N AA R IY"),
        ("sagrada", "S AA G R AA D AA"),
        ("ponto", "P OW N T OW"),
        ("kelly", "K EH L IY"),
        ("'", ""),
    ],
)
def test_names_are_said_as_they_are_written(word: str, said: str) -> None:
    assert phones(word) == said


def test_what_may_follow_a_word_has_a_likelihood_of_one_in_all() -> None:
    model = arpa(sentences([["fushimi", "inari"], ["nijo", "castle"]]))
    singles, pairs = {}, {}
    for line in model.splitlines():
        fields = line.split()
        if len(fields) == 3 and fields[0][0] == "-" and not _is_number(fields[2]):
            pairs[fields[1], fields[2]] = 10 ** float(fields[0])
        elif len(fields) == 3 and _is_number(fields[0]):
            singles[fields[1]] = (10 ** float(fields[0]), 10 ** float(fields[2]))
    assert {"fushimi", "castle", "planned", "</s>"} <= set(singles)
    for word in ("fushimi", "add", "on", "<s>"):
        seen = {second for first, second in pairs if first == word}
        known = sum(pairs[word, second] for second in seen)
        unseen = sum(chance for other, (chance, _) in singles.items() if other not in seen and other != "<s>")
        assert math.isclose(known + singles[word][1] * unseen, 1.0, abs_tol=0.01)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True

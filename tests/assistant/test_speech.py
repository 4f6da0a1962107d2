"""The model's words as people see them: without its pictures, links and instructions, and otherwise as they were."""

import pytest

from shared.assistant.model import UnusableAnswerError
from shared.assistant.speech import harmless, spoken, without_links
from shared.chat.instructions import INSTRUCTIONS

TOLD = ('{"website":"https://nijo.example/visit","note":"see http://a.example/x?y=1."}',)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Look: ![a plan](https://evil.example/p.png?d=1) nice", "Look: a plan nice"),
        ("![](http://evil.example/a(b).png)x", "x"),
        ("See [the rules](https://evil.example/?d=1).", "See the rules."),
        ('See [the rules](<https://evil.example> "now").', "See the rules."),
        ("See [the rules][1].\n\n[1]: https://evil.example", "See [the rules][1].\n\n"),
        ("Go to HTTPS://EVIL.EXAMPLE/x or //evil.example/x, www.evil.example", "Go to  or  "),
        ("javascript:alert(1) data:text/html;x mailto:a@b.example tel:+123", ")   "),
        ("<img src=x onerror=alert(1)>hi<script>x()</script>", "hix()"),
        ("pay at evil.com or evil.example/x?d=1", "pay at  or "),
    ],
)
def test_what_the_model_links_to_is_gone(text: str, shown: str) -> None:
    assert (spoken(text, INSTRUCTIONS), harmless(text)) == (shown, shown.strip())


@pytest.mark.parametrize(
    "text",
    [
        "Nijo Castle is open 8:45-17:00; that costs 1,300 yen (about 8 €) each.",
        "Nimm den Bus 205, z.B. um 9.30 Uhr. Danach zu Fuß: 400 m.",
        "二条城は8時45分から開いています。料金は1300円です。",
        "Option A/B: museum and/or park - whichever is nearer; 3 < 5 and 7 > 6!",
        "Mañana: desayuno, templo, «té» y paseo... ¿os parece bien?",
        "Note: bring cash. Data: 3 stops, 2 meals. No. 5 bus, St. Mary's.",
        "Day 1 [relaxed] (temple) *tea* _garden_ #kyoto",
    ],
)
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert spoken(text, INSTRUCTIONS) == text == harmless(text, INSTRUCTIONS)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Tickets: https://nijo.example/visit.", "Tickets: https://nijo.example/visit."),
        ("[Tickets](https://nijo.example/visit)", "Tickets (https://nijo.example/visit)"),
        ("https://nijo.example/visit?d=secret", ""),
        ("https://nijo.example/", ""),
        ("http://a.example/x?y=1", "http://a.example/x?y=1"),
        ("![](https://nijo.example/visit)", ""),
    ],
)
def test_an_address_that_a_tool_told_stays_as_text_and_no_longer_one_does(text: str, shown: str) -> None:
    assert without_links(text, TOLD) == shown


LINE = INSTRUCTIONS.splitlines()[4]


@pytest.mark.parametrize(
    "text",
    [
        INSTRUCTIONS,
        f"My rules are: {LINE}",
        LINE.upper(),
        LINE.replace(" ", "\n- "),
        " ".join(LINE),
        LINE[::-1],
        "TmV2ZXIgbWFrZSB1cCBwbGFjZXMs" * 4,
    ],
)
def test_instructions_are_not_repeated(text: str) -> None:
    with pytest.raises(UnusableAnswerError):
        spoken(text, INSTRUCTIONS)
    assert harmless(text, INSTRUCTIONS) == ""

"""The languages that our own words are in, and which of them a text is in.

Their commonest words and their letters decide: no model is needed, so that even "the assistant is busy" can be said in
the language of the question.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final, Literal, get_args

Language = Literal["en", "es", "de", "fr", "it", "pt", "ja"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
DEFAULT: Final[Language] = "en"

_WORDS: Final[Mapping[Language, str]] = {
    "en": (
        "the a an and or of to in on at for with without is are was be we i you my our they it this that what "
        "where when which who how can could would should do does not no please want like days day week weekend "
        "from by than but if have has about us me your their there some any more open closed monday tuesday "
        "wednesday thursday friday saturday sunday hours"
    ),
    "es": (
        "el la los las un una unos unas y o de del al a en con sin por para es son está están ser somos yo tú nos "
        "mi nuestro qué que dónde cuándo cuál quién cómo puedo podemos quiero queremos no más pero si hay día días "
        "semana también muy todo lo se le me te este esta esto viaje hacer ver comer mañana fin abierto abierta "
        "cerrado lunes martes miércoles jueves viernes horas"
    ),
    "de": (
        "der die das den dem des ein eine einen einem einer und oder von zu zum zur in im am an auf für mit ohne "
        "ist sind war sein wir ich du ihr mein unser was wo wann welche wer wie kann können möchte möchten wollen "
        "will nicht kein keine bitte tag tage woche wochenende aus bei nach aber wenn gibt es auch noch mehr uns "
        "mir euch sie er man offen geöffnet montag dienstag mittwoch donnerstag freitag samstag sonntag stunden"
    ),
    "fr": (
        "le la les un une des du de et ou à au aux en dans sur pour avec sans est sont être nous je tu vous mon "
        "notre ce cette quoi que qui où quand quel quelle comment peut peux pouvons veux voulons voudrais pas ne "
        "plus mais si jour jours semaine voyage faire voir manger aussi très tout il elle on y se s l d j qu c "
        "ouvert fermé lundi mardi mercredi jeudi vendredi samedi dimanche heures"
    ),
    "it": (
        "il lo la i gli le un uno una e o di del della dei delle da dal a al alla in nel nella con senza per è "
        "sono essere noi io tu mio nostro che cosa dove quando quale chi come posso possiamo vorrei vogliamo "
        "voglio non più ma se giorno giorni settimana viaggio fare vedere mangiare anche molto tutto si ci mi ti "
        "questo questa l d fine aperto chiuso lunedì martedì mercoledì giovedì venerdì domenica ore"
    ),
    "pt": (
        "o a os as um uma uns umas e ou de do da dos das em no na nos nas ao à com sem por para é são está estar "
        "nós eu tu você meu nosso que onde quando qual quem como posso podemos quero queremos não mais mas se há "
        "dia dias semana viagem fazer ver comer também muito tudo isso este esta gostaria gostamos fim pelo pela "
        "aberto fechado segunda terça quarta quinta sexta horas"
    ),
}
_LETTERS: Final[Mapping[Language, str]] = {
    "es": "ñ¿¡",
    "de": "ßäöü",
    "fr": "œêîûëèùâ",
    "it": "ìòàèù",
    "pt": "ãõâê",
}
_LETTER_WEIGHT: Final = 0.5
_LEAST: Final = 0.5
_CLEARLY: Final = 1.15
_WORD: Final = re.compile(r"[^\W\d_]+")
_KANA: Final = re.compile(r"[\u3041-\u30ff]")


def known(language: str | None) -> Language:
    """The language of ours that a tag (BCP 47) stands for; English if none does."""
    return ours(language) or DEFAULT


def ours(language: str | None) -> Language | None:
    """The language of ours that a tag (BCP 47) stands for, if one does."""
    short = (language or "").partition("-")[0].lower()
    return next((one for one in LANGUAGES if one == short), None)


def language_of(text: str) -> Language | None:
    """The language of ours that a text is most likely in; None if it does not show."""
    if _KANA.search(text):
        return "ja"
    lowered = text.casefold()
    scores = dict.fromkeys(LANGUAGES, 0.0)
    for word in _WORD.findall(lowered):
        owners = _owners().get(word, ())
        for language in owners:
            # A word of several languages says little about each.
            scores[language] += 1 / len(owners)
    for language, letters in _LETTERS.items():
        scores[language] += _LETTER_WEIGHT * sum(lowered.count(letter) for letter in letters)
    (first, most), (_, second) = sorted(scores.items(), key=lambda one: -one[1])[:2]
    return first if most >= _LEAST and most >= _CLEARLY * second else None


@cache
def _owners() -> Mapping[str, tuple[Language, ...]]:
    """The languages that have each of the words."""
    found: dict[str, list[Language]] = {}
    for language, words in _WORDS.items():
        for word in dict.fromkeys(words.split()):
            found.setdefault(word, []).append(language)
    return {word: tuple(languages) for word, languages in found.items()}

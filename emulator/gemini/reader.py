"""Reads a request with rules. It understands what people usually say of a journey and leaves out what it does not."""

from __future__ import annotations

import re
from collections.abc import Sequence

from emulator.gemini import lexicon
from emulator.gemini.facts import Budget, Facts
from emulator.gemini.gazetteer import Gazetteer
from emulator.gemini.journeys import read_dates, read_journey
from emulator.gemini.numbers import NUMBER, number
from emulator.gemini.text import clauses, fold, language, pattern, phrase, without_orders

_STRONG = 1.0
_MENTIONED = 0.8


def read(text: str, gazetteer: Gazetteer) -> Facts:
    """The facts of a request in any of the seven languages."""
    code = language(text)
    text = without_orders(text)
    folded = fold(text)
    facts = Facts(language=code)
    read_journey(text, folded, facts, gazetteer)
    read_dates(folded, facts)
    _read_people(folded, facts)
    facts.budget = _budget(folded)
    facts.pace = _first(lexicon.PACE, phrase(lexicon.NOT_TOO).sub(" ", _without_lazy(folded)))
    facts.lazy_mornings = _lazy_mornings(folded)
    facts.transport = _first(lexicon.TRANSPORT, folded)
    facts.diet = [name for name, terms in lexicon.DIET.items() if pattern(terms).search(folded)]
    _read_wishes(text, facts, gazetteer)
    _read_likes(folded, facts)
    return facts


def _first(choices: dict[str, str], folded: str) -> str | None:
    found = [(match.start(), name) for name, terms in choices.items() if (match := pattern(terms).search(folded))]
    return min(found)[1] if found else None


def _without_lazy(folded: str) -> str:
    return phrase("|".join(lexicon.LAZY)).sub(" ", folded)


def _lazy_mornings(folded: str) -> int | None:
    match = re.search(rf"(?:({NUMBER})\s*)?(?P<lazy>{'|'.join(lexicon.LAZY)})", folded)
    if match is None:
        return None
    if match[1]:
        return number(match[1])
    return 30 if re.search(r"s$|every|chaque|jeden|cada|ogni|毎", match["lazy"]) or _every(folded, match.start()) else 1


def _every(folded: str, position: int) -> bool:
    return re.search(r"(?:every|all|chaque|jeden|todas|cada|ogni|tutte|毎)\W*\w*\W*$", folded[:position]) is not None


def _read_people(folded: str, facts: Facts) -> None:
    if facts.language == "en":
        folded = phrase("kind").sub(" ", folded)
    children = re.search(
        rf"(?:({NUMBER})\s*(?:small |young |little |petits? |kleinen? )?)?(?:{lexicon.CHILDREN})", folded
    )
    some_children = phrase(lexicon.CHILDREN).search(folded)
    if some_children:
        counted = children is not None and children[1]
        facts.children = number(children[1]) if children is not None and counted else 2
    people = phrase(rf"({NUMBER})\s*(?:of us|(?:\w+ )?(?:{lexicon.PEOPLE}))").search(folded)
    gathered = phrase(
        rf"(?:nous sommes|wir sind(?: zu)?|zu|somos|siamo in|siamo|party of|group of|groupe de|for the|"
        rf"(?:a|para|per|pour|fur)) "
        rf"(?P<count>dritt|viert|funft|sechst|{NUMBER}(?= *(?:[.,;!]|$|adult|erwachsen|person|people|of us)))"
    ).search(folded)
    family = phrase(rf"(?:{lexicon.FAMILY})(?: of| de| von| di| mit)? ({NUMBER})").search(folded)
    if family:
        facts.adults = min(2, number(family[1]))
        facts.children = max(number(family[1]) - 2, 0)
    elif people:
        facts.adults = number(people[1])
    elif phrase(lexicon.COUPLE).search(folded):
        facts.adults = 2
    elif gathered:
        word = gathered["count"]
        facts.adults = {"dritt": 3, "viert": 4, "funft": 5, "sechst": 6}.get(word) or number(word)
    elif phrase(lexicon.ALONE).search(folded):
        facts.adults = 1
    elif some_children or phrase(lexicon.FAMILY).search(folded):
        facts.adults, facts.children = 2, facts.children or 2


_AMOUNT = r"(\d{1,3}(?:[.,' ]\d{3})+|\d+(?:[.,]\d{1,2})?)\s*(k(?!\w)|thousand|tausend|mille?|mil|千|万)?"


def _budget(folded: str) -> Budget | None:
    for currency, words in lexicon.CURRENCIES.items():
        spelled = rf"(?:{words})(?![a-z])"
        after = re.search(rf"(?<![a-z\d.,]){_AMOUNT}\s*{spelled}", folded)
        match = after or re.search(rf"(?<!\w)(?:{words})\s*{_AMOUNT}", folded)
        match = match or re.search(rf"(?<![\w,.])(?P<spelt>{NUMBER})\s+{spelled}", folded)
        if match is None:
            continue
        near = folded[match.start() - 20 if match.start() > 20 else 0 : match.end() + 30]
        return Budget(
            amount=number(match["spelt"]) if "spelt" in match.groupdict() else _amount(match[1], match[2]),
            currency=currency,
            per_person=phrase(lexicon.PER_PERSON).search(near) is not None,
            per_day=phrase(lexicon.PER_DAY).search(near) is not None,
        )
    return None


def _amount(digits: str, scale: str | None) -> float:
    grouped = re.fullmatch(r"\d{1,3}(?:[.,' ]\d{3})+", digits)
    value = float(re.sub(r"[.,' ]", "", digits) if grouped else digits.replace(",", "."))
    return value * ({"万": 10_000}.get(scale, 1_000) if scale else 1)


def _read_wishes(text: str, facts: Facts, gazetteer: Gazetteer) -> None:
    """Names after "must see" and "avoid", as they are written; the destinations themselves are no such names."""
    destinations = {fold(leg.name) for leg in facts.legs}
    for clause in clauses(text):
        seen = _names(clause, lexicon.MUST_SEE, lexicon.MUST_SEE_JA if facts.language == "ja" else ())
        avoided = _names(clause, lexicon.MUST_AVOID, ())
        for names, into in ((avoided, facts.must_avoid), (seen, facts.must_see)):
            for name in names:
                is_theme = any(pattern(terms).fullmatch(fold(name)) for terms in lexicon.INTERESTS.values())
                known = fold(name) in destinations or name in facts.must_avoid or name in into
                if not is_theme and not known and not gazetteer.is_destination(name):
                    into.append(name)


_ARTICLE = re.compile(
    r"^(?:(?:the|le|la|les|l'|der|die|das|den|dem|zum|zur|el|los|las|il|lo|gli|i|o|a|os|as)\b'?\s*)+", re.IGNORECASE
)
_TRAILING = re.compile(
    r"\s+(?:sehen|besuchen|besichtigen|please|s'il vous plait|bitte|por favor|per favore|on the|for|with|by|about|"
    r"avec|mit|con|com|pour|fur|para|per)\b.*$",
    re.IGNORECASE,
)
_AND = re.compile(r"\s+(?:and|et|und|y|e|&)\s+|と")


def _names(clause: str, cues: Sequence[str], japanese: Sequence[str]) -> list[str]:
    folded = fold(clause)
    found: list[str] = []
    match = phrase("|".join(cues)).search(folded)
    if match:
        rest = clause[match.end() :]
        for piece in _AND.split(_TRAILING.sub("", rest)):
            name = _ARTICLE.sub("", piece.strip(" .'\"«»“”()")).strip()
            if len(name) > 2 and re.search(r"[A-ZÀ-Þ぀-ヿ一-鿿]", name) and len(name.split()) <= 6:
                found.append(name)
    for expression in japanese:
        for match in re.finditer(expression, clause):
            found += [name for name in _AND.split(match[1]) if len(name) > 1]
    return found


def _read_likes(folded: str, facts: Facts) -> None:
    """Interests by their words; in a clause with a negation before the word (Japanese: anywhere), a dislike."""
    negation = pattern(lexicon.NEGATIONS)
    carried = False
    for clause in clauses(phrase(lexicon.NOT_MEANT).sub(" ", folded)):
        negated = negation.search(clause)
        continues = carried and re.search(r"(?<!\w)(?:or|nor|ou|oder|o|ni|noch|ne)(?!\w)", clause) is not None
        for tag, terms in lexicon.INTERESTS.items():
            match = pattern(terms).search(clause)
            if match is None:
                continue
            if continues or (negated and (facts.language == "ja" or negated.start() < match.start())):
                facts.dislikes.append(tag)
            else:
                loved = pattern(lexicon.POSITIVES).search(clause) is not None
                facts.interests[tag] = max(facts.interests.get(tag, 0), _STRONG if loved else _MENTIONED)
        carried = continues or (
            negated is not None and any(pattern(t).search(clause) for t in lexicon.INTERESTS.values())
        )
    facts.dislikes = list(dict.fromkeys(facts.dislikes))
    for tag in facts.dislikes:
        facts.interests.pop(tag, None)

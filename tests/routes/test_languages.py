"""What a route job tells is in the language that its asker prefers, towns included; codes stay English."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared import bootstrap
from shared.itinerary.cities.solution import Clash, GivenUp, LeftOutCity
from shared.routes.problem import RouteProblem
from shared.routes.requests import RouteWishes
from shared.routes.words import RouteWords
from shared.trips.models import Trip
from shared.words import LANGUAGES, Language
from tests.routes.conftest import Italy

ROUTES = Path(__file__).parents[2] / "shared" / "routes"
ENGLISH = re.compile(r"[a-z]{2,} [a-z]{2,}")


def speak(italy: Italy, language: str | None) -> None:
    version = italy.ana.call("users-get")["version"]
    italy.ana.call("users-update", version=version, language=language)


def texts(value: Any) -> Iterator[str]:
    """Every text in an answer."""
    if isinstance(value, dict):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)
    elif isinstance(value, str):
        yield value


def offered(italy: Italy, job: dict[str, Any]) -> dict[str, Any]:
    """The proposal of an ended job, and the plan with it accepted."""
    proposal = job["result"]["proposal"]
    shown = italy.ana.call("proposals-preview", tripId=italy.trip_id, proposalId=proposal)["proposal"]
    italy.ana.call("proposals-accept", tripId=italy.trip_id, proposalId=proposal)
    return {"title": shown["title"], **italy.plan()}


@pytest.mark.parametrize(
    ("language", "message", "title", "names", "towns"),
    [
        ("de-AT", "Venedig – Rom: 6 Nächte", "Eine Route", ("Flug von Paris nach Venedig", "Hotel in Rom"), "Rom"),
        ("it", "Venezia – Roma: 6 notti", "Un itinerario", ("Volo da Parigi a Venezia", "Hotel (Roma)"), "Roma"),
        ("ja", "ヴェネツィア – ローマ：6泊", "ルート案", ("パリからヴェネツィアへ飛行機", "ローマのホテル"), "ローマ"),
        ("sv", "Venice – Rome: 6 nights", "A route", ("Flight from Paris to Venice", "Hotel in Rome"), "Rome"),
    ],
)
def test_a_route_speaks_the_language_of_who_asks(
    italy: Italy, language: str, message: str, title: str, names: tuple[str, str], towns: str
) -> None:
    speak(italy, language)
    cities = [{"city": "Roma", "must": True}, {"city": "Venedig", "must": True}]
    job = italy.ask(nights={"atMost": 6, "atLeast": 6}, cities=cities, order=[["Venice", "Rome"]], stayTypes=["hotel"])
    result = job["result"]
    assert (job["message"], result["names"]["rome"]) == (message, towns)
    plan = offered(italy, job)
    assert plan["title"] == title
    assert set(names) <= {stop["name"] for stop in plan["stops"].values()}
    assert {day["title"] for day in plan["days"].values()} >= {result["names"]["rome"], result["names"]["venice"]}
    assert [leg["name"] for leg in result["settings"]["destinations"]] == ["Venice", "Rome"], (
        "as the catalogue has them"
    )


CLASHES: list[tuple[str, str, str]] = [
    (
        "de",
        "Das geht nicht zusammen: höchstens 50 EUR ausgeben; Rom besuchen. "
        "Lässt man einen dieser Wünsche weg, gehen die anderen.",
        "Aufgegeben: höchstens 50 EUR ausgeben. Das Übrige kostet ",
    ),
    (
        "fr",
        "Ces souhaits sont incompatibles : dépenser au plus 50 EUR ; visiter Rome. "
        "Sans l’un d’eux, les autres sont possibles.",
        "Abandonné : dépenser au plus 50 EUR. Le reste coûte ",
    ),
    (
        "ja",
        "次の希望は両立しません：費用は50 EURまで／ローマに行く。どれか一つをやめれば、残りはかないます。",
        "あきらめた希望：費用は50 EURまで。残りをかなえるには",
    ),
]


@pytest.mark.parametrize(("language", "clash", "given_up"), CLASHES)
def test_a_clash_is_told_in_the_same_language(italy: Italy, language: str, clash: str, given_up: str) -> None:
    speak(italy, language)
    day_trip = {"id": "home-1", "city": "Florence", "name": "Friends", "type": "flat", "capacity": 9}
    cities = [{"city": "Rome", "must": True}, {"city": "Florence", "mealsADay": {"amount": 0, "currency": "EUR"}}]
    job = italy.ask(
        cities=cities,
        start=None,
        end=None,
        stays=[{**day_trip, "price": {"amount": 0, "currency": "EUR"}}],
        budget={"amount": 5000, "currency": "EUR"},
    )
    route = job["result"]["route"]
    assert route["clash"]["message"] == clash
    assert job["message"].startswith(clash)
    assert route["givenUp"][0]["message"].startswith(given_up)


EVERYTHING: dict[str, Any] = {
    "cities": [
        {"city": "Rome", "must": True, "nights": {"atLeast": 1, "atMost": 3}},
        {"city": "Florence", "nights": {"atLeast": 1}},
        {"city": "Venice", "nights": {"atMost": 2}},
        {"city": "Vienna", "score": 0.1, "nights": {"atLeast": 4, "atMost": 4}},
    ],
    "on": [{"city": "Rome", "date": "2027-04-02"}, {"city": "Rome", "date": "2027-04-02", "night": True}],
    "order": [["Rome", "Venice"]],
    "first": "Rome",
    "last": "Florence",
    "mostCities": 3,
    "budget": {"amount": 123450000, "currency": "EUR"},
    "longestTransfer": 900,
    "noOvernight": True,
    "avoidModes": ["bus", "ferry"],
    "stayTypes": ["hotel", "flat"],
    "leastRating": 3.5,
}


@pytest.mark.parametrize("extra", [{}, {"stayRules": ["pets", "smoking"]}, {"mostCities": 1}])
def test_no_english_reaches_who_reads_japanese(italy: Italy, extra: dict[str, Any]) -> None:
    """Every kind of wish, what clashes, what is given up and left out: no two English words follow each other."""
    speak(italy, "ja")
    job = italy.ask(**{**EVERYTHING, **extra})
    assert job["state"] == "done"
    result = {**job["result"], "settings": None}
    plan = offered(italy, job) if result["proposal"] else {}
    told = [job["message"], *texts(result["wishes"]), *texts(result["route"]), *texts(plan)]
    assert [text for text in told if ENGLISH.search(text)] == []


def made() -> RouteProblem:
    """A route that nobody asked for, to say things of."""
    wishes = RouteWishes.model_validate({"firstDate": "2027-04-01", **EVERYTHING, "start": "Paris"}, strict=False)
    trip = Trip.model_construct(
        currency="EUR", budget=None, start_date=None, members=["a"], roles={"a": "owner"}, guests={}
    )
    return bootstrap.route_maker().make(trip, wishes)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "told",
    [
        Clash((), True, True, ("rome",)),
        Clash((), True, True, ("rome", "florence", "venice", "vienna")),
        Clash((), True, True),
        Clash(("budget",), True, True),
        Clash(("budget", "nights"), False, True),
        Clash(("budget", "nights"), False, False),
        GivenUp("budget", 10**9),
        GivenUp("mostCities"),
        LeftOutCity("venice", "no_stay"),
        LeftOutCity("venice", "unreachable"),
        LeftOutCity("venice", "clash", ("order:0", "noOvernight")),
        LeftOutCity("venice", "less_worth"),
        LeftOutCity("venice", "less_worth", loss=1.256),
    ],
)
def test_every_outcome_has_words_in_every_language(told: Clash | GivenUp | LeftOutCity, language: Language) -> None:
    words = RouteWords(made(), language)
    if isinstance(told, Clash):
        said = words.clash(told)
        assert ("Without any one" in said) == (language == "en" and told.minimal and len(told.wishes) > 1)
    elif isinstance(told, GivenUp):
        said = words.given_up(told)
    else:
        said = words.left_out(told)
    assert said and "None" not in said and "{" not in said
    assert language != "ja" or not ENGLISH.search(said)


def test_no_sentence_is_written_outside_of_the_catalogue() -> None:
    """In the code of routes, words that follow each other are documentation or messages of errors for programs."""
    found = []
    for file in sorted(ROUTES.glob("*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        spared = {id(one) for node in ast.walk(tree) for one in _spared(node)}
        found += [
            f"{file.name}:{node.lineno} {node.value}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in spared
            if ENGLISH.search(node.value)
        ]
    assert found == []


def _spared(node: ast.AST) -> Iterator[ast.AST]:
    """Bare strings, and what is raised."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield node.value
    elif isinstance(node, ast.Raise):
        yield from ast.walk(node)

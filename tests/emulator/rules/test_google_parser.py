"""Google's own parser accepts and refuses the same texts as ours.

TRAVVY_RULES_MUTATIONS sets how many mutated texts are tried, TRAVVY_FUZZ_SEED which ones.
"""

import json
import os
import random
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.firestore.rules.errors import RulesError
from emulator.firestore.rules.parser import parse

HERE = Path(__file__).parent
MUTATIONS = int(os.environ.get("TRAVVY_RULES_MUTATIONS", "400"))
SEED = int(os.environ.get("TRAVVY_FUZZ_SEED", "1"))

TEXTS = [
    "",
    "service cloud.firestore {}",
    "service cloud.firestore { match /a { } }",
    "service cloud.firestore { match /a/{b} { allow read; } }",
    "service cloud.firestore { match /a/{b} { allow read } }",
    "service cloud.firestore { match /a/{b} { allow read, write, } }",
    "service cloud.firestore { match /a/{b} { allow read, if true; } }",
    "service cloud.firestore { match /a/{b} { allow: if true; } }",
    "service cloud.firestore { match /a/{b} { allow read if true; } }",
    "service cloud.firestore { match /a/{b} { allow read: true; } }",
    "service cloud.firestore { match /a/{b} { allow read: if; } }",
    "service cloud.firestore { match /a/{b} { allow read: if true allow write: if false } }",
    "service cloud.firestore { match /a/{b} { allow read;; } }",
    "service cloud.firestore { match /a/{b} { deny read; } }",
    "service cloud.firestore { /a/{b} { allow read; } }",
    "service cloud.firestore { match a/{b} { allow read; } }",
    "service cloud.firestore { match /a/{b}/ { allow read; } }",
    "service cloud.firestore { match /a//b { allow read; } }",
    "service cloud.firestore { match / { allow read; } }",
    "service cloud.firestore { match /a/{b=*} { allow read; } }",
    "service cloud.firestore { match /a/{b=**}/c { allow read; } }",
    "service cloud.firestore { match /a/{b = **} { allow read; } }",
    "service cloud.firestore { match /a/{b==**} { allow read; } }",
    "service cloud.firestore { match /a/{b=***} { allow read; } }",
    "service cloud.firestore { match /a/{b}} { allow read; } }",
    "service cloud.firestore { match /a/{in} { allow read; } }",
    "service cloud.firestore { match /a/{} { allow read; } }",
    "service cloud.firestore { match /a/$(b) { allow read; } }",
    "service cloud.firestore { match /{a}{b} { allow read; } }",
    "service cloud.firestore { allow read; }",
    "service firestore { match /a { allow read; } }",
    "service 9.a-b { match /a { allow read; } }",
    "service match { match /a { allow read; } }",
    "service { match /a { allow read; } }",
    "service /* c */ cloud.firestore { match /a { allow read; } }",
    "service cloud.firestore match /a { allow read; }",
    "service cloud.firestore { match /a { allow read; }",
    "service cloud.firestore { match /a { allow read; } } }",
    "service a.b { match /a { allow read; } } service c.d { match /a { allow read; } }",
    "rules_version = '2'; service a.b { match /a { allow read; } }",
    "rules_version = '2' service a.b { match /a { allow read; } }",
    'rules_version = "1"; service a.b { match /a { allow read; } }',
    "rules_version = '3'; service a.b { match /a { allow read; } }",
    "rules_version = 2; service a.b { match /a { allow read; } }",
    "rules_version '2'; service a.b { match /a { allow read; } }",
    "rules_version = '2'; rules_version = '2'; service a.b { match /a { allow read; } }",
    "service a.b { match /a { allow read; } } rules_version = '2';",
    "import 'x'; service a.b { match /a { allow read; } }",
    "function f() { return 1; }",
    "function f() { return 1 }",
    "function f() { 1 }",
    "function f() { }",
    "function f { return 1; }",
    "function () { return 1; }",
    "function f(a, b) { let c = a; let d = b; return c; }",
    "function f(a,) { return a; }",
    "function f(a) ) { return a; }",
    "function f(in) { return 1; }",
    "function f() { let a = 1 return a; }",
    "function f() { return 1; let a = 1; }",
    "function f() { return 1; return 2; }",
    "function f() { return 1;; }",
    "function function() { return 1; }",
    "// only a comment",
    "/* one */ // two\nservice /*no*/ a.b { match /a { allow read; } }",
    "\ufeffservice a.b { match /a { allow read; } }",
]

TRIP = """rules_version = '2';
// Who may see a trip
service cloud.firestore {
  match /databases/{database}/documents {
    function trip(id) { return get(/databases/$(database)/documents/trips/$(id)).data; }
    function role(id) {
      let roles = trip(id).roles;
      let uid = request.auth.uid;
      return uid in roles ? roles[uid] : 'none';
    }
    match /trips/{trip} {
      allow get: if role(trip) in ['owner', "editor", 'viewer'];
      allow list: if request.auth.uid in resource.data.members && request.query.limit <= 50;
      match /{rest=**} { allow read: if role(trip) != 'none' }
      match /presence/{device} {
        allow create, update: if request.resource.data.keys().hasOnly(['at', 'uid'])
          && request.resource.data.at - request.time < duration.value(2, 'm')
          && !(request.resource.data.uid is int) && -1 < 10 / 2 % 3 * 1.5;
        allow delete;
      }
    }
    match /{path=**}/logs/{log} { allow read, write: if false || [1, 2][0:1].size() == 1; } /* last */
  }
}
"""

WORDS = [
    "&&", "=", "@", ":", ",", "--", "$", ".", "==", ">", ">=", "++", "{", "[", "(", "<", "-", "%", "!=", "!", "||", "+",
    "}", "]", ")", ";", "/", "*", "**", "?", "allow", "false", "function", "if", "in", "is", "let", "null", "return",
    "service", "match", "rules_version", "true", "not", "a", "int", "1", "1.5", ".5", "'a'", '"b"', "b'c'", "/a",
    "/(d)", "//", "/*", "*/", "$(", "=**", "é", "'", "\\", "\n", " ",
]  # fmt: skip
PIECES = re.compile(r"\s+|[A-Za-z_]\w*|'[^']*'|\d+|&&|\|\||[=!<>]=|\*\*|.", re.DOTALL)


def wrapped(expression: str) -> str:
    return f"service a.b {{ match /a/{{b}} {{ allow read: if {expression}; }} }}"


def corpus() -> list[str]:
    expressions = (HERE / "expressions.txt").read_text(encoding="utf-8").splitlines()
    multiline = ["a // b\n&& c", "a\t&& b\r\n&& c", "'a\nb'", "/* a\n*/ b"]
    return [*TEXTS, TRIP, *map(wrapped, [*multiline, *expressions])]


def mutations(count: int) -> Iterator[str]:
    chance = random.Random(SEED)
    whole = [TRIP, *map(wrapped, ["a ? b[1:] : c.d(e, [f])", "/a/$(b)/{c} == x.y", "{'a': 1} is map && !-b in c"])]
    for _ in range(count):
        pieces = PIECES.findall(chance.choices(whole, [1, 2, 2, 2])[0])
        for _ in range(chance.choice([1, 1, 1, 2, 3])):
            at = chance.randrange(len(pieces))
            match chance.randrange(5):
                case 0:
                    del pieces[at]
                case 1:
                    pieces.insert(at, chance.choice(WORDS))
                case 2:
                    pieces[at] = chance.choice(WORDS)
                case 3:
                    other = chance.randrange(len(pieces))
                    pieces[at], pieces[other] = pieces[other], pieces[at]
                case _:
                    pieces.insert(at, pieces[chance.randrange(len(pieces))])
        yield "".join(pieces)


def google(texts: list[str]) -> list[dict[str, Any] | None]:
    run = subprocess.run(
        ["node", str(HERE / "google_parser.cjs")], input=json.dumps(texts), capture_output=True, text=True, check=True
    )
    verdicts: list[dict[str, Any] | None] = json.loads(run.stdout)
    return verdicts


def ours(text: str) -> RulesError | None:
    try:
        parse(text)
    except RulesError as error:
        return error
    return None


@pytest.mark.timeout(300 + MUTATIONS // 5)
@pytest.mark.parametrize("texts", [corpus(), list(mutations(MUTATIONS))], ids=["corpus", "mutations"])
def test_same_verdict_as_googles_parser(texts: list[str]) -> None:
    verdicts = google(texts)
    differing = [
        (text, verdict, str(mine))
        for text, verdict in zip(texts, verdicts, strict=True)
        if (verdict is None) != ((mine := ours(text)) is None)
    ]
    assert differing == []
    accepted = sum(verdict is None for verdict in verdicts)
    assert min(accepted, len(texts) - accepted) > len(texts) // 10, "the texts should be of both kinds"

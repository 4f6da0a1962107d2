"""Keeps the list of functions in README.md in step with the registry.

python -m deploy.readme            rewrite it
python -m deploy.readme --check    exit 1 if it is out of step
"""

import sys
from pathlib import Path

import functions
from shared.runtime.registry import FUNCTIONS, FunctionSpec

README = Path(__file__).parent.parent / "README.md"
BEGIN, END = "<!-- functions: made by python -m deploy.readme -->\n", "<!-- end of functions -->\n"


def table() -> str:
    """The functions as a Markdown table."""
    rows = ["| function | kind | who may call | what it does |", "|---|---|---|---|"]
    rows += [
        f"| `{spec.name}` | {spec.kind} | {_audience(spec)} | {spec.summary} |" for _, spec in sorted(FUNCTIONS.items())
    ]
    return "\n".join(rows) + "\n"


def _audience(spec: FunctionSpec) -> str:
    if spec.role is not None:
        return f"{spec.role} of the trip"
    return {"user": "signed in", "anyone": "anyone", "admin": "admin", "service": "the suite"}[spec.caller]


def main() -> int:
    functions.load_all()
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    wanted = before + BEGIN + table() + END + after
    if "--check" in sys.argv[1:]:
        if text != wanted:
            sys.stderr.write("README.md does not list the functions as they are: run python -m deploy.readme\n")
            return 1
        return 0
    README.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What all benchmarks share: bars, percentiles, their options and the JSON they leave."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Bar:
    """A measured figure and what it should be at most; `bar` is None where it is only reported."""

    name: str
    value: float
    bar: float | None
    ok: bool

    @classmethod
    def at_most(cls, name: str, value: float, bar: float | None = None) -> "Bar":
        return cls(name, value, bar, bar is None or value <= bar)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of the values do not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 2)


def options(script: str, description: str | None, quick: str) -> argparse.ArgumentParser:
    """The options that every benchmark has; `quick` says what is left out with --quick."""
    parser = argparse.ArgumentParser(
        prog=f"bench/{script}.py", description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help=quick)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures and bars to this file")
    return parser


def finish(bars: Sequence[Bar], path: Path | None, **figures: Any) -> int:
    """Name the bars that were missed, write the JSON where one is wanted; the exit code."""
    for bar in bars:
        if not bar.ok:
            print(f"MISSED: {bar.name} {bar.value} (bar {bar.bar})")
    if path:
        told = {**figures, "bars": [asdict(bar) for bar in bars]}
        path.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    return 0 if all(bar.ok for bar in bars) else 1

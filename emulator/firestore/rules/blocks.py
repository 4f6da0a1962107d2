"""Match blocks and allow statements, compiled."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.firestore.rules.compiler import boolean
from emulator.firestore.rules.errors import EvaluationError
from emulator.firestore.rules.evaluation import Evaluation, Run
from emulator.firestore.rules.nodes import Allow, Capture


@dataclass(frozen=True, slots=True)
class CompiledAllow:
    """One allow statement; without a condition `run` is None."""

    methods: frozenset[str]
    declaration: Allow
    run: Run | None

    def ask(self, evaluation: Evaluation) -> "Refusal | None":
        """None if it allows. Raises LimitError, which ends the whole request."""
        try:
            if self.run is None or boolean(self.run(evaluation)):
                return None
        except EvaluationError:
            return Refusal(self, evaluation.captures, failed=True)
        return Refusal(self, evaluation.captures, failed=False)


@dataclass(frozen=True, slots=True)
class CompiledMatch:
    """One match block with its whole path."""

    pattern: tuple[str | Capture, ...]
    allows: tuple[CompiledAllow, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """An allow statement that did not allow: its condition is false, or failed."""

    allow: CompiledAllow
    captures: Mapping[str, Any]
    failed: bool

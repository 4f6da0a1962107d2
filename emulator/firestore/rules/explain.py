"""Why a request was denied, in words: which allow, which sub-expression, with which values."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from emulator.firestore.rules.blocks import Refusal
from emulator.firestore.rules.compiler import Code, boolean
from emulator.firestore.rules.errors import EvaluationError, LimitError
from emulator.firestore.rules.evaluation import Evaluation
from emulator.firestore.rules.lexer import Source
from emulator.firestore.rules.matching import Target, Unknown
from emulator.firestore.rules.nodes import Binary, Call, Is, Literal, Logic, MethodCall, Node, Ternary, Unary
from emulator.firestore.rules.values import show

_MAX_STEPS: Final = 20_000
_MAX_LINES: Final = 40
_MAX_SOURCE: Final = 100


class Explainer:
    """Walks a denied condition down to what decided it, evaluating again what it shows."""

    def __init__(self, source: Source, code: Code) -> None:
        self._source = source
        self._runs = code.runs
        self._calls = code.calls

    def explain(self, method: str, target: Target, refusals: Sequence[Refusal], evaluation: Evaluation) -> str:
        """A line for the request, one for each allow statement, and below it one for each part that is to blame."""
        path = "".join(
            "/*" if part is Unknown.ONE else "/**" if part is Unknown.MANY else f"/{part}" for part in target
        )
        if not refusals:
            return f"{method} {path}: no allow statement covers it"
        evaluation.accesses = evaluation.accesses.unlimited()
        evaluation.steps, evaluation.limit = 0, _MAX_STEPS
        lines = [f"{method} {path}: no allow statement grants it"]
        try:
            for line in self._lines(refusals, evaluation):
                lines.append(line)
                if len(lines) >= _MAX_LINES:
                    return "\n".join([*lines, "  …"])
        except (LimitError, RecursionError):
            lines.append("  … (the rest takes too long to explain)")
        return "\n".join(lines)

    def _lines(self, refusals: Sequence[Refusal], evaluation: Evaluation) -> Iterator[str]:
        for refusal in refusals:
            allow = refusal.allow.declaration
            line, column = self._source.place(allow.start)
            outcome = "failed" if refusal.failed else "is false"
            yield f"  {line}:{column}: allow {', '.join(allow.operations)} {outcome}:"
            evaluation.captures = refusal.captures
            if allow.condition is not None:
                yield from (f"    {blame}" for blame in self._blame(allow.condition, True, evaluation))

    def _text(self, node: Node) -> str:
        """The source of an expression on one line."""
        words = " ".join(self._source.text[node.start : node.stop].split())
        return words if len(words) <= _MAX_SOURCE else words[: _MAX_SOURCE - 1] + "…"

    def _outcome(self, node: Node, evaluation: Evaluation) -> tuple[Any, EvaluationError | None]:
        try:
            return self._runs[node](evaluation), None
        except EvaluationError as error:
            return None, error

    def _blame(self, node: Node, wanted: bool, evaluation: Evaluation) -> Iterator[str]:
        """Lines on why the node is not `wanted`."""
        if isinstance(node, Unary) and node.operator == "!":
            yield from self._blame(node.operand, not wanted, evaluation)
        elif isinstance(node, Logic):
            yield from self._blame_logic(node, wanted, evaluation)
        elif isinstance(node, Ternary):
            yield from self._blame_ternary(node, wanted, evaluation)
        elif isinstance(node, Call) and node in self._calls:
            yield from self._blame_call(node, wanted, evaluation)
        else:
            yield self._line(node, evaluation)

    def _blame_logic(self, node: Logic, wanted: bool, evaluation: Evaluation) -> Iterator[str]:
        for operand in node.operands:
            value, error = self._outcome(operand, evaluation)
            if error is not None or value is not wanted:
                yield from self._blame(operand, wanted, evaluation)
                if error is None and wanted == (node.operator == "&&"):
                    return

    def _blame_ternary(self, node: Ternary, wanted: bool, evaluation: Evaluation) -> Iterator[str]:
        value, error = self._outcome(node.condition, evaluation)
        if error is not None or not isinstance(value, bool):
            yield from self._blame(node.condition, True, evaluation)
        else:
            yield from self._blame(node.yes if value else node.no, wanted, evaluation)

    def _blame_call(self, node: Call, wanted: bool, evaluation: Evaluation) -> Iterator[str]:
        function = self._calls[node]
        if len(node.arguments) != len(function.declaration.parameters):
            yield self._line(node, evaluation)
            return
        frame = function.frame(evaluation, [self._runs[argument] for argument in node.arguments])
        caller, evaluation.frame = evaluation.frame, frame
        try:
            yield from self._blame(function.declaration.result, wanted, evaluation)
        finally:
            evaluation.frame = caller

    def _line(self, node: Node, evaluation: Evaluation) -> str:
        line, column = self._source.place(node.start)
        head = f"{line}:{column}: {self._text(node)}"
        value, error = self._outcome(node, evaluation)
        shown = [f"{self._text(part)} is {text}" for part, text in self._values(node, evaluation)]
        details = f" ({'; '.join(shown)})" if shown else ""
        if error is not None:
            return f"{head} failed: {error}{details}"
        try:
            return f"{head} is {show(boolean(value))}{details}"
        except EvaluationError as wrong:
            return f"{head} failed: {wrong}{details}"

    def _values(self, node: Node, evaluation: Evaluation) -> Iterator[tuple[Node, str]]:
        """The parts of a comparison or call that have a value worth showing; a namespace has none."""
        if isinstance(node, (Binary, Is, MethodCall, Call)):
            for part in node.children():
                if part in self._runs and not isinstance(part, Literal):
                    value, error = self._outcome(part, evaluation)
                    if error is None:
                        yield part, show(value)

"""What can go wrong with rules: at load (`RulesError`) and while a request is judged.

Exception
├── RulesError          the text is refused; carries line and column, both counted from 1
└── JudgingError
    ├── EvaluationError   an expression has no value; `&&` and `||` may absorb it
    └── LimitError        a limit on evaluation is exceeded; nothing absorbs it, the request is denied
"""


class RulesError(Exception):
    """The rules text is refused. `line` and `column` count from 1."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(f"{line}:{column}: {message}")
        self.message = message
        self.line = line
        self.column = column


class JudgingError(Exception):
    """Judging a request went wrong; the request is denied unless `&&` or `||` absorbs the error."""


class EvaluationError(JudgingError):
    """An expression has no value: an absent field, a wrong type, a missing document, an unprovable constraint."""


class LimitError(JudgingError):
    """Too many expressions or document accesses; the whole request is denied."""

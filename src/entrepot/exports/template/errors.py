"""What is wrong with a template, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from entrepot.base.errors import Conflict, Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One thing that is wrong; line and column are counted from 1."""

    line: int
    column: int
    message: str


class InvalidTemplate(Invalid):
    """The template has mistakes."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        first, count = mistakes[0], len(mistakes)
        more = f", and {count - 1} more" if count > 1 else ""
        super().__init__(
            f"line {first.line}, column {first.column}: {first.message}{more}",
            mistakes=[
                {"line": m.line, "column": m.column, "message": m.message}
                for m in mistakes
            ],
        )
        self.mistakes = list(mistakes)


class ShippedTemplate(Conflict):
    """The template came with the program."""

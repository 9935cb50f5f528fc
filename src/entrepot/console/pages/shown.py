"""What came of a run, as a page without scripts shows it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from entrepot.base.errors import Conflict, Expired
from entrepot.base.house import House
from entrepot.base.identity import Identity
from entrepot.base.json_values import json_column
from entrepot.console import service
from entrepot.console.spec import LIVE, ColumnHead, RunSeen

PAGE_ROWS = 100
SHOWN_LETTERS = 200
_BROKEN = re.compile(r"float|double|real", re.I)
_NUMBER = re.compile(r"int(?!erval)|num|dec|float|double|real|money|serial", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Some rows of a run's result; `offset` is the place of the first, from 0."""

    heads: list[ColumnHead]
    rows: list[tuple[object, ...]]
    offset: int
    total: int

    @property
    def end(self) -> int:
        """Return the place behind the last row here."""
        return self.offset + len(self.rows)

    def is_number(self, place: int) -> bool:
        """Tell whether a column's values stand at the right."""
        return _NUMBER.search(self.heads[place].type) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A statement around the word that is wrong in it."""

    before: str
    word: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A statement that began to run, and what came of it.

    Attributes:
        rows: Some of its result; None where none are kept.
        others: It is one of so many.
    """

    run: RunSeen
    rows: Rows | None
    others: int = 0

    @property
    def is_running(self) -> bool:
        """Tell whether the run has not ended."""
        return self.run.state in LIVE

    @property
    def marked(self) -> Marked | None:
        """Return the statement with its wrong word set apart, where that is known."""
        return mark(self.run.sql, self.run.error.position if self.run.error else None)


def read_rows(
    house: House, who: Identity, run: RunSeen, offset: int, limit: int = PAGE_ROWS
) -> Rows | None:
    """Return rows of a run; None where they are not kept."""
    if run.result_url is None:
        return None
    try:
        found = service.read_result(
            house, who, run.query_id, offset=max(offset, 0), limit=limit
        )
    except (Expired, Conflict):
        return None
    rows: list[tuple[object, ...]] = []
    for batch in found.batches:
        columns = [json_column(column) for column in batch.columns]
        rows += zip(*columns, strict=True)
    return Rows(heads=found.heads, rows=rows, offset=found.offset, total=found.total)


def mark(sql: str, position: int | None) -> Marked | None:
    """Return a statement with the word at a position, counted from 1, set apart."""
    if position is None or not 1 <= position <= len(sql):
        return None
    begin = position - 1
    word = re.compile(r"\w+|.", re.S).match(sql, begin)
    end = word.end() if word else begin
    return Marked(before=sql[:begin], word=sql[begin:end], after=sql[end:])


def cell_text(value: object, type: str = "") -> str:
    """Return a value as text, all of it; a number that counts no pieces as `3.0`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and _BROKEN.search(type):
        return str(float(value))
    return str(value)

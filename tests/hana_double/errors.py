"""Errors as HANA sends them: a number, a text with a place in it, a position."""

from __future__ import annotations

import re

import duckdb


class HanaError(Exception):
    """What a client gets instead of an answer.

    Attributes:
        position: Of the mistake in the statement, from 1; 0 for none.
        is_fatal: The connection is of no use any more.
    """

    def __init__(
        self, code: int, text: str, *, position: int = 0, is_fatal: bool = False
    ) -> None:
        super().__init__(f"{code}: {text}")
        self.code, self.text = code, text
        self.position, self.is_fatal = position, is_fatal


CANCELLED = "current operation cancelled by request and transaction rolled back"
READ_ONLY = "transaction error: a read only transaction cannot change anything"

PATTERNS = (
    (257, "syntax error at or near {1}", r'syntax error at or near "(.*?)"'),
    (257, "syntax error: unterminated", r"unterminated|syntax error"),
    (362, "invalid schema name: {1}", r'because schema "(.*?)" does not exist'),
    (362, "invalid schema name: {1}", r'Schema with name "?([^"]*?)"? does not exist'),
    (288, "cannot use duplicate table name: {1}", r'with name "(.*?)" already exists'),
    (
        328,
        "invalid name of function or procedure: {1}",
        r"Function with name (\S+) does not exist",
    ),
    (
        259,
        "invalid table name: Could not find table/view {1}",
        r'(?:Table|View) with name "?(.*?)"? does not exist',
    ),
    (260, "invalid column name: {1}", r'column "(.*?)" not found'),
    (260, "invalid column name: {1}", r'"(.*?)" does not have a column named'),
    (
        268,
        "column ambiguously defined: {1}",
        r'Ambiguous reference to column name "(.*?)"',
    ),
    (301, "unique constraint violated", r"Duplicate key|PRIMARY KEY or UNIQUE"),
    (287, "cannot insert NULL or update to NULL", r"NOT NULL constraint failed"),
    (461, "foreign key constraint violation", r"foreign key constraint"),
    (128, READ_ONLY, r"read-only mode"),
    (339, "invalid number: {0}", r"Conversion Error: Could not convert string '.*?'"),
    (269, "too many values", r"has \d+ columns but \d+ values"),
    (4, "cannot allocate enough memory", r"Out of Memory"),
    (274, "inserted value too large for column", r"too large|out of range"),
)


def from_duckdb(error: duckdb.Error, sql: str) -> HanaError:
    """Return what HANA would have said."""
    if isinstance(error, duckdb.InterruptException):
        return HanaError(139, CANCELLED)
    said = str(error)
    for code, text, pattern in PATTERNS:
        found = re.search(pattern, said)
        if found:
            text = text.format(found[0], *found.groups())
            return _placed(code, text, said, sql)
    return _placed(256, said.splitlines()[0], said, sql)


def _placed(code: int, text: str, said: str, sql: str) -> HanaError:
    position = _position(said, sql)
    if not position:
        return HanaError(code, text)
    before = sql[: position - 1]
    line, column = before.count("\n") + 1, position - (before.rfind("\n") + 1)
    text = f"{text}: line {line} col {column} (at pos {position})"
    return HanaError(code, text, position=position)


def _position(said: str, sql: str) -> int:
    """Return where DuckDB's caret points, which stands below the statement's line."""
    found = re.search(r"LINE (\d+): (.*)\n( *)\^", said)
    if not found:
        return 0
    lines = sql.split("\n")
    number, shown = int(found[1]), found[2]
    if number > len(lines):
        return 0
    column = len(found[3]) - len(f"LINE {found[1]}: ")
    if shown.startswith("..."):
        column += lines[number - 1].find(shown[3:].removesuffix("...")) - 3
    return sum(len(line) + 1 for line in lines[: number - 1]) + max(0, column) + 1

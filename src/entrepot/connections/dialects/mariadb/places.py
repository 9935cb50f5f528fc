"""Where in a statement an error of MariaDB's lies, which says a piece of its text."""

from __future__ import annotations

import re

SYNTAX = 1064
NEAR = re.compile(r"near '(.*)' at line (\d+)", re.DOTALL)
NAMED = {
    1054: re.compile(r"Unknown column '([^']*)'"),
    1052: re.compile(r"Column '([^']*)'"),
    1146: re.compile(r"Table '([^']*)' doesn't exist"),
    1051: re.compile(r"Unknown table '([^']*)'"),
    1109: re.compile(r"Unknown table '([^']*)'"),
    1305: re.compile(r"(?:FUNCTION|PROCEDURE) (\S+) does not exist"),
    1128: re.compile(r"Function '([^']*)' is not defined"),
}
CUT = "..."
"""Behind a piece that the server has cut."""


def place_of(number: int, said: str, sql: str) -> dict[str, int]:
    """Return `position` (from 1, in characters) where it can be told, else nothing."""
    if number == SYNTAX:
        return _near(said, sql)
    name = number in NAMED and NAMED[number].search(said)
    return _only(name[1].rpartition(".")[2], sql) if name else {}


def _near(said: str, sql: str) -> dict[str, int]:
    found = NEAR.search(said)
    if found is None:
        return {}
    piece, line = found[1], int(found[2])
    if not piece:
        return {"position": len(sql.rstrip()) + 1}
    starts = _starts(piece, sql)
    if not starts:
        return {}
    return {"position": min(starts, key=lambda s: (abs(_line(sql, s) - line), s)) + 1}


def _starts(piece: str, sql: str) -> list[int]:
    whole = sql.rstrip().rstrip(";").rstrip()
    for end in (whole, sql.rstrip(), sql):
        if end.endswith(piece):
            return [len(end) - len(piece)]
    piece = piece.removesuffix(CUT)
    return [match.start() for match in re.finditer(re.escape(piece), sql)]


def _line(sql: str, start: int) -> int:
    return sql.count("\n", 0, start) + 1


def _only(name: str, sql: str) -> dict[str, int]:
    word = rf"(?<![\w$]){re.escape(name)}(?![\w$])"
    found = list(re.finditer(word, sql, re.IGNORECASE))
    return {"position": found[0].start() + 1} if len(found) == 1 and name else {}

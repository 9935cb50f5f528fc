"""The pieces of a statement, as far as quotes and comments matter.

It serves convenience: splitting, parameters, the first word. It is no part of the wall,
which is the database's own and reads statements as the database does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

Piece = Literal[
    "comment", "string", "quoted", "name", "place", "dollar", "word", "end", "open",
    "close", "space", "other",
]  # fmt: skip

_PIECES = r"""
    (?P<comment> --[^\n]*{hash} )
  | (?P<block> /\* )
  | (?P<string> {prefix}'(?:[^'{escape}]|''{escaped})*(?:'|\Z) )
  | (?P<quoted> "(?:[^"]|"")*(?:"|\Z) | `(?:[^`]|``)*(?:`|\Z){bracket} )
  {dollar_quote}
  | (?P<name> (?<![:\w]) :[A-Za-z_]\w* )
  | (?P<place> \?(?!\d) )
  | (?P<dollar> \$\d+ )
  | (?P<word> [^\W\d][\w$]* )
  | (?P<end> ; )
  | (?P<open> [(\[{{] )
  | (?P<close> [)\]}}] )
  | (?P<space> \s+ )
  | (?P<other> (?:\d\w*|::|.) )
"""
_DOLLAR_QUOTE = r"| (?P<raw> \$(?P<tag>[^\W\d]\w*|)\$ .*? (?:\$(?P=tag)\$|\Z) )"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece from `start` to before `end`."""

    kind: Piece
    start: int
    end: int


@cache
def _pattern(dialect: str) -> re.Pattern[str]:
    is_mysql = dialect == "mariadb"
    has_dollars = dialect in ("postgresql", "duckdb")
    text = _PIECES.format(
        hash=r" | \#[^\n]*" if is_mysql else "",
        prefix=r"(?:(?<![\w])[eE])?" if has_dollars else "",
        escape=r"\\" if is_mysql else "",
        escaped=r"|\\(?:.|\Z)" if is_mysql else "",
        bracket=r" | \[[^\]]*(?:\]|\Z)" if dialect == "sqlite" else "",
        dollar_quote=_DOLLAR_QUOTE if has_dollars else "",
    )
    return re.compile(text, re.VERBOSE | re.DOTALL)


_ESCAPED = re.compile(r"[eE]'(?:[^'\\]|''|\\(?:.|\Z))*(?:'|\Z)", re.DOTALL)
_COMMENT_MARK = re.compile(r"/\*|\*/")
_NESTS = ("postgresql", "duckdb")


def tokens(sql: str, dialect: str) -> Iterator[Token]:
    """Yield the pieces of a text, one behind the other, without gaps.

    Args:
        dialect: Whose quotes and comments are meant; standard SQL's if unknown.
    """
    match, place = _pattern(dialect).match, 0
    while place < len(sql):
        found = match(sql, place)
        assert found is not None, "some piece takes any character"
        kind, end = found.lastgroup, found.end()
        if kind == "block":
            kind, end = "comment", _comment_end(sql, place, nests=dialect in _NESTS)
        elif kind in ("raw", "tag"):
            kind = "string"
        elif kind == "string" and sql[place] in "eE":
            escaped = _ESCAPED.match(sql, place)
            end = escaped.end() if escaped else end
        yield Token(kind, place, end)  # type: ignore[arg-type]  # a group is a kind
        place = end


def _comment_end(sql: str, start: int, *, nests: bool) -> int:
    depth = 0
    for mark in _COMMENT_MARK.finditer(sql, start):
        if mark[0] == "/*":
            depth += 1 if nests or not depth else 0
        else:
            depth -= 1
        if not depth:
            return mark.end()
    return len(sql)

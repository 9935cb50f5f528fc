"""The first word of a statement in PostgreSQL's SQL."""

from __future__ import annotations

import re

GAP = re.compile(r"(?>[\s;]+|--[^\r\n]*)*+")
WORD = re.compile(r"[A-Za-z]*")
MARK = re.compile(r"/\*|\*/")


def first_word(sql: str) -> str:
    """Return the word that a statement begins with, in lower case; empty if none.

    Comments stand one in another, and an empty statement before it counts for nothing.
    """
    at = 0
    while True:
        at = GAP.match(sql, at).end()  # type: ignore[union-attr]  # fits anywhere
        if not sql.startswith("/*", at):
            return WORD.match(sql, at)[0].lower()  # type: ignore[index]  # as above
        at = _behind_comment(sql, at)


def _behind_comment(sql: str, start: int) -> int:
    depth = 0
    for mark in MARK.finditer(sql, start):
        depth += 1 if mark[0] == "/*" else -1
        if not depth:
            return mark.end()
    return len(sql)

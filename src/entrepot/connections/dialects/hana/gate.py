"""The first word of a statement, which says what kind HANA takes it for.

HANA runs one statement at a time, and none that begins with SELECT or WITH can change
the catalogue. So this stands before the read-only transaction, for what commits by
itself; comments that HANA might read otherwise than we do are refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from entrepot.base.errors import Denied, Invalid
from entrepot.connections.spec import CommitsByItself

READING = ("SELECT", "WITH", "(")
CHANGING = ("INSERT", "UPDATE", "DELETE", "UPSERT", "REPLACE", "MERGE")
ABOUT_ITSELF = (
    *("BEGIN", "COMMIT", "CONNECT", "END", "RELEASE", "ROLLBACK", "SAVEPOINT", "SET"),
    *("START", "UNSET"),
)
"""What transactions and sessions are made of, which are ours to say."""

KNOWN = frozenset(
    (
        *CHANGING,
        *ABOUT_ITSELF,
        *("ALTER", "ANNOTATE", "BACKUP", "CALL", "CHECKPOINT", "CLEAR", "COMMENT"),
        *("CREATE", "DECLARE", "DESCRIBE", "DO", "DROP", "EXEC", "EXECUTE", "EXPLAIN"),
        *("EXPORT", "GRANT", "IMPORT", "LOAD", "LOCK", "MIGRATE", "RECLAIM"),
        *("RECOVER", "REFRESH", "RENAME", "REVOKE", "SAVE", "STOP", "TRUNCATE"),
        *("UNDEPLOY", "UNLOAD", "VALIDATE"),
    )
)
"""What HANA's other statements begin with."""

_SPACE = re.compile(r"[ \t\r\n\f\v;]+")
_LINE = re.compile(r"--([^\n]*)(?:\n|\Z)")
_BLOCK = re.compile(r"/\*(.*?)\*/", re.DOTALL)
_WORD = re.compile(r"[A-Za-z_]+")
_SILENT = re.compile(
    r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL
)
"""An open comment goes on to the end: else each would be looked through again."""
_PIECE = re.compile(r"[()]|[A-Za-z_]\w*")


def first_word(sql: str) -> str:
    """Return the first word in capitals, or the first sign; empty where nothing is.

    Raises:
        Invalid: A comment before it is open, or could end elsewhere than we see.
    """
    at = 0
    while at < len(sql):
        if found := _SPACE.match(sql, at):
            at = found.end()
        elif sql.startswith("--", at):
            at = _skip(_LINE, sql, at, "\r")
        elif sql.startswith("/*", at):
            at = _skip(_BLOCK, sql, at, "/*")
        else:
            word = _WORD.match(sql, at)
            return word[0].upper() if word else sql[at]
    return ""


def check_reading(sql: str) -> None:
    """Let pass what can only read.

    Raises:
        Invalid: There is no statement.
        Denied: It begins with anything else than SELECT, WITH or a bracket.
    """
    word = _known_word(sql)
    if word not in READING or (word == "WITH" and _change_behind(sql)):
        raise Denied(
            "only SELECT may run here", hint="this connection cannot change anything"
        )


def check_changing(sql: str, *, keep: bool) -> None:
    """Let pass what changes rows, and what commits by itself if it is to be kept.

    Raises:
        Invalid: There is no statement.
        Denied: It is about the transaction or the session.
        CommitsByItself: It would, and is not to be kept.
    """
    word = _known_word(sql)
    if word in ABOUT_ITSELF:
        raise Denied(
            f"{word} is not for statements to say",
            hint="whether a change is kept is said beside it",
        )
    if word not in (*READING, *CHANGING) and not keep:
        raise CommitsByItself(
            f"{word} commits by itself on HANA, so that it cannot be tried first",
            hint="only INSERT, UPDATE, DELETE and their like can be tried and undone",
        )


def bare(sql: str) -> str:
    """Return a statement whose texts and comments are blank, each as long as before."""
    return _SILENT.sub(
        lambda m: m[0] if m[0][0] == '"' else " " * len(m[0]),
        sql,
    )


def check_count(sql: str, values: Sequence[object]) -> None:
    """Refuse values without a place, which the driver passes over.

    Raises:
        Invalid: There are more or fewer of them than places.
    """
    places = _SILENT.sub(" ", sql).count("?")
    if values and places != len(values):
        raise Invalid(
            f"the statement has places for {places} values; {len(values)} are given"
        )


def _known_word(sql: str) -> str:
    word = first_word(sql)
    if not word:
        raise Invalid("there is no statement")
    if word in READING or word in KNOWN:
        return word
    raise Invalid(f"HANA has no statement that begins with {word[:40]!r}", position=1)


def _change_behind(sql: str) -> bool:
    """Tell whether a word of change stands outside all brackets."""
    if any(_is_open(found[0]) for found in _SILENT.finditer(sql)):
        raise Invalid("a comment has no end")
    depth = 0
    for found in _PIECE.finditer(_SILENT.sub(" ", sql)):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if depth == 0 and found[0].upper() in CHANGING[:4]:
            return True
    return False


def _is_open(piece: str) -> bool:
    return piece.startswith("/*") and (len(piece) < 4 or not piece.endswith("*/"))


def _skip(comment: re.Pattern[str], sql: str, at: int, odd: str) -> int:
    found = comment.match(sql, at)
    if found is None:
        raise Invalid("a comment has no end")
    if odd in found[1].removesuffix("\r"):
        raise Invalid(
            "a comment before the statement could be read in two ways",
            hint="leave it out",
        )
    return found.end()

"""Statements as text: one of them, several in a script, the kind of each."""

from __future__ import annotations

from dataclasses import dataclass

from entrepot.console.errors import (
    InvalidSql,
    MissingSql,
    QueryTooLong,
    SeveralStatements,
)
from entrepot.console.lexing import tokens

LONGEST_CHARACTERS = 50_000
"""Of one statement, as the document says."""

TYPES = {
    name: name
    for name in (
        "SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "ALTER", "GRANT",
        "REVOKE", "CALL",
    )
} | {"VALUES": "SELECT", "TABLE": "SELECT", "FROM": "SELECT"}  # fmt: skip
SECRETS = ("PASSWORD", "IDENTIFIED", "SECRET", "CONNECTION", "CREDENTIAL")
"""Words of a statement behind which a password may stand, in quotes or without."""

_IN_WITH = ("SELECT", "INSERT", "UPDATE", "DELETE")
TELLING = ("EXPLAIN", "SHOW", "DESCRIBE", "DESC", "SUMMARIZE", "PRAGMA")
"""First words of statements that ask the database about itself."""
_SILENT = ("comment", "space", "end")


@dataclass(frozen=True, slots=True)
class Part:
    """One statement of a script; `start` is its place there, from 0."""

    sql: str
    start: int


def split(script: str, dialect: str) -> list[Part]:
    """Return the statements of a script, without empty ones and semicolons."""
    parts: list[Part] = []
    begin, says = None, False
    for token in tokens(script, dialect):
        if token.kind == "end":
            if begin is not None and says:
                parts.append(Part(script[begin : token.start].rstrip(), begin))
            begin, says = None, False
        elif token.kind != "space":
            begin = token.start if begin is None else begin
            says = says or token.kind != "comment"
    if begin is not None and says:
        parts.append(Part(script[begin:].rstrip(), begin))
    return parts


def check(sql: str, dialect: str) -> None:
    """Refuse what cannot be one statement, whatever the database.

    Raises:
        MissingSql: There is nothing but blanks and comments.
        QueryTooLong: It has more than 50,000 characters.
        InvalidSql: It holds a NUL character.
        SeveralStatements: There is more than one.
    """
    check_text(sql)
    count = len(split(sql, dialect)) if ";" in sql else int(_says(sql, dialect))
    if count == 0:
        raise MissingSql("there is no statement", hint="send one in `query`")
    if count > 1:
        raise SeveralStatements(
            f"these are {count} statements, and one runs at a time",
            hint="POST /api/sql/batch runs several, one after the other",
            statements=count,
        )


def check_text(sql: str) -> None:
    """Refuse a text that no database should get.

    Raises:
        QueryTooLong: It has more than 50,000 characters.
        InvalidSql: It holds a NUL character, or half of one beyond the first plane.
    """
    if len(sql) > LONGEST_CHARACTERS:
        raise QueryTooLong(
            f"the statement has {len(sql):,} characters, more than "
            f"{LONGEST_CHARACTERS:,}",
            hint="bind long values as `params`, or send a script to /api/sql/batch",
            characters=len(sql),
            most_characters=LONGEST_CHARACTERS,
        )
    if "\0" in sql:
        position = sql.index("\0") + 1
        raise InvalidSql(
            f"character {position} of the statement is NUL", position=position
        )


def _says(sql: str, dialect: str) -> bool:
    return any(token.kind not in _SILENT for token in tokens(sql, dialect))


def query_type(sql: str, dialect: str) -> str:
    """Return what a statement does, in one word of the document's; else `UNKNOWN`.

    What begins with WITH is told by the first word behind its parentheses.
    """
    depth, is_with = 0, False
    for token in tokens(sql, dialect):
        if token.kind == "open":
            depth += 1
        elif token.kind == "close":
            depth -= 1
        elif token.kind == "word":
            word = sql[token.start : token.end].upper()
            if not is_with and word != "WITH":
                return TYPES.get(word, "UNKNOWN")
            if is_with and depth == 0 and word in _IN_WITH:
                return word
            is_with = True
        elif token.kind not in ("comment", "space", "open") and not is_with:
            return "UNKNOWN"
    return "SELECT" if is_with else "UNKNOWN"


_SECOND = (
    *("INTO", "FROM", "TABLE", "VIEW", "INDEX", "SCHEMA", "DATABASE", "SEQUENCE"),
    *("TRIGGER", "FUNCTION", "PROCEDURE", "TYPE", "USER", "ROLE", "UNIQUE", "TEMP"),
    *("TEMPORARY", "MATERIALIZED", "VIRTUAL", "COLUMN", "EXTENSION", "MACRO", "OR"),
)
"""What is no name behind the first word of a statement that writes."""


def only_reads(sql: str, dialect: str) -> bool:
    """Tell whether a statement means to read; what it says it does is not looked at."""
    is_telling = first_words(sql, dialect, 1) in TELLING
    return is_telling or query_type(sql, dialect) == "SELECT"


def first_words(sql: str, dialect: str, count: int = 2) -> str:
    """Return the first words of a statement in capitals, e.g. `DROP TABLE`."""
    words: list[str] = []
    for token in tokens(sql, dialect):
        if token.kind == "word":
            words.append(sql[token.start : token.end].upper())
        elif token.kind not in ("comment", "space"):
            break
        if len(words) == 2:
            break
    return " ".join(words if words[1:] and words[1] in _SECOND else words[:1])


def without_passwords(sql: str, dialect: str) -> str:
    """Return a statement up to the first word behind which a password may stand."""
    for token in tokens(sql, dialect):
        if token.kind == "word" and sql[token.start : token.end].upper() in SECRETS:
            return f"{sql[: token.end]} …"
    return sql


def written_table(sql: str, dialect: str) -> str:
    """Return the table that an INSERT, UPDATE or DELETE names; empty if none is."""
    words = [
        sql[token.start : token.end]
        for token in tokens(sql, dialect)
        if token.kind not in ("comment", "space")
    ]
    upper = [word.upper() for word in words]
    for verb, before in (("INSERT", "INTO"), ("DELETE", "FROM"), ("UPDATE", "UPDATE")):
        if upper[:1] == [verb] and before in upper[:4]:
            place = upper.index(before) + 1
            name = words[place : place + 1]
            while words[place + 1 : place + 2] == ["."]:
                name += words[place + 2 : place + 3]
                place += 2
            return ".".join(part.strip('"`[]') for part in name)
    return ""

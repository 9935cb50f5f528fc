"""Statements that write, run past the wall for those who may."""

from __future__ import annotations

import re

from entrepot.connections.dialects.hana import questions as ask
from entrepot.connections.dialects.hana.gate import (
    CHANGING,
    READING,
    bare,
    check_changing,
    first_word,
)
from entrepot.connections.dialects.hana.read import listed
from entrepot.connections.dialects.hana.watch import Reading, run
from entrepot.connections.spec import Change, Statement

_NAME = r'(?:"(?:[^"]|"")+"|[A-Za-z_][\w$#]*)'
_TARGET = re.compile(
    rf"(?:INSERT\s+INTO|UPSERT|REPLACE|UPDATE|DELETE\s+FROM|DELETE|MERGE\s+INTO)\s+"
    rf"({_NAME})(?:\s*\.\s*({_NAME}))?",
    re.IGNORECASE,
)
IDENTITY = """
SELECT COUNT(*) FROM SYS.TABLE_COLUMNS
WHERE SCHEMA_NAME = ? AND TABLE_NAME = ? AND GENERATION_TYPE LIKE '%IDENTITY%'
"""


def change(reading: Reading, statement: Statement, *, keep: bool) -> Change:
    """Run a statement that writes, and keep or undo it.

    Raises:
        Denied: It is about the transaction or the session.
        CommitsByItself: It would, and is not to be kept.
        Invalid: It does not compile.
    """
    sql = statement.sql
    check_changing(sql, keep=keep)
    word = first_word(sql)
    with reading.cursor() as cursor, reading.turned(sql):
        run(cursor, sql, listed(statement))
        rows = cursor.rowcount if word in CHANGING and cursor.rowcount >= 0 else None
    target = find_target(reading, sql) if word in CHANGING else None
    warnings = _warnings(reading, target, word, keep=keep)
    if keep:
        with reading.turned():
            reading.connection.commit()
    return Change(
        table=".".join(target) if target else "",
        rows=rows,
        is_kept=keep,
        warnings=warnings,
    )


def find_target(reading: Reading, sql: str) -> tuple[str, str] | None:
    """Return schema and name of the table that a statement writes to, if it shows."""
    found = _TARGET.search(bare(sql))
    if found is None:
        return None
    first, second = (_plain(part) for part in found.groups())
    if second:
        return first, second
    schema = reading.ask("SELECT CURRENT_SCHEMA FROM DUMMY")[0][0]
    return str(schema), first


def _warnings(
    reading: Reading, target: tuple[str, str] | None, word: str, *, keep: bool
) -> tuple[str, ...]:
    if word not in (*READING, *CHANGING):
        return ("it committed by itself, and nothing undoes it",)
    if target is None:
        return ()
    names = reading.ask(ask.TRIGGERS, *target)
    told = [f"the trigger {name} ran, too" for (name,) in names]
    [(identities,)] = reading.ask(IDENTITY, *target)
    if identities and word not in ("UPDATE", "DELETE") and not keep:
        told.append("the numbers of its identity column do not go back")
    return tuple(told)


def _plain(name: str | None) -> str:
    if name is None:
        return ""
    return name[1:-1].replace('""', '"') if name[0] == '"' else name.upper()

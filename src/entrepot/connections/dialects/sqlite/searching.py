"""Full-text tables of an SQLite file, and the tables whose rows they know."""

from __future__ import annotations

import re
import sqlite3

from entrepot.connections.dialects.sqlite.names import quoted
from entrepot.connections.spec import Column, Search

TABLES = """
SELECT name, sql FROM sqlite_master
WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%USING%fts_%(%' ORDER BY name
"""
ROWID = "rowid"
"""What full-text tables call the number of a row, unless they are told otherwise."""

_MODULE = re.compile(r"\bUSING\s+fts([345])\s*\((.*)\)", re.IGNORECASE | re.DOTALL)
_OPTION = re.compile(
    r"""\b(content|content_rowid)\s*=\s*
        (?: '((?:[^']|'')*)' | "((?:[^"]|"")*)" | \[([^\]]*)\] | (\w+) )""",
    re.IGNORECASE | re.VERBOSE,
)


def find_searches(
    connection: sqlite3.Connection, name: str, columns: tuple[Column, ...]
) -> tuple[Search, ...]:
    """Return the full-text tables that know a table's rows, and itself if it is one."""
    found = []
    for source, sql in connection.execute(TABLES).fetchall():
        module = _MODULE.search(sql)
        if module is None:
            continue
        options = _options(module[2])
        if name not in (source, options.get("content")):
            continue
        key = "" if source == name else options.get("content_rowid")
        looked = _looked(connection, source, columns)
        if looked:
            kind = "fts5" if module[1] == "5" else "fts4"
            found.append(
                Search(columns=looked, kind=kind, source=source, key=key or ROWID)
            )
    return tuple(found)


def _options(text: str) -> dict[str, str]:
    """Return the table that is known, and its key, as a full-text table was made."""
    # https://www.sqlite.org/fts5.html#external_content_tables
    return {
        name.lower(): single.replace("''", "'")
        or double.replace('""', '"')
        or bracketed
        or bare
        for name, single, double, bracketed, bare in _OPTION.findall(text)
    }


def _looked(
    connection: sqlite3.Connection, source: str, columns: tuple[Column, ...]
) -> tuple[str, ...]:
    lines = connection.execute(f"PRAGMA main.table_info({quoted(source)})").fetchall()
    theirs = {line[1] for line in lines}
    return tuple(column.name for column in columns if column.name in theirs)

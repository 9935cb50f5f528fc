"""Statements that write, on a connection of their own, past the wall."""

from __future__ import annotations

from dataclasses import dataclass

import pymysql

from entrepot.base.errors import Denied, Refused
from entrepot.base.rows import ReadOptions
from entrepot.connections.dialects.mariadb import wire
from entrepot.connections.dialects.mariadb.connect import close, connect
from entrepot.connections.dialects.mariadb.read import ADMIN_COLUMNS, listed, prepare
from entrepot.connections.dialects.mariadb.role import check_role
from entrepot.connections.dialects.mariadb.session import settings
from entrepot.connections.dialects.mariadb.targets import (
    TRANSACTIONS,
    VERBS,
    Named,
    named_tables,
)
from entrepot.connections.dialects.mariadb.watch import Reading, watch
from entrepot.connections.spec import Change, CommitsByItself, Statement, Target

# In an XA transaction the server refuses whatever would commit by itself, and COMMIT.
XA_ID = "'entrepot-preview'"
COMMITS_BY_ITSELF = 1399

ENGINES = """
SELECT t.TABLE_SCHEMA, t.TABLE_NAME, COALESCE(e.TRANSACTIONS, 'NO'),
       t.AUTO_INCREMENT IS NOT NULL
FROM information_schema.TABLES t
LEFT JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE
WHERE t.TABLE_SCHEMA = COALESCE(?, DATABASE()) AND t.TABLE_NAME = ?
  AND t.TABLE_TYPE <> 'VIEW'
"""
TRIGGERS = """
SELECT TRIGGER_NAME FROM information_schema.TRIGGERS
WHERE EVENT_OBJECT_SCHEMA = ? AND EVENT_OBJECT_TABLE = ? AND EVENT_MANIPULATION = ?
ORDER BY TRIGGER_NAME
"""
CASCADES = """
SELECT TABLE_NAME FROM information_schema.REFERENTIAL_CONSTRAINTS
WHERE UNIQUE_CONSTRAINT_SCHEMA = ? AND REFERENCED_TABLE_NAME = ?
  AND (? = 'DELETE' AND DELETE_RULE IN ('CASCADE', 'SET NULL', 'SET DEFAULT')
       OR ? = 'UPDATE' AND UPDATE_RULE IN ('CASCADE', 'SET NULL', 'SET DEFAULT'))
ORDER BY TABLE_NAME
"""


def change(
    target: Target, statement: Statement, options: ReadOptions, *, keep: bool
) -> Change:
    """Run a statement that writes, and undo it where it is not kept."""
    connection = connect(target)
    try:
        with watch(connection, target, options.seconds, options.switch) as reading:
            with reading.turned():
                check_role(connection, target)
                connection.query(settings(connection, options.seconds))
            return _Changing(reading, statement).run(keep=keep)
    finally:
        close(connection)


@dataclass(frozen=True, slots=True)
class _Changing:
    reading: Reading
    statement: Statement

    def run(self, *, keep: bool) -> Change:
        sql, connection = self.statement.sql, self.reading.connection
        with self.reading.turned(sql):
            prepared = prepare(connection, sql)
        named = named_tables(sql)
        if named.verb in TRANSACTIONS:
            raise Denied(
                "transactions are not the statement's own",
                hint="what is kept is said beside the statement",
            )
        found = self._look(named)
        if not keep:
            self._refuse_lasting(prepared, named, found)
        rows, lasting = self._kept(prepared) if keep else self._undone(prepared)
        written = found[0] if named.is_one and found else None
        return Change(
            table=f"{written.schema}.{written.name}" if written else "",
            rows=rows if named.verb in VERBS else None,
            is_kept=keep,
            warnings=(*self._warnings(named, written, keep=keep), *lasting),
        )

    def _kept(self, prepared: wire.Prepared) -> tuple[int, tuple[str, ...]]:
        with self.reading.turned(self.statement.sql):
            self.reading.connection.query("START TRANSACTION")
            rows = self._execute(prepared)
            self.reading.connection.query("COMMIT")
        return rows, ()

    def _undone(self, prepared: wire.Prepared) -> tuple[int, tuple[str, ...]]:
        connection = self.reading.connection
        with self.reading.turned(self.statement.sql):
            connection.query(f"XA START {XA_ID}")
            try:
                rows = self._execute(prepared)
            except pymysql.Error as error:
                if error.args[0] == COMMITS_BY_ITSELF:
                    raise _commits_by_itself() from error
                raise
            connection.query(f"XA END {XA_ID}")
            connection.query(f"XA ROLLBACK {XA_ID}")
            warned = bool(connection.show_warnings())
        lasting = "the database says that not all of it could be undone"
        return rows, ((lasting,) if warned else ())

    def _execute(self, prepared: wire.Prepared) -> int:
        values = listed(self.statement)
        result = wire.execute(self.reading.connection, prepared, values)
        count = result.affected_rows
        while not result.is_done:
            count += len(wire.take(self.reading.connection, result, 1000))
        return count

    def _look(self, named: Named) -> list[_Found]:
        rows = [row for pair in named.tables for row in self._ask(ENGINES, *pair)]
        return [
            _Found(str(schema), str(name), is_safe == "YES", bool(counts))
            for schema, name, is_safe, counts in rows
        ]

    def _refuse_lasting(
        self, prepared: wire.Prepared, named: Named, found: list[_Found]
    ) -> None:
        only_reads = prepared.columns and prepared.columns != ADMIN_COLUMNS
        if named.verb not in VERBS and not only_reads:
            raise _commits_by_itself()
        if named.verb in VERBS and not named.tables:
            raise Refused(
                "nobody can tell which tables this statement would change, nor whether "
                "that can be undone"
            )
        lasting = [f"{t.schema}.{t.name}" for t in found if not t.is_transactional]
        if lasting:
            raise Refused(
                f"{', '.join(lasting)} cannot be changed back: its engine knows no "
                "transactions",
                hint="what is not to be kept can only be tried on InnoDB's tables",
            )

    def _warnings(
        self, named: Named, written: _Found | None, *, keep: bool
    ) -> list[str]:
        if written is None:
            return []
        place = (written.schema, written.name)
        triggers = [row[0] for row in self._ask(TRIGGERS, *place, named.event)]
        event = named.event
        others = [row[0] for row in self._ask(CASCADES, *place, event, event)]
        said = [f"the trigger {name} runs with it" for name in triggers]
        said += [f"rows of {name} that point here change with it" for name in others]
        if written.has_counter and event == "INSERT" and not keep:
            said.append("the numbers of AUTO_INCREMENT do not go back")
        return said

    def _ask(self, question: str, *values: object) -> list[tuple[object, ...]]:
        with self.reading.turned():
            return wire.ask(self.reading.connection, question, values)


@dataclass(frozen=True, slots=True)
class _Found:
    """A table that a statement names, as the catalogue has it."""

    schema: str
    name: str
    is_transactional: bool
    has_counter: bool


def _commits_by_itself() -> CommitsByItself:
    return CommitsByItself(
        "this statement commits by itself, so that it cannot be tried first",
        hint="only INSERT, UPDATE, DELETE and REPLACE can be tried and undone",
    )

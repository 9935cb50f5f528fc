"""One client's statements, run by DuckDB in transactions that go by HANA's rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal

import duckdb
import sqlglot
from sqlglot import exp

from tests.hana_double.errors import READ_ONLY, HanaError, from_duckdb
from tests.hana_double.names import Name, find_word, literal, quoted
from tests.hana_double.packets import Did
from tests.hana_double.privileges import check_object
from tests.hana_double.tenants import Tenant
from tests.hana_double.types import Type, found_type
from tests.hana_double.values import Column
from tests.hana_double.words import Token, duckdb_sql, said, tokens_of

SHARED_PATH = "memory.SYS,memory.main"
"""Where everybody looks for names, after his own schema."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a statement: rows, or how many it changed."""

    did: Did
    columns: Sequence[Column] = ()
    rows: Sequence[Sequence[object]] = ()
    count: int = 0


@dataclass(slots=True)
class Engine:
    """The database as one connection sees it.

    Attributes:
        schema: Where names without one are looked for.
        isolation: Of the next statement's transaction, as `is_read_only`.
        has_written: Within the transaction, which therefore stays one.
    """

    tenant: Tenant
    user: str
    number: int
    schema: str
    cursor: duckdb.DuckDBPyConnection = field(init=False)
    isolation: str = "READ COMMITTED"
    is_read_only: bool = False
    is_open: bool = False
    has_written: bool = False
    variables: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.cursor = self.tenant.cursor(self.user)
        self.look_in(self.schema)

    def look_in(self, schema: str) -> None:
        """Look for names without a schema in this one."""
        self.schema = schema
        path = f"memory.{quoted(schema)},{SHARED_PATH}"
        try:
            self.cursor.execute(f"SET search_path = {literal(path)}")
        except duckdb.Error:  # a user without a schema
            self.cursor.execute(f"SET search_path = {literal(SHARED_PATH)}")

    def known(self) -> dict[str, str]:
        """Return what HANA's words without brackets stand for here."""
        moment = "(now() AT TIME ZONE 'UTC')"
        return {
            "CURRENT_USER": literal(self.user),
            "SESSION_USER": literal(self.user),
            "CURRENT_SCHEMA": literal(self.schema),
            "CURRENT_CONNECTION": str(self.number),
            "CURRENT_TRANSACTION_ISOLATION_LEVEL": literal(self.isolation),
            "CURRENT_UTCTIMESTAMP": moment,
            "CURRENT_TIMESTAMP": moment,
            "CURRENT_UTCDATE": f"CAST({moment} AS DATE)",
        }

    def query(self, sql: str, values: Sequence[object]) -> Outcome:
        """Run a statement that returns rows."""
        if "M_ACTIVE_STATEMENTS" in sql:
            self.tenant.note_active()
        tokens = tokens_of(sql)
        text = self._selecting(tokens)
        self._begin()
        names = self._check_sources(text)
        self.tenant.active[self.number] = sql
        try:
            self.execute(text, values, sql)
            found = [(name, str(k)) for name, k, *_ in self.cursor.description or ()]
            columns = self._columns(found, names)
            rows = self.cursor.fetchall()
        finally:
            del self.tenant.active[self.number]
        return Outcome(Did.SELECT, columns, _plain(rows, columns))

    def describe(self, sql: str) -> list[Column]:
        """Return the columns that a statement would return."""
        tokens = tokens_of(sql)
        nothing = [replace(t, text="NULL") if t.text == "?" else t for t in tokens]
        text = self._selecting(nothing)
        self._begin()
        names = self._check_sources(text)
        self.execute(f"DESCRIBE {text}", (), sql)
        found = [(row[0], row[1]) for row in self.cursor.fetchall()]
        return self._columns(found, names)

    def execute(self, text: str, values: Sequence[object], sql: str) -> None:
        """Run DuckDB's words; errors speak of `sql`, which people wrote.

        Raises:
            HanaError: DuckDB refuses.
        """
        try:
            self.cursor.execute(text, list(values) or None)
        except duckdb.Error as error:
            self._after_error()
            raise from_duckdb(error, sql) from error

    def write(self, text: str, values: Sequence[object], sql: str) -> Outcome:
        """Run a statement that changes rows."""
        self._begin()
        self.refuse_read_only()
        self.execute(text, values, sql)
        self.has_written = True
        row = self.cursor.fetchone()
        count = row[0] if row and isinstance(row[0], int) else 0
        return Outcome(Did.CHANGE, count=count)

    def define(self, texts: Sequence[str], sql: str) -> Outcome:
        """Run statements that change the catalogue; they commit, as in HANA."""
        self.refuse_read_only()
        self.commit()
        self.cursor.execute("BEGIN TRANSACTION")
        self.is_open = True
        for text in texts:
            self.execute(text, (), sql)
        self.commit()
        return Outcome(Did.DDL)

    def refuse_read_only(self) -> None:
        """Raise where the transaction may only read."""
        if self.is_read_only:
            raise HanaError(128, READ_ONLY)

    def commit(self) -> None:
        """Keep what was changed; the next transaction is as any other."""
        self._end("COMMIT")

    def rollback(self) -> None:
        """Undo what was changed."""
        self._end("ROLLBACK")

    def cancel(self) -> None:
        """End what is running; whoever has gone meanwhile has nothing left to end."""
        with suppress(duckdb.ConnectionException):
            self.cursor.interrupt()

    def close(self) -> None:
        """Undo and forget everything."""
        self.rollback()
        self.cursor.close()

    def translated(self, tokens: list[Token]) -> str:
        """Return tokens as DuckDB reads them."""
        return duckdb_sql(tokens, self.known())

    def _begin(self) -> None:
        if self.is_open and self.isolation == "READ COMMITTED" and not self.has_written:
            self.cursor.execute("COMMIT")  # each statement sees what is new
            self.is_open = False
        if not self.is_open:
            access = " READ ONLY" if self.is_read_only else ""
            self.cursor.execute(f"BEGIN TRANSACTION{access}")
            self.is_open = True

    def _end(self, how: str) -> None:
        if self.is_open:
            self.is_open = False
            try:
                self.cursor.execute(how)
            except duckdb.Error as error:
                raise from_duckdb(error, how) from error
        self.is_read_only = self.has_written = False
        self.isolation = "READ COMMITTED"

    def _after_error(self) -> None:
        # DuckDB gives a failed transaction up; HANA goes on with it.
        if self.is_open:
            self.cursor.execute("ROLLBACK")
            self.is_open = False

    def _selecting(self, tokens: list[Token]) -> str:
        words = said(tokens)
        place = find_word(words, "UPDATE")
        if place > 0 and words[place - 1].word == "FOR":
            self.refuse_read_only()
            tokens = tokens[: tokens.index(words[place - 1])]
        return self.translated(_sequences(tokens))

    def _check_sources(self, text: str) -> list[Name]:
        names = [(schema or self.schema, name) for schema, name in _sources(text)]
        for schema, name in names:
            if (schema, name) != (self.schema, name) or schema == "_DOUBLE":
                check_object(self.cursor, self.user, "SELECT", (schema, name))
        return names

    def _columns(
        self, found: Sequence[tuple[str, str]], sources: Sequence[Name]
    ) -> list[Column]:
        # The catalogue is read by a cursor of its own: this one's rows are to come.
        declared = _declared(self.tenant.cursor("SYSTEM"), sources)
        return [Column(name, _type(kind, declared.get(name))) for name, kind in found]


def _type(kind: str, declared: tuple[Type, str] | None) -> Type:
    """Return the type that a column was declared with, if it came through as it was."""
    if declared is not None and kind.partition("(")[0] == declared[1]:
        return declared[0]
    return found_type(kind)


def _declared(
    cursor: duckdb.DuckDBPyConnection, sources: Sequence[Name]
) -> dict[str, tuple[Type, str]]:
    found = {}
    for schema, table in sources:
        rows = cursor.execute(
            "SELECT D.COLUMN_NAME, D.TYPE, D.LENGTH, D.SCALE, C.data_type"
            ' FROM "_DOUBLE".COLUMNS D'
            " JOIN duckdb_columns() C ON C.schema_name = D.SCHEMA_NAME AND"
            " C.table_name = D.TABLE_NAME AND C.column_name = D.COLUMN_NAME"
            " WHERE D.SCHEMA_NAME = ? AND D.TABLE_NAME = ?",
            [schema, table],
        ).fetchall()
        for name, type_, length, scale, duck in rows:
            found[name] = Type(type_, length, scale), duck.partition("(")[0]
    cursor.close()
    return found


def _sources(text: str) -> list[Name]:
    """Return the tables and views that DuckDB's words name."""
    try:
        tree = sqlglot.parse_one(text, dialect="duckdb")
    except sqlglot.errors.SqlglotError:
        return []  # DuckDB has a better word for it
    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    return [
        (table.db, table.name)
        for table in tree.find_all(exp.Table)
        if table.db or table.name not in own
    ]


def _sequences(tokens: list[Token]) -> list[Token]:
    """Write `name.NEXTVAL` as DuckDB does."""
    found: list[Token] = []
    for token in tokens:
        if token.word in ("NEXTVAL", "CURRVAL") and found and found[-1].text == ".":
            name = [found.pop() for _ in range(2)][1:]
            while len(found) > 1 and found[-1].text == ".":
                name = [found[-2], *name]
                del found[-2:]
            path = literal(".".join(quoted(part.name) for part in name))
            found.append(Token("sign", f"{token.word.lower()}({path})", token.at))
        else:
            found.append(token)
    return found


def _plain(
    rows: Sequence[Sequence[object]], columns: Sequence[Column]
) -> Sequence[Sequence[object]]:
    special = [_is_special(column.type) for column in columns]
    if not any(special):
        return rows
    return [
        [_value(v) if s else v for v, s in zip(row, special, strict=True)]
        for row in rows
    ]


def _is_special(type_: Type) -> bool:
    return type_.name == "TIMESTAMP" or (
        type_.name == "DECIMAL" and type_.scale is None
    )


def _value(value: object) -> object:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")  # a DECIMAL without digits floats
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return value.astimezone(dt.UTC).replace(tzinfo=None)
    return value

"""What the dialects' contract stands on: two tables, a door, a way to read."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import pyarrow as pa
import pytest
import sqlalchemy as sa

from entrepot.base.rows import ReadOptions
from entrepot.connections import DIALECTS, Statement, Target, open_target

Door = Callable[..., list[tuple[object, ...]]]
"""Runs statements outside our wall, commits each, and returns the last one's rows."""


@dataclass(frozen=True, slots=True)
class Exact:
    """A value that must come out as it went in."""

    type: str
    literal: str
    arrow: pa.DataType
    value: object


class DialectBench:
    """Set the attributes; write the fixtures `target` and `door`."""

    name: str
    schema: str
    """Where the tests' tables go; in `target`'s database, owned by its role."""
    product: str
    """How the greeting begins."""
    nowhere: str
    """A URL at which no database is."""
    exact: tuple[Exact, ...]
    tells_of_runs = True
    """A plan tells more when the statement has run."""
    text_type = "TEXT"
    """Of columns that can be in an index."""
    slow = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
        "WHERE i < 1000000000) SELECT count(*) AS c FROM n"
    )

    @pytest.fixture
    def target(self) -> Target:
        """An empty database, with `pool_count=2`, as a role that may write to it."""
        raise NotImplementedError

    @pytest.fixture
    def door(self, target) -> Door:
        """The same database as the same role, without the wall.

        Where a database cannot be written while it is read (DuckDB), it is used
        before the first use of `database` or after `database.close()`.
        """
        raise NotImplementedError

    @pytest.fixture
    def database(self, target):
        """The database behind the wall."""
        database = open_target(target)
        yield database
        database.close()

    def quote(self, name: str) -> str:
        """Write a name as SQL."""
        return '"' + name.replace('"', '""') + '"'

    def at(self, table: str) -> str:
        """Write a table of the tests' schema as SQL."""
        return f"{self.quote(self.schema)}.{self.quote(table)}"

    def compiled(self, select: sa.Select | sa.Update) -> Statement:
        """Compile as the product's table reads do."""
        options = {"render_postcompile": True}
        sql = select.compile(
            dialect=DIALECTS.get(self.name).sql(), compile_kwargs=options
        )
        names = sql.positiontup
        params = sql.params if names is None else [sql.params[n] for n in names]
        return Statement(sql=str(sql), params=params)

    def chosen(self) -> Statement:
        """Return a statement with a bound value, over the table `kept`."""
        key = sa.column("id")
        kept = sa.table("kept", key, schema=self.schema)
        return self.compiled(sa.select(key).select_from(kept).where(key == 1))

    def rows(self, database, sql: str | Statement, **options) -> list[list[object]]:
        """Read everything, as lists of Python values."""
        statement = sql if isinstance(sql, Statement) else Statement(sql=sql)
        with database.read(statement, ReadOptions(**options)) as stream:
            return [
                [column[n] for column in columns]
                for batch in stream.batches
                for columns in [[c.to_pylist() for c in batch.columns]]
                for n in range(batch.num_rows)
            ]

    @pytest.fixture
    def kept(self, door):
        """A table of two rows that must still be there afterwards."""
        return self.make_kept(door)

    def make_kept(self, door) -> str:
        """Make the table `kept`, and return its name."""
        door(
            f"CREATE TABLE {self.at('kept')} (id INTEGER PRIMARY KEY, name TEXT)",
            f"INSERT INTO {self.at('kept')} VALUES (1, 'one'), (2, 'two')",
        )
        return self.at("kept")

    def renew(self, door) -> None:
        """Undo what a write of `WRITES` has changed."""
        for kind, name in (("VIEW", "made"), ("TABLE", "made"), ("TABLE", "kept")):
            with suppress(Exception):  # each driver has its own
                door(f"DROP {kind} {self.at(name)}")
        self.make_kept(door)

    @pytest.fixture
    def many(self, door):
        """A table of 20,000 rows."""
        digits = "(VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9))"
        door(
            f"CREATE TABLE {self.at('many')} (id INTEGER PRIMARY KEY, name TEXT)",
            f"INSERT INTO {self.at('many')} "
            f"WITH d(i) AS {digits}, n(i) AS (SELECT a.i + 10 * b.i + 100 * c.i + "
            "1000 * d.i + 10000 * e.i FROM d a, d b, d c, d d, d e) "
            "SELECT i, 'name ' || i FROM n WHERE i < 20000",
        )
        return self.at("many")

    def state(self, door) -> list[object]:
        """Everything a write of `WRITES` could change."""
        return [self.look(door, self.at("kept")), self.look(door, self.at("made"))]

    def look(self, door, table: str) -> object:
        """Return a table's rows, or that it is not there."""
        try:
            return door(f"SELECT * FROM {table} ORDER BY id")
        except Exception as error:  # noqa: BLE001 - each driver has its own
            return type(error).__name__

"""What people ask of one table: columns, conditions, order, and which page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass

from entrepot.base.rows import ReadOptions, RowStream
from entrepot.connections.parts import open_target
from entrepot.connections.spec import Database, Statement, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One comparison; `values` are typed: two for between, else one."""

    column: str
    op: str
    values: tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One column to sort by."""

    column: str
    is_descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TableQuery:
    """Rows of one table.

    Attributes:
        columns: In the order wanted; empty for all.
        conditions: All must hold.
        order: Before the table's key, which always breaks ties.
        limit: None for all rows.
        after: Values of the order's columns and the key in the last row seen; the
            page begins behind it.
    """

    schema: str
    table: str
    columns: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    order: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int = 0
    after: tuple[object, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementReader:
    """A statement on a registered database, as a `RowSource` that can be pickled.

    Attributes:
        count: Counts its rows, where the database itself does not know how many.
    """

    target: Target
    statement: Statement
    title: str
    count: Statement | None = None

    @contextmanager
    def open(self, options: ReadOptions) -> Iterator[RowStream]:
        """Open the database for this one read, and begin."""
        with (
            closing(open_target(self.target)) as database,
            database.read(self.statement, options) as stream,
        ):
            yield stream


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementSource:
    """A statement on a registered database that this process has open.

    Attributes:
        estimated_rows: From the database's statistics and the limit; None where
            there are none, or where conditions leave fewer.
        table_type: As `Table.type`, when it is one table; else empty.
        count: As a reader's.
    """

    target: Target
    statement: Statement
    title: str
    database: Database
    estimated_rows: int | None = None
    table_type: str = ""
    count: Statement | None = None

    @property
    def reader(self) -> StatementReader:
        """Return the same for any process."""
        return StatementReader(
            target=self.target,
            statement=self.statement,
            title=self.title,
            count=self.count,
        )

    def opener(self, target: Target) -> AbstractContextManager[Database]:
        """Return the open database, which the block's end leaves open."""
        return nullcontext(self.database)

    @contextmanager
    def open(self, options: ReadOptions) -> Iterator[RowStream]:
        """Begin to read."""
        with self.database.read(self.statement, options) as stream:
            yield stream

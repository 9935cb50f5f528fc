"""What a database dialect has to be, and the values that go in and out of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, runtime_checkable
from urllib.parse import unquote

from entrepot.base.errors import Refused
from entrepot.base.rows import ReadOptions, RowStream

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect as SqlDialect


class CommitsByItself(Refused):
    """The statement commits by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a database is and how to enter it; `url` holds the password.

    Attributes:
        name: The registered name.
        dialect: Name of the part in `dialects/`.
        url: SQLAlchemy's form, `dialect://user:password@host:port/database?option=`;
            for files `sqlite:////absolute/path.db`.
        allow_unsafe_role: Enter even as a role that could do harm (a superuser).
        pool_count: Connections kept open at the most.
        connect_seconds: Time limit of one attempt to connect.
        cache_folder: Where a dialect may keep what it can make again, e.g. a folder
            of files as one database; empty for one of its own among temporary files.
        is_read_only: Nobody writes to it from here, whatever they may do elsewhere.
    """

    name: str
    dialect: str
    url: str = field(repr=False)
    allow_unsafe_role: bool = False
    pool_count: int = 8
    connect_seconds: float = 5.0
    cache_folder: str = ""
    is_read_only: bool = False

    @property
    def shown_url(self) -> str:
        """Return the address with `***` for the password."""
        from sqlalchemy.engine import make_url

        return make_url(self.url).render_as_string(hide_password=True)

    @property
    def path(self) -> str:
        """Return the file that the address names; empty where it names none."""
        return unquote(self.url.partition(":///")[2].partition("?")[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeting:
    """What a database says of itself when it is asked.

    Attributes:
        server: Product and version, e.g. `PostgreSQL 15.18`.
        seconds: How long connecting and asking took.
        warnings: What the role or file allows that it should not, with the remedy.
    """

    server: str
    seconds: float
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """A schema that people may read; SQLite has one, `main`.

    Attributes:
        created_at: None where the database does not say.
    """

    name: str
    description: str = ""
    owner: str = ""
    table_count: int | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table or view.

    Attributes:
        type: `table`, `view`, `materialized view`, `foreign table`, `virtual table`.
        row_count: From the database's statistics, never from a scan; None if unknown.
    """

    name: str
    type: str
    row_count: int | None = None
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table.

    Attributes:
        position: From 1.
        type: The database's own word, e.g. `NUMERIC(10,2)`; may be empty (SQLite).
        kind: What filters and pages go by: `integer`, `number` (float), `decimal`,
            `text`, `boolean`, `date`, `time`, `datetime`, `bytes` or `other`.
        default: The default's SQL text.
    """

    name: str
    position: int
    type: str
    kind: str
    nullable: bool = True
    primary_key: bool = False
    default: str | None = None
    description: str = ""
    length: int | None = None
    precision: int | None = None
    scale: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignKey:
    """Columns here that point at columns there, pair by pair."""

    columns: tuple[str, ...]
    schema: str
    table: str
    target_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """An index and its columns in order."""

    name: str
    columns: tuple[str, ...]
    is_unique: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A way to find rows by words, which conditions with `search` go.

    Attributes:
        columns: That are looked through.
        kind: How: `fts4` or `fts5` by a full-text table of SQLite, `tsvector` by
            PostgreSQL's texts made ready, `words` by making them ready row by row.
        source: The full-text table; or the ready texts, in SQL as the database's own
            catalogue has it.
        key: The column here whose values number the rows of the full-text table.
        configuration: PostgreSQL's word for the language; empty for its usual one.
        is_slow: No index helps: every row is read.
    """

    columns: tuple[str, ...]
    kind: str
    source: str = ""
    key: str = ""
    configuration: str = ""
    is_slow: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """Everything about a table but its rows.

    Attributes:
        key: Columns that name one row, for stable paging: the primary key, or a
            unique index over columns that are not null; may be empty.
        row_key: A hidden column that does so where `key` is empty and the database
            has one (`rowid`, `ctid`); empty for views.
        searches: Ways to find rows by words, those with an index first.
    """

    schema: str
    table: Table
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    row_key: str = ""
    foreign_keys: tuple[ForeignKey, ...] = ()
    indexes: tuple[Index, ...] = ()
    searches: tuple[Search, ...] = ()
    definition: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement with its bound values.

    Attributes:
        sql: In the dialect's own words and parameter style (`Dialect.sql`).
        params: In the order of the places, for positional styles; by name otherwise.
        columns: The result's columns where they are known beforehand (a table is
            read), so that values can be given their declared types; else None.
        table: (schema, table) when the statement reads one whole table or part of it.
    """

    sql: str
    params: Sequence[object] | Mapping[str, object] = ()
    columns: tuple[Column, ...] | None = None
    table: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStep:
    """One step of how a database runs a statement; its inputs are its children.

    Attributes:
        what: The database's word, e.g. `Seq Scan`, `SEARCH`, `HASH_JOIN`.
        detail: What it works on, and how: a table, an index, a condition.
        rows: That come out, as estimated, or as counted where it ran; None if unknown.
        cost: In the database's own unit, its children's included.
        seconds: That it took, its children's included; None where it did not run.
    """

    what: str
    detail: str = ""
    rows: float | None = None
    cost: float | None = None
    seconds: float | None = None
    children: tuple[PlanStep, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a database would run a statement, in one shape for all of them.

    Attributes:
        text: In the database's own form.
        has_run: The statement ran to tell this (EXPLAIN ANALYZE).
    """

    steps: tuple[PlanStep, ...]
    text: str
    has_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a statement that writes did, or would have done.

    Attributes:
        table: `schema.table` that it writes to; empty where nobody can tell.
        rows: Inserted, changed or deleted; None where the database does not say.
        is_kept: It was committed; else it was undone.
        warnings: What comes with it or stays behind: triggers that ran too, sequences
            that do not go back.
    """

    table: str
    rows: int | None
    is_kept: bool
    warnings: tuple[str, ...] = ()


class Reader(Protocol):
    """Runs statements behind the read-only wall."""

    def read(
        self, statement: Statement, options: ReadOptions
    ) -> AbstractContextManager[RowStream]:
        """Run one statement and give its rows."""


class Database(Protocol):
    """An open, read-only door to one database: a pool that threads may share.

    Made after a fork, never before. Every method raises errors of the eight kinds
    only: `Unavailable` where the server cannot be reached, `Refused` where it says no
    (wrong password, bad SQL of our own), `Invalid` for SQL that does not compile,
    `Denied` for a statement that would write, `TimedOut`, `Missing`. Where the database
    tells the place of a mistake, it is the fact `position`, in characters from 1.
    """

    def greet(self) -> Greeting:
        """Connect, ask for the version, look at the role."""

    def list_schemas(self) -> list[Schema]:
        """Return the schemas people may read, sorted; no system schemas."""

    def list_tables(self, schema: str) -> list[Table]:
        """Return tables and views, sorted. Raises `NotThere` for an unknown schema."""

    def describe(self, schema: str, table: str) -> Structure:
        """Return a table's structure. Raises `NotThere`, naming what is there."""

    def read(
        self, statement: Statement, options: ReadOptions
    ) -> AbstractContextManager[RowStream]:
        """Run one statement behind the read-only wall and give its rows."""

    def snapshot(self, options: ReadOptions) -> AbstractContextManager[Reader]:
        """Give a door through which all statements see one state.

        Streams may be read side by side; `options` holds for all of them together.
        """

    def outline(self, schema: str) -> list[Structure]:
        """Return the structure of every table, sorted, by few questions in all.

        Indexes, searches, definitions and row counts may be left out. Raises
        `NotThere`.
        """

    def explain(
        self, statement: Statement, options: ReadOptions, *, run: bool = False
    ) -> Plan:
        """Return how the database would run a statement, behind the wall.

        With `run` it runs, where the database can tell more then; else as without.
        """

    def change(
        self, statement: Statement, options: ReadOptions, *, keep: bool
    ) -> Change:
        """Run a statement that writes, past the wall; for admins' console only.

        A connection of its own, which takes nothing of the pool's. Without `keep` it
        is undone. Raises `CommitsByItself` where the statement does so and is not to
        be kept (DDL on MariaDB and HANA), `Refused` where it can be neither undone
        nor kept, `Invalid` for several statements.
        """

    def mark(self) -> str | None:
        """Return a text that differs whenever what is read may differ.

        It is None where nobody can tell. Equal marks mean that nothing was written in
        between; different ones need not mean that something was.
        """

    def close(self) -> None:
        """Close every connection."""


@runtime_checkable
class KnowsCsn(Protocol):
    """What a database can do as well that keeps descriptions of SAP's data products."""

    def csn(self, schema: str) -> str | None:
        """Return the CSN document of a data product's schema, as it stands.

        It is None where there is none, and where the user may not read it.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One kind of database.

    Attributes:
        name: Also the module's name, and the scheme of its URLs.
        summary: One sentence for people.
        schemes: Further schemes that mean this dialect, e.g. `postgres`.
        example: A URL as people would write it.
        is_file: The URL names a file or folder, so it must lie below an allowed root.
        sql: Makes the SQLAlchemy dialect that compiles our table reads, with its
            `paramstyle` as `Database.read` wants it.
        open: Opens the pool lazily: a bad address fails at first use, not here.
        suffixes: Endings of file names that mean this dialect, e.g. `.duckdb`.
        url_options: Names that people may give behind the URL's `?`, e.g. `sslmode`;
            any other is refused, since some drivers' options move the read-only wall.
    """

    name: str
    summary: str
    example: str
    is_file: bool
    sql: Callable[[], SqlDialect]
    open: Callable[[Target], Database]
    schemes: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    url_options: tuple[str, ...] = ()

"""How far the operations have come: one SELECT, its columns, and the rows' order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING

from entrepot.base.errors import EntrepotError, InvalidValue, UnknownName

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_SIGNED = frozenset(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"))
WHOLE = _SIGNED | {f"U{kind}" for kind in _SIGNED}
TIMES = ("DATE", "TIME")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of the rows as they are by now.

    Attributes:
        name: As people know it.
        key: What it is called in our SQL; no two are alike.
        kind: DuckDB's type.
        origin: The field it had in its source, if it is as it was there.
    """

    name: str
    key: str
    kind: str
    origin: pa.Field | None = None

    @property
    def is_text(self) -> bool:
        """Tell whether values are text."""
        return self.kind == "VARCHAR"

    @property
    def is_whole(self) -> bool:
        """Tell whether values are integers."""
        return self.kind in WHOLE

    @property
    def is_number(self) -> bool:
        """Tell whether values are numbers of any kind."""
        is_decimal = self.kind.startswith("DECIMAL") and not self.kind.endswith("]")
        return self.is_whole or self.is_double or is_decimal

    @property
    def is_double(self) -> bool:
        """Tell whether values are floating."""
        return self.kind in ("FLOAT", "DOUBLE")

    @property
    def is_time(self) -> bool:
        """Tell whether values are dates or times."""
        return self.kind.startswith(TIMES) and not self.kind.endswith("]")

    @property
    def text(self) -> str:
        """Return SQL for the value as text."""
        return self.key if self.is_text else f"CAST({self.key} AS VARCHAR)"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Rows after some operations.

    Attributes:
        sql: A SELECT that has all keys, those of `order` as well.
        params: Its bound values, in the order of their signs.
        order: What the rows are sorted by, so that no two are equal.
        is_in_order: They come out like that without being sorted.
    """

    sql: str
    columns: tuple[Column, ...]
    order: tuple[str, ...]
    params: tuple[object, ...] = ()
    is_in_order: bool = True

    def column(self, name: str) -> Column:
        """Return a column by its name.

        Raises:
            UnknownName: There is none of this name.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise UnknownName("column", name, [column.name for column in self.columns])

    def with_columns(self, columns: Sequence[Column]) -> State:
        """Return the rows with these columns.

        Raises:
            InvalidValue: Two have one name.
        """
        names = [column.name for column in columns]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise InvalidValue(f"two columns would be called {twice!r}")
        return replace(self, columns=tuple(columns))


@dataclass(frozen=True, slots=True)
class Bench:
    """What the steps work with: the engine, the other sources, and fresh keys."""

    engine: duckdb.DuckDBPyConnection
    joined: Iterator[State]
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def key(self) -> str:
        """Return a column's key that nothing has yet."""
        return f"k{next(self._numbers)}"

    def kinds(self, sql: str, params: Sequence[object]) -> dict[str, str]:
        """Return the types of a SELECT's columns, without running it."""
        found = self.engine.sql(sql, params=list(params) or None)
        return dict(zip(found.columns, map(str, found.types), strict=True))

    def rows(self, sql: str, params: Sequence[object]) -> list[tuple[object, ...]]:
        """Run a SELECT of few rows."""
        return self.engine.execute(sql, list(params)).fetchall()

    def run(self, sql: str, params: Sequence[object]) -> None:
        """Run a statement."""
        self.engine.execute(sql, list(params))


@contextmanager
def located(where: str) -> Iterator[None]:
    """Put the place in a request before the words of an error."""
    try:
        yield
    except EntrepotError as error:
        error.detail = f"{where}: {error.detail}"
        error.args = (error.detail,)
        error.facts["where"] = where
        raise

"""Load the rows that were read into the temporary table beside the products."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from entrepot.base.errors import InvalidValue
from entrepot.catalogue import Category, NamePath, fold_path, parse_path, render_path
from entrepot.feeds.applying.spool import ROWS, Tell, read_batches
from entrepot.feeds.applying.tables import Tables, labels_table, make_temporary
from entrepot.feeds.spec import RowError

if TYPE_CHECKING:
    import pyarrow as pa

PATH = "category_path"
LABELS = labels_table()
_AT_ONCE = 2_000
"""Rows that are given to SQLite together."""


@dataclass(slots=True)
class Labels:
    """Categories by their names; what is not there has a number below 0.

    Attributes:
        wanted: The paths that are to be made, by that number.
    """

    ids: dict[NamePath, int]
    wanted: dict[int, NamePath] = field(default_factory=dict)
    _texts: dict[str, int | str] = field(default_factory=dict)

    def find(self, text: str) -> int | str:
        """Return the category of a path as a feed writes it, or what is wrong."""
        found = self._texts.get(text)
        if found is None:
            found = self._texts[text] = self._found(text)
        return found

    def _found(self, text: str) -> int | str:
        try:
            path = parse_path(text)
        except InvalidValue as error:
            return error.detail
        folded = fold_path(path)
        if folded not in self.ids:
            number = -1 - len(self.wanted)
            self.ids[folded] = number
            self.wanted[number] = path
        return self.ids[folded]


def load_labels(session: Session) -> Labels:
    """Return the names of the categories that are there."""
    named = names_of_categories(session)
    ids: dict[NamePath, int] = {}
    for id in sorted(named):
        ids.setdefault(fold_path(path_of(named, id)), id)
    return Labels(ids)


def names_of_categories(session: Session) -> dict[int, tuple[int | None, str]]:
    """Return each category's parent and name."""
    columns = select(Category.id, Category.parent_id, Category.name)
    return {id: (parent, name) for id, parent, name in session.execute(columns)}


def path_of(named: Mapping[int, tuple[int | None, str]], id: int) -> NamePath:
    """Return the names from a category's root down to its own."""
    path: list[str] = []
    at: int | None = id
    while at is not None and len(path) <= len(named):
        at, name = named[at]
        path.append(name)
    return tuple(reversed(path))


def write_labels(session: Session, labels: Labels) -> None:
    """Keep the names in a temporary table, for people to read."""
    make_temporary(session, LABELS)
    named = names_of_categories(session)
    rows = [
        {"category_id": id, "label": render_path(path_of(named, id))} for id in named
    ]
    rows += [
        {"category_id": number, "label": render_path(path)}
        for number, path in labels.wanted.items()
    ]
    if rows:
        session.execute(insert(LABELS), rows)


def load_rows(
    session: Session, folder: Path, tables: Tables, labels: Labels, *, tell: Tell
) -> list[RowError]:
    """Fill the stage with what was read; return the rows that are not in it."""
    errors: list[RowError] = []
    names = [column.name for column in tables.stage.columns]
    write = _copy if session.get_bind().dialect.name == "postgresql" else _insert
    seq = 0
    for batch in read_batches(folder / ROWS):
        if PATH in batch.schema.names:
            batch = _with_categories(batch, labels, errors)
        if batch.num_rows:
            write(session, tables, names, _staged(batch, names, seq))
        seq += batch.num_rows
        tell(seq)
    return errors


def _with_categories(
    batch: pa.RecordBatch, labels: Labels, errors: list[RowError]
) -> pa.RecordBatch:
    import pyarrow as pa
    import pyarrow.compute as pc

    encoded = pc.dictionary_encode(batch.column(PATH))
    found = [
        None if t is None else labels.find(t) for t in encoded.dictionary.to_pylist()
    ]
    ids = pa.array([f if isinstance(f, int) else None for f in found], pa.int64())
    column = ids.take(encoded.indices)
    wrong = pc.and_(pc.is_valid(batch.column(PATH)), pc.is_null(column))
    if pc.any(wrong).as_py():
        bad = batch.filter(wrong).select(["line", PATH])
        for line, text in zip(*(c.to_pylist() for c in bad.columns), strict=True):
            errors.append(
                RowError(
                    line=line,
                    column=PATH,
                    value=text[:200],
                    reason=str(labels.find(text)),
                    code="category-path",
                    hint="write A > B > C, with a name between every two signs",
                )
            )
    batch = batch.append_column("category_id", column).drop_columns([PATH])
    return batch.filter(pc.invert(wrong))


def _staged(batch: pa.RecordBatch, names: list[str], seq: int) -> pa.RecordBatch:
    """Return the batch with the stage's columns, in their order."""
    import pyarrow as pa
    import pyarrow.compute as pc

    count = batch.num_rows
    columns = []
    for name in names:
        if name == "seq":
            columns.append(pa.array(range(seq, seq + count), pa.int64()))
        elif name == "product_id":
            columns.append(pa.nulls(count, pa.int64()))
        elif name == "file_id":
            has = "id" in batch.schema.names
            columns.append(batch.column("id") if has else pa.nulls(count, pa.int64()))
        elif name == "sku":
            columns.append(pc.utf8_upper(pc.utf8_trim_whitespace(batch.column(name))))
        else:
            columns.append(batch.column(name))
    return pa.RecordBatch.from_arrays(columns, names=names)


def _insert(
    session: Session, tables: Tables, names: list[str], batch: pa.RecordBatch
) -> None:
    """Let SQLite take the rows: it has no decimals, and a float must be the nearest."""
    import pyarrow as pa

    connection = session.connection()
    statement = str(insert(tables.stage).compile(dialect=connection.dialect))
    for start in range(0, batch.num_rows, _AT_ONCE):  # objects take ten times the room
        values: list[Any] = []
        for column in batch.slice(start, _AT_ONCE).columns:
            if pa.types.is_decimal(column.type):
                column = column.cast(pa.string()).cast(pa.float64())
            values.append(column.to_pylist())
        connection.exec_driver_sql(statement, list(zip(*values, strict=True)))


def _copy(
    session: Session, tables: Tables, names: list[str], batch: pa.RecordBatch
) -> None:
    """Let PostgreSQL take the rows as CSV: what is empty without quotes is NULL."""
    from psycopg import sql
    from pyarrow import csv

    sink = io.BytesIO()
    csv.write_csv(batch, sink, csv.WriteOptions(include_header=False))
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(
        sql.Identifier(tables.stage.name),
        sql.SQL(", ").join(map(sql.Identifier, names)),
    )
    driver: Any = session.connection().connection.dbapi_connection
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(sink.getbuffer())

"""Receipts: what was exported, by whom, and what the file is to be recognised by."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import CursorResult, Update, select, tuple_, update

from entrepot.base.errors import NotThere
from entrepot.base.store import Store
from entrepot.connections import Statement
from entrepot.exports.models import Export
from entrepot.exports.spec import ExportedColumn

Status = Literal["queued", "running", "completed", "failed", "cancelled", "expired"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """An export, as it is remembered.

    Attributes:
        schema, table: What was read, when it was one table.
        sql_sha256: Of the statement and its bound values.
        rows: So far while it is running; in the file when it is completed.
        parts: Rows by sheet, where the format has sheets.
        cells_cut: Cells that did not fit the format and were cut.
        error: The error's code, e.g. `timed-out`.
    """

    id: str
    status: Status
    title: str
    connection: str
    schema: str | None = None
    table: str | None = None
    sql_sha256: str
    format: str
    options: Mapping[str, str | int | float | bool]
    file_name: str
    rows: int | None = None
    size_bytes: int | None = None
    sha256: str | None = None
    columns: tuple[ExportedColumn, ...] = ()
    started_at: datetime
    seconds: float | None = None
    cells_cut: int | None = None
    parts: Mapping[str, int] = field(default_factory=dict)
    created_by: str = ""
    error: str | None = None


def hash_statement(statement: Statement) -> str:
    """Return the SHA-256 of a statement and its values, in hex."""
    text = f"{statement.sql}\0{statement.params!r}"
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def begin(store: Store, receipt: Receipt) -> None:
    """Remember an export that starts."""
    with store.joined_session() as session:
        session.add(Export(id=receipt.id, **_values(receipt)))


def settle(store: Store, receipt: Receipt) -> bool:
    """Write how an export ended; False if it was ended by somebody else before."""
    return _change(store, _running(receipt.id).values(**_values(receipt)))


def note_rows(store: Store, id: str, rows: int) -> bool:
    """Write how far an export is; False if it was ended by somebody else."""
    return _change(store, _running(id).values(rows=rows))


def cancel(store: Store, id: str) -> bool:
    """End an export, wherever it runs; False if it does not run."""
    change = _running(id).values(status="cancelled", error="export-stopped")
    return _change(store, change)


def bury(store: Store, before: datetime) -> list[str]:
    """End the exports that began before a time and never ended; return their ids."""
    lost = select(Export.id).where(
        Export.status == "running", Export.started_at < before
    )
    with store.session() as session:
        ids = list(session.scalars(lost))
        if ids:
            change = update(Export).where(Export.id.in_(ids))
            session.execute(change.values(status="failed", error="unavailable"))
    return ids


def find_receipt(store: Store, id: str) -> Receipt | None:
    """Return one receipt, if it is there."""
    with store.session() as session:
        row = session.get(Export, id)
    return None if row is None else _receipt(row)


def find_by_sha256(store: Store, sha256: str) -> Receipt | None:
    """Return the latest completed receipt of a file with this hash."""
    rows = select(Export).where(Export.sha256 == sha256, Export.status == "completed")
    with store.session() as session:
        row = session.scalars(rows.order_by(Export.started_at.desc())).first()
    return None if row is None else _receipt(row)


def list_receipts(
    store: Store, limit: int, after: str | None = None, by: str | None = None
) -> list[Receipt]:
    """Return receipts, newest first: those behind `after`, those of one person.

    Raises:
        NotThere: No receipt has the id `after`.
    """
    place = tuple_(Export.started_at, Export.id)
    rows = select(Export).order_by(Export.started_at.desc(), Export.id.desc())
    if by is not None:
        rows = rows.where(Export.created_by == by)
    with store.session() as session:
        if after is not None:
            last = session.get(Export, after)
            if last is None:
                raise NotThere("export", after, [])
            rows = rows.where(place < tuple_(last.started_at, last.id))
        return [_receipt(row) for row in session.scalars(rows.limit(limit))]


def _running(id: str) -> Update:
    return update(Export).where(Export.id == id, Export.status == "running")


def _change(store: Store, change: Update) -> bool:
    with store.joined_session() as session:
        result = session.execute(change)
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def _values(receipt: Receipt) -> dict[str, object]:
    same = (
        "status title connection sql_sha256 format file_name rows size_bytes sha256 "
        "started_at seconds cells_cut created_by error"
    )
    values: dict[str, object] = {name: getattr(receipt, name) for name in same.split()}
    return values | {
        "schema_name": receipt.schema,
        "table_name": receipt.table,
        "options": dict(receipt.options),
        "parts": dict(receipt.parts),
        "columns": [{"name": c.name, "type": c.type} for c in receipt.columns],
    }


def _receipt(row: Export) -> Receipt:
    return Receipt(
        id=row.id,
        status=row.status,  # type: ignore[arg-type]  # nobody else writes this table
        title=row.title,
        connection=row.connection,
        schema=row.schema_name,
        table=row.table_name,
        sql_sha256=row.sql_sha256,
        format=row.format,
        options=row.options,
        file_name=row.file_name,
        rows=row.rows,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        columns=tuple(ExportedColumn(**column) for column in row.columns),
        started_at=row.started_at,
        seconds=row.seconds,
        cells_cut=row.cells_cut,
        parts=row.parts,
        created_by=row.created_by,
        error=row.error,
    )

"""Receipts: what was exported, by whom, and what the file is to be recognised by."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Literal

from msgspec import convert, to_builtins
from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Select,
    Update,
    or_,
    select,
    tuple_,
    update,
)

from entrepot.base.errors import NotThere
from entrepot.base.store import Store
from entrepot.base.times import now
from entrepot.connections import Statement
from entrepot.exports.models import Export
from entrepot.exports.parts import PartFile
from entrepot.exports.spec import ExportedColumn
from entrepot.exports.wanted import ExportRequest

Status = Literal["queued", "running", "completed", "failed", "cancelled", "expired"]
ENDED_WELL = ("completed", "expired")
LIVE = ("queued", "running")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """An export, as it is remembered.

    Attributes:
        schema, table: What was read, when it was one table.
        sql_sha256: Of the statement and its bound values.
        rows: So far while it is running; in the file when it is completed.
        parts: Rows by sheet, where the format has sheets.
        cells_cut: Cells that did not fit the format and were cut.
        error: The error's code, e.g. `timed-out`; `error_detail` are its words.
        job: Id of the job that makes it; None where a request or command does.
        expected_rows: As many the file must have; None where nobody knew.
        expires_at: The file is kept until then.
        files: Of an archive.
        measures: Seconds of its steps, and what was known before.
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
    error_detail: str | None = None
    job: str | None = None
    template: str | None = None
    template_version: int | None = None
    schedule: str | None = None
    attempts: int = 1
    expected_rows: int | None = None
    expires_at: datetime | None = None
    files: tuple[PartFile, ...] = ()
    warnings: tuple[str, ...] = ()
    measures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an export was asked for, beside its receipt.

    Attributes:
        request: Nothing in it is secret.
        sha256: Of the request; of one person only one such runs at a time.
        mark: Of the source, as it was before the reading began.
    """

    request: ExportRequest
    sha256: str
    mark: str | None = None


def hash_statement(statement: Statement) -> str:
    """Return the SHA-256 of a statement and its values, in hex."""
    text = f"{statement.sql}\0{statement.params!r}"
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def begin(store: Store, receipt: Receipt, asked: Asked | None = None) -> None:
    """Remember an export that starts, or waits."""
    values = _values(receipt)
    if asked is not None:
        values["request"] = to_builtins(asked.request)
        values["request_sha256"] = asked.sha256
        values["source_mark"] = asked.mark
    with store.joined_session() as session:
        session.add(Export(id=receipt.id, **values))
        session.flush()  # the one that runs already is found here


def start(store: Store, receipt: Receipt, mark: str | None) -> bool:
    """Let a waiting export run, or begin again; False if somebody ended it before."""
    change = _live(receipt.id).values(**_values(receipt), source_mark=mark)
    return _change(store, change)


def wait_again(store: Store, id: str) -> bool:
    """Let a running export wait for its next attempt."""
    return _change(store, _live(id).values(status="queued", rows=None))


def ask_again(store: Store, id: str) -> bool:
    """Let an export wait that failed or was cancelled; False if there is none such.

    Raises:
        IntegrityError: The same was asked for since, and waits or runs.
    """
    change = update(Export).where(
        Export.id == id, Export.status.in_(("failed", "cancelled"))
    )
    values = {"status": "queued", "error": None, "error_detail": None, "rows": None}
    return _change(store, change.values(**values))


def settle(store: Store, receipt: Receipt) -> bool:
    """Write how an export ended; False if it was ended by somebody else before."""
    return _change(store, _live(receipt.id).values(**_values(receipt)))


def note_rows(store: Store, id: str, rows: int, expected: int | None = None) -> bool:
    """Write how far an export is; False if it was ended by somebody else."""
    known = {} if expected is None else {"expected_rows": expected}
    return _change(store, _live(id).values(rows=rows, **known))


def cancel(store: Store, id: str) -> bool:
    """End an export, wherever it runs; False if it does not run."""
    change = _live(id).values(status="cancelled", error="export-stopped")
    return _change(store, change)


def expire(store: Store, ids: Collection[str]) -> None:
    """Say that the files of these exports are not kept any more."""
    done = update(Export).where(Export.id.in_(ids), Export.status == "completed")
    with store.joined_session() as session:
        session.execute(done.values(status="expired"))


def bury(store: Store, before: datetime) -> list[str]:
    """End the exports that began before a time and never ended; return their ids.

    Those of jobs end with their jobs.
    """
    lost = select(Export.id).where(
        Export.status == "running",
        Export.started_at < before,
        Export.job_uuid.is_(None),
    )
    with store.session() as session:
        ids = list(session.scalars(lost))
        if ids:
            change = update(Export).where(Export.id.in_(ids))
            session.execute(change.values(status="failed", error="unavailable"))
    return ids


def find_asked(store: Store, id: str) -> Asked | None:
    """Return what an export was asked for, if it was by a request."""
    with store.joined_session() as session:
        row = session.get(Export, id)
    if row is None or row.request is None:
        return None
    return Asked(
        request=convert(row.request, ExportRequest),
        sha256=row.request_sha256 or "",
        mark=row.source_mark,
    )


def find_live(store: Store, sha256: str, by: str) -> Receipt | None:
    """Return the export of a request that waits or runs, if there is one."""
    return _find(
        store,
        Export.request_sha256 == sha256,
        Export.created_by == by,
        Export.status.in_(LIVE),
    )


def find_same(store: Store, sha256: str, by: str, mark: str) -> Receipt | None:
    """Return the latest completed export of a request, of a source with this mark."""
    return _find(
        store,
        Export.request_sha256 == sha256,
        Export.created_by == by,
        Export.source_mark == mark,
        Export.status == "completed",
        Export.expires_at > now(),
    )


def find_last_of(store: Store, schedule: str) -> Receipt | None:
    """Return the latest completed export of a schedule, if there is one."""
    return _find(store, Export.schedule_name == schedule, Export.status.in_(ENDED_WELL))


def find_by_sha256(store: Store, sha256: str) -> Receipt | None:
    """Return the latest receipt of a file with this hash."""
    return _find(store, Export.sha256 == sha256, Export.status.in_(ENDED_WELL))


def list_kept(store: Store) -> list[Receipt]:
    """Return the completed exports, whose files may be there, oldest first."""
    rows = select(Export).where(Export.status == "completed")
    with store.session() as session:
        return list(map(_receipt, session.scalars(rows.order_by(Export.started_at))))


def list_live_ids(store: Store) -> set[str]:
    """Return the ids of the exports that wait or run."""
    with store.session() as session:
        return set(session.scalars(select(Export.id).where(Export.status.in_(LIVE))))


def find_receipt(store: Store, id: str) -> Receipt | None:
    """Return one receipt, if it is there."""
    with store.joined_session() as session:
        row = session.get(Export, id, populate_existing=True)
        return None if row is None else _receipt(row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which exports are meant; what is empty limits nothing.

    Attributes:
        since: Only those that began, or were alive, after this.
        words: In the title or the file's name, in any case.
        table: Connection, schema and name of the table that was read.
    """

    by: str | None = None
    statuses: tuple[str, ...] = ()
    since: datetime | None = None
    words: str = ""
    table: tuple[str, str, str] | None = None


def list_receipts(
    store: Store, limit: int, after: str | None = None, wanted: Filter | None = None
) -> list[Receipt]:
    """Return receipts, newest first: those behind `after`.

    Raises:
        NotThere: No receipt has the id `after`.
    """
    place = tuple_(Export.started_at, Export.id)
    rows = _narrowed(wanted or Filter())
    rows = rows.order_by(Export.started_at.desc(), Export.id.desc())
    with store.session() as session:
        if after is not None:
            last = session.get(Export, after)
            if last is None:
                raise NotThere("export", after, [])
            rows = rows.where(place < tuple_(last.started_at, last.id))
        return [_receipt(row) for row in session.scalars(rows.limit(limit))]


def _narrowed(wanted: Filter) -> Select[Export]:
    rows = select(Export)
    if wanted.by is not None:
        rows = rows.where(Export.created_by == wanted.by)
    if wanted.statuses:
        rows = rows.where(Export.status.in_(wanted.statuses))
    if wanted.since is not None:
        is_new = Export.started_at >= wanted.since
        rows = rows.where(or_(is_new, Export.status.in_(LIVE)))
    if wanted.table is not None:
        place = tuple_(Export.connection, Export.schema_name, Export.table_name)
        rows = rows.where(place == wanted.table)
    for word in wanted.words.split():
        texts = (Export.title, Export.file_name)
        rows = rows.where(or_(*(t.icontains(word, autoescape=True) for t in texts)))
    return rows


def _find(store: Store, *conditions: ColumnElement[bool]) -> Receipt | None:
    rows = select(Export).where(*conditions).order_by(Export.started_at.desc())
    with store.session() as session:
        row = session.scalars(rows.limit(1)).first()
    return None if row is None else _receipt(row)


def _live(id: str) -> Update:
    return update(Export).where(Export.id == id, Export.status.in_(LIVE))


def _change(store: Store, change: Update) -> bool:
    with store.joined_session() as session:
        result = session.execute(change)
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def _values(receipt: Receipt) -> dict[str, object]:
    same = (
        "status title connection sql_sha256 format file_name rows size_bytes sha256 "
        "started_at seconds cells_cut created_by error error_detail template "
        "template_version expected_rows expires_at"
    )
    values: dict[str, object] = {name: getattr(receipt, name) for name in same.split()}
    return values | {
        "schema_name": receipt.schema,
        "table_name": receipt.table,
        "options": dict(receipt.options),
        "parts": dict(receipt.parts),
        "columns": [{"name": c.name, "type": c.type} for c in receipt.columns],
        "job_uuid": receipt.job,
        "schedule_name": receipt.schedule,
        "attempt_count": receipt.attempts,
        "files": [asdict(file) for file in receipt.files] or None,
        "warnings": list(receipt.warnings) or None,
        "measures": dict(receipt.measures) or None,
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
        error_detail=row.error_detail,
        job=row.job_uuid,
        template=row.template,
        template_version=row.template_version,
        schedule=row.schedule_name,
        attempts=row.attempt_count,
        expected_rows=row.expected_rows,
        expires_at=row.expires_at,
        files=tuple(PartFile(**file) for file in row.files or ()),
        warnings=tuple(row.warnings or ()),
        measures=row.measures or {},
    )

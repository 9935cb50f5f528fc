"""`/api/data`, `/api/upload`, `/api/export`: records that are sent with the request."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from flask import Response, request
from msgspec import UNSET, Meta, UnsetType
from werkzeug.datastructures import FileStorage

from entrepot.base.errors import (
    Conflict,
    Denied,
    Invalid,
    InvalidValue,
    Throttled,
    TooMuch,
    Unauthenticated,
    UnknownName,
)
from entrepot.exports.api.answers import (
    answered,
    answered_with_rows,
    new_file,
    workbook,
)
from entrepot.exports.api.asked import asker
from entrepot.exports.api.blueprint import bp
from entrepot.exports.generic.asked import read_operations
from entrepot.exports.generic.looking import look_at
from entrepot.exports.generic.looks import FormatOptions
from entrepot.exports.generic.processing import process
from entrepot.exports.generic.sessions import Part, Whole, add_part, whole_of
from entrepot.exports.intake.spec import Taken
from entrepot.exports.intake.take import remove_spools, take_file, take_records
from entrepot.exports.plan import SourceFacts
from entrepot.exports.registry import FORMATS
from entrepot.exports.spools import SpoolSource
from entrepot.web.guard import require
from entrepot.web.routes import Doc, current_house, read_values, route

WHO = (Unauthenticated, Denied)
WRONG = (*WHO, Invalid, UnknownName, TooMuch, Throttled)
Record = dict[str, Any]
Count = Annotated[int, Meta(ge=0)]
SessionId = Annotated[str, Meta(max_length=200)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcelRequest:
    """Records that become a workbook.

    Attributes:
        columns: Which of them, in this order; all when empty.
    """

    data: list[Record] = field(default_factory=list)
    filename: Annotated[str, Meta(max_length=500)] = "export.xlsx"
    sheet_name: Annotated[str, Meta(max_length=500)] = "Data"
    columns: list[str] | None = None
    format_options: FormatOptions = field(default_factory=FormatOptions)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessRequest:
    """Records, and what is to happen with them, one operation after the other."""

    data: list[Record] = field(default_factory=list)
    operations: list[Record] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookRequest:
    """Records to be looked at."""

    data: list[Record] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcelPart(ExcelRequest):
    """Some of the records of a workbook; the parts are counted from 0."""

    session_id: SessionId
    chunk_index: Count
    total_chunks: Count
    chunk_data: list[Record] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessPart(ProcessRequest):
    """Some of the records that are processed together, when all are there."""

    session_id: SessionId
    chunk_index: Count
    total_chunks: Count
    chunk_data: list[Record] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Processed:
    """Records after the operations."""

    status: str
    success: bool
    columns: list[str]
    row_count: int
    request_id: str
    data: list[Record]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartTaken:
    """A part was taken; others are still to come."""

    status: str
    success: bool
    session_id: str
    chunk_index: int
    total_chunks: int
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessedPart:
    """A part was taken, or it was the last: then all records after the operations.

    Attributes:
        status: `chunk_processed`, or `completed` where the records are with it.
        chunk_row_count: Records in this part.
    """

    status: str
    success: bool
    chunk_row_count: int
    request_id: str
    session_id: str | UnsetType = UNSET
    chunk_index: int | UnsetType = UNSET
    total_chunks: int | UnsetType = UNSET
    columns: list[str] | UnsetType = UNSET
    row_count: int | UnsetType = UNSET
    data: list[Record] | UnsetType = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What the records are like."""

    status: str
    success: bool
    row_count: int
    column_count: int
    columns: list[str]
    data_types: dict[str, str]
    null_counts: dict[str, int]
    memory_usage_mb: float
    sample_data: list[Record]
    recommendations: list[str]
    request_id: str


def workbook_types() -> tuple[str, ...]:
    """Return the media types of a workbook, and of several in an archive."""
    return (FORMATS.get("xlsx").media_type, "application/zip")


@route(
    bp,
    "POST",
    "/export/excel",
    Doc(body=ExcelRequest, is_streamed=True, media_types=workbook_types, errors=WRONG),
)
def export_excel() -> Response:
    """Make a workbook of records, and send it."""
    with _taken(("data",)) as taken:
        wanted: ExcelRequest = read_values(taken.rest, ExcelRequest)
        return _workbook(wanted, _spool(taken), taken.columns, taken.rows, taken.sha256)


@route(
    bp,
    "POST",
    "/export/excel/chunked",
    Doc(
        body=ExcelPart,
        is_streamed=True,
        media_types=workbook_types,
        data=PartTaken,
        is_bare=True,
        errors=(*WRONG, Conflict),
    ),
)
def export_excel_part() -> Response:
    """Take a part of a workbook's records; whoever sends the last gets the workbook.

    Parts may come in any order, and again as they were. The session is the caller's
    own, and is given up two hours after its last part.
    """
    with _taken(("chunk_data",)) as taken:
        wanted: ExcelPart = read_values(taken.rest, ExcelPart)
        folder = add_part(current_house(), _part(wanted, "excel"), taken)
    if folder is None:
        return _received(wanted, "chunk_received")
    with whole_of(folder) as whole:
        _check_some(whole)
        return _workbook(wanted, whole.spool, whole.columns, whole.rows, whole.sha256)


@route(
    bp,
    "POST",
    "/data/process",
    Doc(
        body=ProcessRequest,
        is_streamed=True,
        data=Processed,
        is_bare=True,
        errors=WRONG,
    ),
)
def process_data() -> Response:
    """Filter, sort, group and otherwise work on records; they come back as JSON.

    Operations are those of exports, also in the short form `{"type": "filter",
    "column": …, "value": …}`, `{"type": "sort", "column": …, "order": "desc"}`,
    `{"type": "group", "column": …, "aggregate": "sum", "sum_column": …}`.
    """
    with _taken(("data",)) as taken:
        wanted: ProcessRequest = read_values(taken.rest, ProcessRequest)
        return _processed(wanted, _spool(taken))


@route(
    bp,
    "POST",
    "/data/process/chunked",
    Doc(
        body=ProcessPart,
        is_streamed=True,
        data=ProcessedPart,
        is_bare=True,
        errors=(*WRONG, Conflict),
    ),
)
def process_part() -> Response:
    """Take a part of the records; whoever sends the last gets what came of all."""
    with _taken(("chunk_data",)) as taken:
        wanted: ProcessPart = read_values(taken.rest, ProcessPart)
        read_operations(wanted.operations)
        folder = add_part(current_house(), _part(wanted, "process"), taken)
        rows = taken.rows
    if folder is None:
        return _received(wanted, "chunk_processed", chunk_row_count=rows)
    with whole_of(folder) as whole:
        _check_some(whole)
        return _processed(wanted, whole.spool, status="completed", chunk_row_count=rows)


@route(
    bp,
    "POST",
    "/data/validate",
    Doc(body=LookRequest, is_streamed=True, data=Looked, is_bare=True, errors=WRONG),
)
def look_at_data() -> Response:
    """Say what records are like: types, gaps, size, and what would serve them."""
    with _taken(("data",)) as taken:
        return answered(**dataclasses.asdict(look_at(_spool(taken))))


@route(
    bp,
    "POST",
    "/upload/csv",
    Doc(
        media_types=lambda: (*workbook_types(), "application/json"),
        errors=WRONG,
    ),
)
def upload_csv() -> Response:
    """Turn a CSV file (form field `file`) into a workbook or JSON (`format`)."""
    who = require("viewer")
    sent, wanted = _sent_file(), request.form.get("format", "excel")
    if wanted not in ("excel", "json"):
        raise UnknownName("format", wanted, ["excel", "json"])
    name = sent.filename or ""
    if not name.lower().endswith(".csv"):
        raise InvalidValue("file: a .csv file is wanted", hint="other files: uploads")
    taken = take_file(current_house(), sent.stream, None, name=name)
    try:
        if wanted == "json":
            told = f"{taken.rows} rows read"
            return _processed(ProcessRequest(), _spool(taken), message=told)
        return workbook(
            asker(who),
            SpoolSource(path=_spool(taken), title=Path(name).stem or "Data"),
            taken.columns,
            SourceFacts(sql_sha256=taken.sha256, expected_rows=taken.rows),
            name=request.form.get("filename") or name,
            options=FormatOptions(),
        )
    finally:
        remove_spools(_spool(taken))


def _sent_file() -> FileStorage:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise InvalidValue("file: a file is wanted", hint="multipart/form-data")
    return sent


@contextmanager
def _taken(member: tuple[str, ...]) -> Iterator[Taken]:
    """Read the body; what is left of its spool is gone after the block."""
    require("viewer")
    taken = take_records(
        current_house(), request.stream, request.content_length, member
    )
    try:
        yield taken
    finally:
        if taken.spool is not None:
            remove_spools(taken.spool)


def _spool(taken: Taken) -> Path:
    if taken.spool is None:
        raise InvalidValue("data: there are no records", hint="send at least one")
    return taken.spool


def _check_some(whole: Whole) -> None:
    if not whole.columns:
        raise InvalidValue("chunk_data: no part has a record")


def _part(wanted: ExcelPart | ProcessPart, purpose: str) -> Part:
    return Part(
        session_id=wanted.session_id,
        index=wanted.chunk_index,
        total=wanted.total_chunks,
        owner=require("viewer").name,
        purpose=purpose,
    )


def _received(wanted: ExcelPart | ProcessPart, status: str, **more: object) -> Response:
    return answered(
        status=status,
        session_id=wanted.session_id,
        chunk_index=wanted.chunk_index,
        total_chunks=wanted.total_chunks,
        **more,
    )


def _workbook(
    wanted: ExcelRequest,
    spool: Path,
    columns: tuple[str, ...],
    rows: int,
    sha256: str,
) -> Response:
    return workbook(
        asker(require("viewer")),
        SpoolSource(path=spool, title=wanted.sheet_name or "Data"),
        columns,
        SourceFacts(sql_sha256=sha256, expected_rows=rows),
        name=wanted.filename,
        options=wanted.format_options,
        columns=tuple(wanted.columns or ()),
    )


def _processed(wanted: ProcessRequest, spool: Path, **members: object) -> Response:
    rows = new_file()
    try:
        operations = read_operations(wanted.operations)
        made = process(current_house(), spool, operations, rows)
    except BaseException:
        rows.close()
        raise
    return answered_with_rows(
        rows, columns=list(made.columns), row_count=made.rows, **members
    )

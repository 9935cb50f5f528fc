"""Answers in the documents' form: `"status"` beside `"success"`, at the top level."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import msgspec
from flask import Response, request

from entrepot.exports import FORMATS, Finished
from entrepot.exports.asker import Asker
from entrepot.exports.generic.looks import FormatOptions, columns_of, look_of
from entrepot.exports.naming import file_name
from entrepot.exports.options import read_options
from entrepot.exports.plan import FilePlan, SourceFacts
from entrepot.exports.planned import make_file
from entrepot.exports.spec import SheetPlan
from entrepot.exports.spools import SpoolSource
from entrepot.web import downloads
from entrepot.web.reply import send_json
from entrepot.web.requests import request_id
from entrepot.web.routes import current_house

PIECE_BYTES = 1 << 18
KEPT_IN_MEMORY_BYTES = 1 << 20


def answered(**members: object) -> Response:
    """Return some members as the documents' clients expect them."""
    return send_json(msgspec.json.encode(_framed(members)))


def answered_with_rows(rows: BinaryIO, **members: object) -> Response:
    """Return the members with `data`, an array that stands in a file."""
    begin = msgspec.json.encode(_framed(members))[:-1] + b',"data":'
    size_bytes = rows.seek(0, 2)
    rows.seek(0)

    def pieces() -> Iterator[bytes]:
        with rows:
            yield begin
            while piece := rows.read(PIECE_BYTES):
                yield piece
            yield b"}"

    response = Response(pieces(), content_type="application/json")
    response.content_length = len(begin) + size_bytes + 1
    response.call_on_close(rows.close)
    return response


def new_file() -> BinaryIO:
    """Return a temporary file that is gone when it is closed."""
    folder = current_house().home / "exports" / "spools"
    folder.mkdir(parents=True, exist_ok=True)
    return cast(
        "BinaryIO",
        tempfile.SpooledTemporaryFile(  # the answer closes it
            max_size=KEPT_IN_MEMORY_BYTES, dir=str(folder)
        ),
    )


def workbook(
    who: Asker,
    source: SpoolSource,
    known: tuple[str, ...],
    facts: SourceFacts,
    *,
    name: str,
    options: FormatOptions,
    columns: tuple[str, ...] = (),
) -> Response:
    """Make a workbook of a spool, and send it.

    Raises:
        EntrepotError: Of any kind: too many rows, out of time, a full disk.
    """
    format = FORMATS.get("xlsx")
    shown = columns or known
    sheet = SheetPlan(
        title=source.title,
        source=source,
        columns=columns_of(columns, known),
        look=look_of(options, shown),
    )
    plan = FilePlan(
        title=source.title,
        format=format.name,
        options=read_options(format, {}),
        file_name=file_name(_stem(name), format.extension),
        sheets=(sheet,),
        facts=facts,
    )
    with downloads.hold_slot() as slot:
        there = downloads.caller_is_there()
        made = make_file(current_house(), plan, who, is_wanted=there)
        return _sent(made, slot)


def _sent(made: Finished, slot: downloads.Slot) -> Response:
    return downloads.send_file(
        made.path,
        slot=slot,
        name=made.receipt.file_name,
        media_type=made.media_type,
        sha256=made.receipt.sha256 or "",
        headers={"X-Export-Id": made.receipt.id},
    )


def _framed(members: dict[str, object]) -> dict[str, object]:
    told = {"request_id": request_id(request.environ)}
    return {"status": "success", "success": True, **members, **told}


def _stem(name: str) -> str:
    """Return a file's name without the ending that it gets anyway."""
    path = Path(name)
    return path.stem if path.suffix.lower() in (".xlsx", ".csv") else name

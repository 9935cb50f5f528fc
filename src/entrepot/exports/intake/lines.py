"""Read NDJSON, one object a line, into a spool."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from entrepot.base.errors import Invalid, TooMuch
from entrepot.exports.intake.columns import Columns
from entrepot.exports.intake.hashing import sha256_of
from entrepot.exports.intake.records import decode
from entrepot.exports.intake.scanner import MOST_DEPTH, RECORD_BYTES, Group
from entrepot.exports.intake.spec import Sheet, Taken, Wanted
from entrepot.exports.intake.spooling import write_spool
from entrepot.exports.intake.tokens import COLON, tokens_of

if TYPE_CHECKING:
    import pyarrow as pa

PIECE_BYTES = 1 << 19
NAME = "record"


def read_lines(file: BinaryIO, wanted: Wanted) -> Taken:
    """Return what a file of one JSON object a line holds; empty lines are passed over.

    Raises:
        Invalid: A line is no object; it is named by its number among the records,
            from 0, and its field.
    """
    sha256 = sha256_of(file)
    columns = Columns(NAME)
    write_spool(wanted.spool, _blocks(file, columns), columns.schema)
    names = tuple(columns.schema().names)
    if not names:
        wanted.spool.unlink()
        raise Invalid("the file has no records")
    sheet = Sheet(spool=wanted.spool, rows=columns.rows, columns=names)
    return Taken(
        spool=sheet.spool,
        rows=sheet.rows,
        columns=names,
        sha256=sha256,
        sheets=(sheet,),
    )


def _blocks(file: BinaryIO, columns: Columns) -> Iterator[pa.RecordBatch]:
    for group in _groups(file):
        yield from columns.blocks(decode(group, NAME, columns.rows))


def _groups(file: BinaryIO) -> Iterator[Group]:
    rest, at = b"", 0
    piece = file.read(PIECE_BYTES).removeprefix(b"\xef\xbb\xbf")
    while piece:
        *lines, rest = (rest + piece).split(b"\n")
        if len(rest) > RECORD_BYTES:
            raise TooMuch(f"a line has more than {RECORD_BYTES >> 20} MB")
        yield from _group(lines, at)
        at += len(piece)
        piece = file.read(PIECE_BYTES)
    yield from _group([rest], at)


def _group(lines: list[bytes], at: int) -> Iterator[Group]:
    there = [line for line in lines if line.strip()]
    if not there:
        return
    raw = b",".join(there)
    tokens = tokens_of(raw)
    if len(tokens.depths) and int(tokens.depths.max()) > MOST_DEPTH:
        raise Invalid(f"a record is nested deeper than {MOST_DEPTH} levels")
    fields = len(tokens.at(COLON, 1))
    yield Group(raw=raw, count=len(there), fields=fields, at=at)

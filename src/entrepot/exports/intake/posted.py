"""Read the records of a JSON body into a spool."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from entrepot.base.errors import Invalid
from entrepot.exports.intake.columns import Columns
from entrepot.exports.intake.records import Record, decode
from entrepot.exports.intake.rest import rest_of
from entrepot.exports.intake.scanner import Group, Scanner
from entrepot.exports.intake.spec import Sheet, Taken, Wanted
from entrepot.exports.intake.spooling import write_spool

if TYPE_CHECKING:
    import pyarrow as pa

PIECE_BYTES = 1 << 19
_BOM = b"\xef\xbb\xbf"


def read_posted(file: BinaryIO, wanted: Wanted) -> Taken:
    """Return what a body holds; its records are in the spool then.

    Raises:
        Invalid: It is no JSON, or not of the shape; a record's index and field are
            named.
        TooMuch: A record, the rest, or the table that comes of it is too large.
    """
    posted = _Posted(wanted)
    write_spool(wanted.spool, posted.blocks(file), posted.columns.schema)
    rest = posted.rest()
    columns = tuple(posted.columns.schema().names)
    if posted.rows and not columns:
        raise Invalid(f"{posted.name}: none of the {posted.rows} records has a field")
    spool = wanted.spool if columns else None
    if spool is None:
        wanted.spool.unlink()
    return Taken(
        spool=spool,
        rest=rest,
        rows=posted.rows,
        columns=columns,
        sha256=posted.hash.hexdigest(),
        sheets=(Sheet(spool=spool, rows=posted.rows, columns=columns),),
    )


class _Posted:
    """A body on its way: bytes in, blocks of columns out."""

    def __init__(self, wanted: Wanted) -> None:
        self.name = ".".join(wanted.member) or "the array"
        self.rows = 0
        self.columns = Columns(self.name)
        self.hash = hashlib.sha256()
        self._wanted = wanted
        self._scanner = Scanner(wanted.member)

    def blocks(self, file: BinaryIO) -> Iterator[pa.RecordBatch]:
        """Yield the records as blocks of columns."""
        for group in self._groups(file):
            yield from self.columns.blocks(self._records(group))
        self._scanner.end()

    def rest(self) -> dict[str, object]:
        """Return the other members, when all has been read."""
        rest = rest_of(self._scanner, self._wanted.member)
        if not self._scanner.is_found and self._wanted.is_needed:
            raise Invalid(
                f"{self.name} is missing: an array of objects",
                hint=f"the body has {', '.join(sorted(rest)[:20]) or 'no members'}",
            )
        return rest

    def _records(self, group: Group) -> list[Record]:
        # Whole records and the commas between them: the hash is the same wherever
        # the body was cut on its way.
        if self.rows:
            self.hash.update(b",")
        self.hash.update(group.raw)
        records = decode(group, self.name, self.rows)
        self.rows += len(records)
        return records

    def _groups(self, file: BinaryIO) -> Iterator[Group]:
        piece = file.read(PIECE_BYTES).removeprefix(_BOM)
        _refuse_wide(piece)
        while piece:
            yield from self._scanner.feed(piece)
            piece = file.read(PIECE_BYTES)


def _refuse_wide(piece: bytes) -> None:
    if piece[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in piece[:4]:
        raise Invalid("the body is not UTF-8", hint="JSON is UTF-8 (RFC 8259)")

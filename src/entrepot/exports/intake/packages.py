"""What a workbook's package may hold, looked at before anything opens it."""

from __future__ import annotations

import struct
import zipfile
import zlib
from typing import BinaryIO

from entrepot.base.errors import Invalid, TooMuch

MOST_ENTRIES = 10_000
MOST_BYTES = 1 << 30
"""Of all entries when unpacked."""

MOST_RATIO = 250
"""Sheets of one repeated word come to 150; bombs to a thousand."""

RATIO_FROM_BYTES = 16 << 20
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How files of the old Office begin, and encrypted ones of the new."""

_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, struct.error)


def check_package(file: BinaryIO) -> None:
    """Look through a workbook; the file is at its beginning again then.

    Raises:
        Invalid: It is none, is encrypted, or has macros or links to the outside.
        TooMuch: It would unpack to more than is taken.
    """
    start = file.read(8)
    file.seek(0)
    if start == OLE:
        raise Invalid(
            "the workbook is encrypted, or of Excel before 2007",
            hint="save it without a password as .xlsx, or call it .xls",
        )
    try:
        with zipfile.ZipFile(file) as package:
            _check(package, file.seek(0, 2))
    except _BROKEN as error:
        raise Invalid(f"the file is no workbook: {error}") from None
    except RuntimeError as error:  # an entry with a password
        raise Invalid(f"the workbook is encrypted: {error}") from None
    file.seek(0)


def check_old_book(file: BinaryIO) -> None:
    """Look through a workbook of the old form, as far as it can be seen from outside.

    Raises:
        Invalid: It is none, or has macros.
    """
    start = file.read(8)
    if start != OLE:
        raise Invalid("the file is no workbook of Excel before 2007")
    last = b""
    while piece := file.read(1 << 20):
        if "_VBA_PROJECT".encode("utf-16-le") in last + piece:
            raise _unwanted("macros")
        last = piece[-64:]
    file.seek(0)


def _check(package: zipfile.ZipFile, size_bytes: int) -> None:
    entries = package.infolist()
    names = {entry.filename.lower().lstrip("/") for entry in entries}
    _check_size(entries, size_bytes)
    if "[content_types].xml" not in names or not any(
        name.startswith("xl/workbook.") for name in names
    ):
        raise Invalid("the file is no workbook: it has no sheets")
    if any("vbaproject" in name or "/macrosheets/" in name for name in names):
        raise _unwanted("macros")
    if any(name.startswith("xl/externallinks/") for name in names):
        raise _unwanted("links to other workbooks")
    if "xl/connections.xml" in names:
        raise _unwanted("connections to outside data")
    types = package.read("[Content_Types].xml", b"")
    if b"macroEnabled" in types:
        raise _unwanted("macros")
    _unpack(package, entries)


def _check_size(entries: list[zipfile.ZipInfo], size_bytes: int) -> None:
    if len(entries) > MOST_ENTRIES:
        raise TooMuch(f"the workbook has more than {MOST_ENTRIES} parts")
    total = sum(entry.file_size for entry in entries)
    if sum(entry.compress_size for entry in entries) > size_bytes:
        raise Invalid("the parts of the workbook overlap")
    if total > MOST_BYTES:
        raise TooMuch(f"the workbook has more than {MOST_BYTES >> 20} MB when unpacked")
    if total > RATIO_FROM_BYTES and total > MOST_RATIO * size_bytes:
        raise TooMuch(
            f"the workbook unpacks to {total // size_bytes} times its size",
            hint="save it again with a spreadsheet program",
        )


def _unpack(package: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """Read every part to its end: what an entry says of its size may be a lie."""
    for entry in entries:
        with package.open(entry) as part:
            while part.read(1 << 20):
                pass


def _unwanted(what: str) -> Invalid:
    return Invalid(
        f"the workbook has {what}, which are not taken",
        hint="save it as .xlsx without them",
    )

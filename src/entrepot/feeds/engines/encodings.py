"""Which encoding a text file has, and one that others are turned into."""

from __future__ import annotations

import codecs
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from entrepot.base.errors import Invalid
from entrepot.feeds.engines.files import open_fixed

PIECE_BYTES = 1 << 20
LOOKED_AT_BYTES = 256 << 20
WIDE = ("utf-16", "utf-16-le", "utf-16-be", "utf-32")
NARROW = ("utf-8", "utf-8-sig", "latin-1", "cp1252", "iso-8859-15", "cp1250", "cp1251")
ENCODINGS = (*NARROW, *WIDE)

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """A guess.

    Attributes:
        odd_lines: How many lines are not of it.
    """

    name: str
    odd_lines: int = 0


def guess_encoding(file: BinaryIO) -> Encoding:
    """Return what a text's encoding seems to be; the file is at its beginning then.

    Text without a mark is UTF-8 unless more of its lines cannot be than must be;
    then it is what Windows writes.
    """
    start = file.read(4_096)
    file.seek(0)
    marked = next((name for mark, name in _MARKS if start.startswith(mark)), "")
    if marked in WIDE:
        return Encoding(name=marked)
    if wide := _unmarked_wide(start):
        return Encoding(name=wide)
    good, bad, has_controls = _count_lines(file)
    file.seek(0)
    if marked or bad <= good:
        return Encoding(name=marked or "utf-8", odd_lines=bad)
    return Encoding(name="cp1252" if has_controls else "latin-1")


def _unmarked_wide(start: bytes) -> str:
    half = len(start) // 2
    if half and start[1::2].count(0) > 0.7 * half:
        return "utf-16-le"
    if half and start[::2].count(0) > 0.7 * half:
        return "utf-16-be"
    return ""


def _count_lines(file: BinaryIO) -> tuple[int, int, bool]:
    """Count lines that are UTF-8 beyond ASCII and that are none; see bytes 80 to 9F."""
    good = bad = read = 0
    has_controls = False
    rest = b""
    while read < LOOKED_AT_BYTES and (piece := file.read(PIECE_BYTES)):
        read += len(piece)
        whole, sign, rest = (rest + piece).rpartition(b"\n")
        if len(rest) > 4 * PIECE_BYTES or not sign:
            whole, rest = whole + sign + rest, b""
        more_good, more_bad, controls = _judge(whole)
        good, bad = good + more_good, bad + more_bad
        has_controls |= controls
    more_good, more_bad, controls = _judge(rest)
    return good + more_good, bad + more_bad, has_controls | controls


def _judge(text: bytes) -> tuple[int, int, bool]:
    if text.isascii():
        return 0, 0, False
    good = bad = 0
    has_controls = False
    for line in text.split(b"\n"):
        if line.isascii():
            continue
        try:
            line.decode()
            good += 1
        except UnicodeDecodeError:
            bad += 1
            has_controls |= any(0x80 <= byte <= 0x9F for byte in line)
    return good, bad, has_controls


@contextmanager
def open_narrow(path: Path, encoding: str) -> Iterator[tuple[BinaryIO, str]]:
    """Give a text file whose line ends are one byte each, and its encoding.

    UTF-16 and UTF-32 come as UTF-8; a UTF-8 mark is left out.

    Raises:
        Invalid: It is an encoding that is not read.
    """
    if encoding not in ENCODINGS:
        raise Invalid(
            f"texts in {encoding[:40]!r} are not read",
            hint=f"known: {', '.join(ENCODINGS)}",
        )
    with open_fixed(path) as file:
        if encoding in WIDE:
            with tempfile.TemporaryFile() as narrow:
                _narrow(file, encoding, cast(BinaryIO, narrow))
                yield cast(BinaryIO, narrow), "utf-8"
            return
        if file.read(3) != codecs.BOM_UTF8:
            file.seek(0)
        yield file, "utf-8" if encoding == "utf-8-sig" else encoding


def _narrow(file: BinaryIO, encoding: str, to: BinaryIO) -> None:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    while piece := file.read(PIECE_BYTES):
        to.write(decoder.decode(piece).encode("utf-8", "replace"))
    to.write(decoder.decode(b"", final=True).encode("utf-8", "replace"))
    to.seek(0)
    if to.read(3) != codecs.BOM_UTF8:
        to.seek(0)

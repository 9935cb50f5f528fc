"""Text files: which encoding, and which sign is between the values."""

from __future__ import annotations

import codecs
import csv
import io
from typing import BinaryIO

from entrepot.base.errors import Invalid

PIECE_BYTES = 1 << 20
SAMPLE_BYTES = 1 << 16
DELIMITERS = ",;\t|"

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def encoding_of(file: BinaryIO) -> str:
    """Return the encoding of a text file, which is at its beginning again then.

    What is not UTF-8 and has no mark is what Windows writes (cp1252).

    Raises:
        Invalid: It is no text.
    """
    start = file.read(SAMPLE_BYTES)
    file.seek(0)
    found = next((name for mark, name in _MARKS if start.startswith(mark)), "")
    found = found or _wide(start)
    if not found and b"\0" in start:
        raise Invalid("the file is no text: it has zero bytes")
    for encoding in [found] if found else ["utf-8", "cp1252"]:
        try:
            _read_through(file, encoding)
        except UnicodeError as error:
            why = error
        else:
            return encoding
        finally:
            file.seek(0)
    raise Invalid(f"the file is neither UTF-8 nor Windows text: {why.reason}")  # type: ignore[attr-defined]  # a decode error has it


def _wide(start: bytes) -> str:
    """Return the UTF-16 of a file without a mark whose text is mostly Latin."""
    half = len(start) // 2
    if half and start[1::2].count(0) > 0.7 * half:
        return "utf-16-le"
    if half and start[::2].count(0) > 0.7 * half:
        return "utf-16-be"
    return ""


def _read_through(file: BinaryIO, encoding: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    while piece := file.read(PIECE_BYTES):
        decoder.decode(piece)
    decoder.decode(b"", final=True)


def delimiter_of(sample: str) -> str:
    """Return the sign that cuts the most lines into the same number of values.

    A first line `sep=;`, as Excel writes it, says so.
    """
    if sample[:4].lower() == "sep=" and sample[4:5]:
        return sample[4]
    return max(DELIMITERS, key=lambda sign: _evenness(sample, sign))


def _evenness(sample: str, sign: str) -> tuple[float, int, int]:
    """Return how many lines have as many values as the first, and how many that is."""
    whole = sample.rpartition("\n")[0] or sample
    reader = csv.reader(io.StringIO(whole), delimiter=sign)
    try:
        widths = [len(row) for _, row in zip(range(100), reader, strict=False) if row]
    except csv.Error:
        return 0.0, 0, 0
    if not widths or widths[0] < 2:
        return 0.0, 0, -DELIMITERS.index(sign)
    even = widths.count(widths[0]) / len(widths)
    return even, widths[0], -DELIMITERS.index(sign)

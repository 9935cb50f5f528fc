"""What a text file would be read with, were it delimited."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from entrepot.base.errors import EntrepotError
from entrepot.feeds.engines.bounds import SAMPLE_BYTES
from entrepot.feeds.engines.encodings import Encoding, guess_encoding, open_narrow
from entrepot.feeds.engines.files import open_fixed

DELIMITERS = ",;\t|"
NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
LOOKED_AT_ROWS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a text file looks like.

    Attributes:
        evenness: How many of the rows are as wide as the first, 0 to 1.
        columns: The first row.
        remarks: For people.
    """

    encoding: str
    delimiter: str
    skip_lines: int
    columns: tuple[str, ...]
    evenness: float
    remarks: tuple[str, ...]


def look_at(path: Path, *, delimiters: str = DELIMITERS) -> Looked | None:
    """Return what a file looks like; None where it is no text with columns."""
    try:
        with open_fixed(path) as file:
            if _is_no_text(file.read(8)):
                return None
            file.seek(0)
            encoding = guess_encoding(file)
        with open_narrow(path, encoding.name) as (narrow, name):
            sample = narrow.read(SAMPLE_BYTES).decode(name, "replace")
    except (EntrepotError, OSError, UnicodeError):
        return None
    if "\0" in sample:
        return None
    return _looked(
        sample.replace("\r\n", "\n").replace("\r", "\n"), encoding, delimiters
    )


def _is_no_text(start: bytes) -> bool:
    return start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x1f\x8b"))


def _looked(text: str, encoding: Encoding, delimiters: str) -> Looked | None:
    skip_lines, said = 0, ""
    if text[:4].lower() == "sep=" and text[4:5].strip("\n"):
        said, skip_lines = text[4], 1
        text = text.partition("\n")[2]
    text = _whole_lines(text)
    if not text.strip():
        return None
    shapes = [_shape(text, sign) for sign in said or delimiters]
    best = max(shapes, key=lambda shape: shape.rank)
    if not best.columns:
        return None
    return Looked(
        encoding=encoding.name,
        delimiter=best.sign,
        skip_lines=skip_lines,
        columns=best.columns,
        evenness=best.evenness,
        remarks=_remarks(encoding, best.sign),
    )


@dataclass(frozen=True, slots=True)
class _Shape:
    sign: str
    columns: tuple[str, ...]
    evenness: float

    @property
    def rank(self) -> tuple[bool, float, int]:
        return len(self.columns) > 1, round(self.evenness, 1), len(self.columns)


def _shape(text: str, sign: str) -> _Shape:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
    rows: list[list[str]] = []
    try:
        for row in reader:
            if row:
                rows.append(row)
            if len(rows) == LOOKED_AT_ROWS:
                break
    except csv.Error:
        pass  # what was read up to there still tells
    if not rows:
        return _Shape(sign, (), 0.0)
    even = sum(len(row) == len(rows[0]) for row in rows) / len(rows)
    return _Shape(sign, tuple(name.strip() for name in rows[0]), even)


def _whole_lines(text: str) -> str:
    if len(text) < SAMPLE_BYTES // 8 or "\n" not in text:
        return text
    return text.rpartition("\n")[0]


def _remarks(encoding: Encoding, sign: str) -> tuple[str, ...]:
    remarks = [f"Encoding {encoding.name}, values apart by {NAMES.get(sign, sign)}."]
    if encoding.odd_lines:
        remarks.append(
            f"{encoding.odd_lines:,} lines are not {encoding.name}; they cannot be "
            "taken until they are."
        )
    return tuple(remarks)

"""Values as a page shows them: typed by the column, cut where they are long."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import date, datetime

from entrepot.connections import Column

SHOWN_CHARACTERS = 46
KEPT_CHARACTERS = 2_000
"""A longer value is not in the page; opening its cell fetches it."""

NUMBERS = ("integer", "number", "decimal")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_LABEL = re.compile(r"(id|no|nr|num|number|code|key|year|item|zip|plz)$", re.IGNORECASE)

MAGIC = (
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "ZIP"),
    (b"BM", "BMP"),
    (b"\x15\x1c", "OLE"),
)
"""First bytes of files that are kept in tables, and what people call them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One value, ready for the page.

    Attributes:
        form: `text`, `number`, `date`, `yes`, `no`, `bytes`, `json`, `null`, `empty`.
        text: What is shown.
        raw: The value as filters and copies have it; None where it is in `text` or
            too long for the page.
        cut_count: Characters beyond those shown.
        size_bytes: Of bytes.
        address: The row this value points at.
    """

    form: str
    text: str = ""
    raw: str | None = None
    cut_count: int = 0
    size_bytes: int = 0
    address: str = ""

    @property
    def is_fetched(self) -> bool:
        """Tell whether the whole value is not in the page."""
        return self.form == "bytes" or (self.cut_count > 0 and self.raw is None)


def render_cell(value: object, column: Column, address: str = "") -> Cell:
    """Return a JSON-ready value as a cell of its column."""
    match value:
        case None:
            return Cell(form="null")
        case "" if column.kind != "bytes":
            return Cell(form="empty")
        case bool():
            return Cell(form="yes" if value else "no", raw=str(value).lower())
        case int() | float():
            return _number(str(value), column, address)
        case str():
            return _text(value, column, address)
        case _:
            return _cut("json", str(value), address)


def _text(text: str, column: Column, address: str) -> Cell:
    if column.kind == "bytes":
        return _bytes(text)
    if column.kind in NUMBERS and _NUMBER.fullmatch(text):
        return _number(text, column, address)
    if column.kind in ("date", "datetime"):
        return _date(text, address)
    return _cut("json" if column.kind == "other" else "text", text, address)


def _cut(form: str, text: str, address: str) -> Cell:
    beyond = len(text) - SHOWN_CHARACTERS
    if beyond <= 0:
        return Cell(form=form, text=text, address=address)
    raw = text if len(text) <= KEPT_CHARACTERS else None
    shown = text[:SHOWN_CHARACTERS]
    return Cell(form=form, text=shown, raw=raw, cut_count=beyond, address=address)


def _number(text: str, column: Column, address: str) -> Cell:
    if address or "e" in text.lower() or is_label(column):
        return Cell(form="number", text=text, address=address)
    sign, digits = ("−", text[1:]) if text.startswith("-") else ("", text)
    whole, _, part = digits.partition(".")
    if column.kind == "decimal":
        part = part.ljust(column.scale or 0, "0")
    if part or len(whole) > 4:
        whole = f"{int(whole):,}"
    shown = f"{sign}{whole}.{part}" if part else sign + whole
    return Cell(form="number", text=shown, raw=text, address=address)


def is_label(column: Column) -> bool:
    """Tell whether a number names something, so that 2026 is not shown as 2,026."""
    return column.primary_key or _LABEL.search(column.name) is not None


def _date(text: str, address: str) -> Cell:
    try:
        if len(text) == len("2026-11-20"):
            shown = f"{date.fromisoformat(text):%-d %b %Y}"
        else:
            at = datetime.fromisoformat(text)
            shown = f"{at:%Y-%m-%d %H:%M}" + (f":{at:%S}" if at.second else "")
    except ValueError:  # the database keeps what it was given
        return _cut("text", text, address)
    return Cell(form="date", text=shown, raw=text, address=address)


def _bytes(text: str) -> Cell:
    size_bytes = len(text) // 4 * 3 - text[-2:].count("=")
    head = base64.b64decode(text[:16])
    kind = next((name for magic, name in MAGIC if head.startswith(magic)), "bytes")
    return Cell(form="bytes", text=kind, size_bytes=size_bytes)

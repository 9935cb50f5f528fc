"""The cells of a sheet, out of its text, without holding the sheet."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import chain

from entrepot.base.errors import Invalid
from entrepot.feeds.engines.bounds import MOST_COLUMNS, RECORD_BYTES
from entrepot.feeds.engines.workbook.parts import Book, SharedTexts

_ROW_NUMBER = re.compile(rb'<row\b[^>]*?\br="(\d{1,9})"')
_PLAIN_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})\d+"(?: s="(\d+)")?(?: t="(\w+)")?'
    rb"(?:/>|><v>([^<]*)</v></c>)"
)
_CELL = re.compile(
    rb"<c\b([^>]*?)(?:/>|>"
    rb"(?:<f\b[^>]*?(?:/>|>[^<]*</f>))?"
    rb"(?:<v\b[^>]*>([^<]*)</v>|(<is>.*?</is>))?.*?</c>)",
    re.S,
)
_ATTRIBUTES = re.compile(rb'\b(r|s|t)="([^"]*)"')
_TEXTS = re.compile(rb"<t\b[^>]*>([^<]*)</t>")
_PREFIX = re.compile(rb"<(\w+:)worksheet\b")
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001  # a cell has no zone
_EPOCH_1904 = dt.datetime(1904, 1, 1)  # noqa: DTZ001  # as above
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def read_rows(
    pieces: Iterable[bytes], book: Book, shared: SharedTexts
) -> Iterator[tuple[int, list[str | None] | None]]:
    """Yield each row's number and its cells, as text; None for one that is too long.

    Formulas are the values they had when the file was saved.

    Raises:
        Invalid: The sheet is broken.
    """
    reader = _Cells(book, shared)
    held, number = b"", 0
    prefix: bytes | None = None
    is_whole = False
    rest = iter(pieces)
    while (piece := next(rest, None)) is not None:
        held += piece
        if prefix is None:
            match = _PREFIX.search(held[:4_096])
            prefix = match[1] if match else b""
            _refuse_doctype(held)
        if prefix:
            held = held.replace(b"<" + prefix, b"<").replace(b"</" + prefix, b"</")
        *rows, held = held.split(b"</row>")
        for row in rows:
            begin = row.rfind(b"<row")
            own = _ROW_NUMBER.match(row, begin)
            number = int(own[1]) if own else number + 1
            yield number, reader.read(row[begin:])
        is_whole = is_whole or b"</sheetData>" in held or b"<sheetData/>" in held
        if len(held) > RECORD_BYTES and b"<row" in held:
            number += 1
            yield number, None
            begun = _skip_row(held, rest, b"</" + prefix + b"row>")
            held, rest = b"", chain([begun], rest)
        elif len(held) > RECORD_BYTES:
            held = held[-64:]  # what is beside the rows
    if not is_whole:
        raise Invalid("the sheet ends in the middle")


def _skip_row(held: bytes, pieces: Iterable[bytes], end: bytes) -> bytes:
    """Go on to what follows the end of a row."""
    tail = held[-len(end) :]
    for piece in pieces:
        _, found, rest = (tail + piece).partition(end)
        if found:
            return rest
        tail = piece[-len(end) :]
    return b""


def _refuse_doctype(start: bytes) -> None:
    if b"<!DOCTYPE" in start[:4_096] or b"<!ENTITY" in start:
        raise Invalid("the sheet declares entities, which are not taken")


class _Cells:
    def __init__(self, book: Book, shared: SharedTexts) -> None:
        self._is_day = book.is_day
        self._epoch = _EPOCH_1904 if book.counts_from_1904 else _EPOCH
        self._shared = shared
        self._texts = shared.texts
        self._places: dict[bytes, int] = {}

    def read(self, row: bytes) -> list[str | None]:
        plain = _PLAIN_CELL.findall(row)
        if len(plain) != row.count(b"<c "):
            return self._read_any(row)
        cells: list[str | None] = []
        texts, places = self._texts, self._places
        for letters, style, kind, value in plain:
            place = places.get(letters)
            if place is None:
                place = self._place(letters)
            if place > len(cells):
                cells += [None] * (min(place, MOST_COLUMNS) - len(cells))
            if kind == b"s" and value.isdigit() and (number := int(value)) < len(texts):
                text: str | None = texts[number]
            else:
                text = self._value(kind, style, value, b"")
            if place == len(cells):
                cells.append(text)
            elif place < len(cells):
                cells[place] = text
        return cells

    def _read_any(self, row: bytes) -> list[str | None]:
        cells: list[str | None] = []
        for attributes, value, inline in _CELL.findall(row):
            style = kind = b""
            place = len(cells)
            for name, said in _ATTRIBUTES.findall(attributes):
                if name == b"r":
                    place = self._place(said)
                elif name == b"t":
                    kind = said
                else:
                    style = said
            if place >= MOST_COLUMNS:
                continue
            if place > len(cells):
                cells += [None] * (place - len(cells))
            text = self._value(kind, style, value, inline)
            if place < len(cells):
                cells[place] = text
            else:
                cells.append(text)
        return cells

    def _place(self, name: bytes) -> int:
        letters = name.rstrip(b"0123456789")
        place = self._places.get(letters)
        if place is None:
            place = 0
            for letter in letters[:4].upper():
                place = place * 26 + letter - 64
            place = self._places[letters] = place - 1
        return place

    def _value(
        self, kind: bytes, style: bytes, value: bytes, inline: bytes
    ) -> str | None:
        if kind == b"s":
            number = int(value) if value.isdigit() else -1
            self._shared.reach(number)
            return self._texts[number] if 0 <= number < len(self._texts) else None
        if kind == b"inlineStr" or inline:
            return _text(b"".join(_TEXTS.findall(inline)))
        if not value:
            return None
        if kind == b"b":
            return "true" if value == b"1" else "false"
        if kind in (b"str", b"d", b"e"):
            return _text(value)
        if style and self._shows_day(style):
            return _day(value, self._epoch)
        return _number(value.decode("ascii", "replace"))

    def _shows_day(self, style: bytes) -> bool:
        number = int(style) if style.isdigit() else len(self._is_day)
        return number < len(self._is_day) and self._is_day[number]


def _text(raw: bytes) -> str:
    text = raw.decode("utf-8", "replace")
    text = unescape(text) if "&" in text else text
    if "_x" in text:
        text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    return text


def _number(text: str) -> str:
    """Return a number as it was typed: 0.1 is kept as 0.10000000000000001 by some."""
    if len(text) < 16 and "E" not in text and "e" not in text:
        return text
    try:
        number = float(text)
    except ValueError:
        return text
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return format(number, ".15g")


def _day(value: bytes, epoch: dt.datetime) -> str:
    try:
        at = epoch + dt.timedelta(days=float(value))
    except (ValueError, OverflowError):
        return value.decode("ascii", "replace")
    at = (at + dt.timedelta(microseconds=500_000)).replace(microsecond=0)
    if at.time() == dt.time():
        return at.date().isoformat()
    return at.isoformat(" ")

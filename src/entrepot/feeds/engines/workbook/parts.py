"""What a workbook's parts say beside its sheets: names, shared texts, formats."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.parsers import expat

from entrepot.base.errors import Invalid, TooMuch
from entrepot.feeds.engines.packages import Package
from entrepot.feeds.engines.safexml import new_parser

SHARED = "xl/sharedStrings.xml"
MOST_SHARED_BYTES = 512 << 20

# Numbers of built-in formats that show days: ECMA-376, part 1, 18.8.30.
_DAYS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_SHOWN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h|m|s)[^\]]*\]', re.I)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet's name, and the part that holds it."""

    name: str
    part: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """What is the same for all sheets.

    Attributes:
        is_day: Of each style, whether it shows numbers as days or times.
        counts_from_1904: Days are counted from then.
    """

    sheets: tuple[Sheet, ...]
    is_day: tuple[bool, ...]
    counts_from_1904: bool


def read_book(package: Package) -> Book:
    """Return what a workbook says of itself.

    Raises:
        Invalid: It is none, or is broken.
    """
    relations = dict(_relations(package))
    found: list[Sheet] = []
    is_old = False
    for name, attributes in _elements(package, "xl/workbook.xml"):
        if name == "sheet":
            part = relations.get(attributes.get("id", ""), "")
            if part and attributes.get("state", "visible") == "visible":
                found.append(Sheet(attributes.get("name", ""), part))
        elif name == "workbookPr":
            is_old = attributes.get("date1904", "0") in ("1", "true")
    return Book(
        sheets=tuple(found), is_day=_day_styles(package), counts_from_1904=is_old
    )


class SharedTexts:
    """The texts that cells name by their number, read as far as they are asked for.

    Attributes:
        texts: Those read so far.
    """

    def __init__(self, package: Package) -> None:
        has_any = SHARED in package.names
        self._rest = package.pieces(SHARED) if has_any else iter(())
        self._pieces: list[str] = []
        self._bytes = 0
        self.texts: list[str] = []
        self._parser = new_parser()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def reach(self, number: int) -> None:
        """Read on until the text of this number is there, or there are no more.

        Raises:
            Invalid: They are broken.
            TooMuch: They are larger than is held.
        """
        while len(self.texts) <= number:
            piece = next(self._rest, None)
            if piece is None:
                return
            try:
                self._parser.Parse(piece, False)
            except expat.ExpatError as error:
                raise Invalid(f"the workbook is broken: {error}") from None

    def _start(self, name: str, attributes: list[str]) -> None:
        if name == "t" or name.endswith(":t"):
            self._parser.CharacterDataHandler = self._pieces.append
        elif name == "rPh" or name.endswith(":rPh"):  # how a text is read aloud
            self._parser.StartElementHandler = None
            self._parser.EndElementHandler = self._end_aloud

    def _end_aloud(self, name: str) -> None:
        if name == "rPh" or name.endswith(":rPh"):
            self._parser.StartElementHandler = self._start
            self._parser.EndElementHandler = self._end

    def _end(self, name: str) -> None:
        self._parser.CharacterDataHandler = None
        if name == "si" or name.endswith(":si"):
            text = "".join(self._pieces)
            self.texts.append(text)
            self._pieces.clear()
            self._bytes += len(text) + 60
            if self._bytes > MOST_SHARED_BYTES:
                raise TooMuch(
                    "the workbook's texts are larger than is held",
                    hint="save it as CSV",
                )


def _relations(package: Package) -> Iterable[tuple[str, str]]:
    for name, attributes in _elements(package, "xl/_rels/workbook.xml.rels"):
        target = attributes.get("Target", "")
        if name == "Relationship" and "Id" in attributes:
            part = target.lstrip("/") if target[:1] == "/" else f"xl/{target}"
            yield attributes["Id"], part


def _day_styles(package: Package) -> tuple[bool, ...]:
    if "xl/styles.xml" not in package.names:
        return ()
    own: dict[str, str] = {}
    styles: list[bool] = []
    is_within = False
    for name, attributes in _elements(package, "xl/styles.xml"):
        if name == "numFmt":
            own[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name in ("cellXfs", "cellStyles", "cellStyleXfs"):
            is_within = name == "cellXfs"
        elif name == "xf" and is_within:
            number = attributes.get("numFmtId", "0")
            styles.append(_shows_days(number, own.get(number)))
    return tuple(styles)


def _shows_days(number: str, code: str | None) -> bool:
    if code is None:
        return number.isdigit() and int(number) in _DAYS
    bare = _SHOWN.sub("", code.split(";")[0]).lower()
    return bool(re.search(r"[ydhs]|m(?!$)|^m+$", bare)) and "general" not in bare


def _elements(package: Package, part: str) -> Iterable[tuple[str, dict[str, str]]]:
    """Return the elements of a small part with their attributes, without prefixes."""
    found: list[tuple[str, dict[str, str]]] = []

    def start(name: str, attributes: list[str]) -> None:
        pairs = zip(attributes[::2], attributes[1::2], strict=True)
        bare = {key.rpartition(":")[2]: value for key, value in pairs}
        found.append((name.rpartition(":")[2], bare))

    parser = new_parser()
    parser.StartElementHandler = start
    _parse(parser, [package.read(part)])
    return found


def _parse(parser: expat.XMLParserType, pieces: Iterable[bytes]) -> None:
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Invalid(f"the workbook is broken: {error}") from None

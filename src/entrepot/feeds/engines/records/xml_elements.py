"""The elements of an XML file that repeat, each with what is inside of it as text."""

from __future__ import annotations

import codecs
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

from entrepot.base.errors import Invalid
from entrepot.feeds.engines.bounds import RECORD_BYTES, SHOWN_CHARACTERS
from entrepot.feeds.engines.encodings import open_narrow
from entrepot.feeds.engines.files import open_fixed
from entrepot.feeds.engines.records.gathering import Record
from entrepot.feeds.engines.safexml import MOST_DEPTH, new_parser
from entrepot.feeds.spec import RowError

PIECE_BYTES = 1 << 18
LOOKED_AT_BYTES = 1 << 20
_DECLARED = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([\w.-]+)[\"']")


def find_element(path: Path) -> str:
    """Return the path of the element that repeats, such as `rss/channel/item`.

    Empty where the file is no XML.
    """
    with open_fixed(path) as file:
        start = file.read(LOOKED_AT_BYTES)
    seen = _Shapes()
    try:
        seen.parser.Parse(_as_utf8(start), False)
    except (expat.ExpatError, Invalid):
        if not seen.counts:
            return ""
    return seen.best()


def xml_encoding(path: Path) -> str:
    """Return the encoding that an XML file declares; UTF-8 where it says nothing."""
    with open_fixed(path) as file:
        return _declared(file.read(512))


def read_elements(path: Path, element: str) -> Iterator[Record]:
    """Yield the elements with this path, counted from 1.

    After one that is broken reading goes on with the next that begins.

    Raises:
        Invalid: The file has a DOCTYPE, or its encoding is not read.
    """
    with open_narrow(path, xml_encoding(path)) as (file, narrow):
        reader = _Elements(tuple(element.split("/")))
        while piece := file.read(PIECE_BYTES):
            if narrow != "utf-8":
                piece = piece.decode(narrow, "replace").encode()
            reader.feed(piece)
            yield from reader.take()
        reader.end()
        yield from reader.take()


def _declared(start: bytes) -> str:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    found = _DECLARED.search(start)
    name = found[1].decode().lower() if found else "utf-8"
    same = {"iso-8859-1": "latin-1", "windows-1252": "cp1252", "us-ascii": "utf-8"}
    same |= {"utf8": "utf-8", "windows-1250": "cp1250", "windows-1251": "cp1251"}
    return same.get(name, name)


def _as_utf8(start: bytes) -> bytes:
    name = _declared(start)
    try:
        return start if name == "utf-8" else start.decode(name, "replace").encode()
    except LookupError:
        return start


class _Shapes:
    """Counts the elements that hold others, by their path."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, ...]] = Counter()
        self._holding: set[tuple[str, ...]] = set()
        self._path: list[str] = []
        self.parser = new_parser("utf-8")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def best(self) -> str:
        """Return the path nearest to the root of what repeats and holds something."""
        found = [path for path in self.counts if path in self._holding]
        several = [path for path in found if self.counts[path] > 1]
        inner = [path for path in found if len(path) > 1]
        paths: list[tuple[str, ...]] = several or inner or list(self.counts)
        return "/".join(sorted(paths, key=self._rank)[0]) if paths else ""

    def _rank(self, path: tuple[str, ...]) -> tuple[int, int]:
        return len(path), -self.counts[path]

    def _start(self, name: str, attributes: list[str]) -> None:
        if self._path:
            self._holding.add(tuple(self._path))
        self._path.append(name)
        if len(self._path) <= 8:
            self.counts[tuple(self._path)] += 1
        if len(attributes) > 2:
            self._holding.add(tuple(self._path))

    def _end(self, _name: str) -> None:
        self._path.pop()


class _Elements:
    def __init__(self, target: tuple[str, ...]) -> None:
        self._target = target
        self._begins = re.compile(rb"<" + re.escape(target[-1].encode()) + rb"[\s>/]")
        self._number = 0
        self._found: list[Record] = []
        self._is_lost = False
        self._fed = 0
        self._new_parser()

    def _new_parser(self) -> None:
        self._path: list[str] = []
        self._inner: list[str] = []
        self._texts: list[str] = []
        self._row: dict[str, str | None] | None = None
        self._size = 0
        self._parser = new_parser("utf-8")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def feed(self, piece: bytes) -> None:
        """Parse more of the file."""
        while piece:
            if self._is_lost:
                found = self._begins.search(piece)
                if found is None:
                    return
                self._go_on()
                piece = piece[found.start() :]
            fed = self._fed
            try:
                self._parser.Parse(piece, False)
            except expat.ExpatError as error:
                place = max(0, self._parser.ErrorByteIndex - fed)
                self._lose(expat.ErrorString(error.code))
                piece = piece[min(place, len(piece) - 1) + 1 :]
            else:
                self._fed += len(piece)
                return

    def end(self) -> None:
        """Say so where the file ends in the middle of something."""
        if self._is_lost:
            return
        try:
            self._parser.Parse(b"", True)
        except expat.ExpatError:
            self._lose("the file ends in the middle")

    def take(self) -> list[Record]:
        """Return what was found since the last time."""
        found, self._found = self._found, []
        return found

    def _lose(self, why: str) -> None:
        if self._row is None:
            self._number += 1
        self._error(f"is broken: {why}", "broken-xml")
        self._row = None
        self._is_lost = True

    def _go_on(self) -> None:
        """Begin again, as if all around the next element had just been opened."""
        self._new_parser()
        opening = "".join(f"<{name}>" for name in self._target[:-1]).encode()
        self._parser.Parse(opening, False)
        self._fed = len(opening)
        self._is_lost = False

    def _start(self, name: str, attributes: list[str]) -> None:
        if self._row is None:
            self._path.append(name)
            if tuple(self._path) == self._target:
                self._number += 1
                self._row, self._size = {}, 0
                self._parser.CharacterDataHandler = self._text
                self._add_attributes("", attributes)
            return
        self._inner.append(name)
        self._texts.clear()
        if len(self._inner) > MOST_DEPTH:
            raise Invalid(f"the XML is nested deeper than {MOST_DEPTH} levels")
        if attributes:
            self._add_attributes("/".join(self._inner), attributes)

    def _end(self, _name: str) -> None:
        if self._row is None:
            self._path.pop()
            return
        text = "".join(self._texts).strip()
        self._texts.clear()
        if not self._inner:
            if text:
                self._add("text", text)
            self._finish()
            return
        inner = self._inner
        key = inner[0] if len(inner) == 1 else "/".join(inner)
        inner.pop()
        if text:
            self._add(key, text)
        elif key not in self._row:
            self._row[key] = None

    def _text(self, text: str) -> None:
        self._size += len(text)
        if self._size <= RECORD_BYTES:
            self._texts.append(text)

    def _add(self, key: str, text: str) -> None:
        row = self._row
        if row is None:
            return
        before = row.get(key)
        row[key] = text if before is None else _listed(before, text)

    def _add_attributes(self, key: str, attributes: list[str]) -> None:
        for name, text in zip(attributes[::2], attributes[1::2], strict=True):
            self._size += len(text)
            self._add(f"{key}@{name}", text)

    def _finish(self) -> None:
        row, self._row = self._row or {}, None
        self._path.pop()
        self._parser.CharacterDataHandler = None
        if self._size > RECORD_BYTES:
            self._row = row
            self._error(f"is longer than {RECORD_BYTES >> 20} MB", "too-long")
            self._row = None
        else:
            self._found.append((self._number, row))

    def _error(self, reason: str, code: str) -> None:
        shown = ", ".join(f"{k}={v}" for k, v in (self._row or {}).items() if v)
        self._found.append(
            RowError(
                line=self._number,
                column="",
                value=shown[:SHOWN_CHARACTERS],
                reason=reason,
                code=code,
                hint="mend the element and send the file again",
            )
        )


def _listed(before: str, text: str) -> str:
    """Return what an element holds several times as a JSON list."""
    items = [before]
    if before.startswith('["'):
        items = json.loads(before)
    return json.dumps([*items, text], ensure_ascii=False)

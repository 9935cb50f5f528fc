"""The objects of a JSON array, one after the other; the array is never held whole."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

from entrepot.base.errors import Invalid
from entrepot.feeds.engines.bounds import RECORD_BYTES, SHOWN_CHARACTERS
from entrepot.feeds.engines.encodings import open_narrow
from entrepot.feeds.engines.records.flattening import DECODER, flatten
from entrepot.feeds.engines.records.gathering import Record
from entrepot.feeds.spec import RowError

PIECE_CHARACTERS = 1 << 18
_BETWEEN = re.compile(r"[\s,]*")
_NEXT = re.compile(r"\}\s*,\s*(?=\{)")
_NEAR_END = 64
"""An error so close to the end of what was read may be for want of the rest."""


def read_json_array(path: Path, encoding: str, member: str) -> Iterator[Record]:
    """Yield the objects of an array, counted from 1.

    After one that is broken reading goes on where the next seems to begin.

    Args:
        member: The key that the array stands under, wherever; empty for the file's own.

    Raises:
        Invalid: There is no such array.
    """
    with open_narrow(path, encoding) as (file, narrow):
        text = io.TextIOWrapper(file, narrow, "surrogateescape")
        try:
            yield from _Array(text, member).records()
        finally:
            text.detach()


class _Array:
    def __init__(self, text: io.TextIOWrapper, member: str) -> None:
        self._text = text
        self._held = ""
        self._at = 0
        self._is_over = False
        self._number = 0
        self._begin(member)

    def records(self) -> Iterator[Record]:
        while self._skip_to_record():
            self._number += 1
            yield self._record()
            if self._at > PIECE_CHARACTERS:
                self._held, self._at = self._held[self._at :], 0

    def _begin(self, member: str) -> None:
        key = rf'"{re.escape(member)}"\s*:\s*\[' if member else r"\["
        pattern = re.compile(key)
        while not (found := pattern.search(self._held)):
            if len(self._held) > RECORD_BYTES or not self._read_on():
                what = f"array under {member!r}" if member else "array"
                raise Invalid(f"the file has no {what} of products")
        self._at = found.end()

    def _skip_to_record(self) -> bool:
        """Tell whether there is another record, and go to its beginning."""
        while True:
            match = _BETWEEN.match(self._held, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._held):
                return self._held[self._at] != "]"
            if not self._read_on():
                return False

    def _record(self) -> Record:
        while True:
            try:
                value, end = DECODER.raw_decode(self._held, self._at)
            except json.JSONDecodeError as error:
                if self._may_be_cut(error) and self._read_on():
                    continue
                return self._broken(error)
            except RecursionError:
                return self._error("is nested too deep", "broken-json", self._at)
            is_open = end == len(self._held) and not isinstance(value, dict)
            if is_open and self._read_on():
                continue  # a number may go on
            self._at = end
            if isinstance(value, dict):
                return self._number, flatten(value)
            return _wrong(self._number, str(value), "is no object", "not-an-object")

    def _may_be_cut(self, error: json.JSONDecodeError) -> bool:
        if len(self._held) - self._at > RECORD_BYTES:
            return False
        near = error.pos >= len(self._held) - _NEAR_END
        return near or error.msg.startswith("Unterminated string")

    def _broken(self, error: json.JSONDecodeError) -> RowError:
        if len(self._held) - self._at > RECORD_BYTES:
            reason = f"is longer than {RECORD_BYTES >> 20} MB, or never ends"
            return self._error(reason, "too-long", self._at)
        return self._error(f"is no JSON: {error.msg}", "broken-json", error.pos)

    def _error(self, reason: str, code: str, from_here: int) -> RowError:
        shown = self._held[self._at : self._at + SHOWN_CHARACTERS]
        self._resynchronise(max(from_here, self._at))
        return _wrong(self._number, shown, reason, code)

    def _resynchronise(self, at: int) -> None:
        """Go to where the next object seems to begin, or to the end."""
        self._at = at
        while not (found := _NEXT.search(self._held, self._at)):
            keep = self._held[max(self._at, len(self._held) - PIECE_CHARACTERS) :]
            self._held, self._at = keep[-PIECE_CHARACTERS:], 0
            if not self._read_on():
                self._at = len(self._held)
                return
        self._at = found.end()

    def _read_on(self) -> bool:
        size = max(PIECE_CHARACTERS, len(self._held) - self._at)
        piece = "" if self._is_over else self._text.read(size)
        self._is_over = not piece
        self._held += piece
        return bool(piece)


def _wrong(number: int, shown: str, reason: str, code: str) -> RowError:
    return RowError(
        line=number,
        column="",
        value=shown[:SHOWN_CHARACTERS].encode("utf-8", "replace").decode(),
        reason=reason,
        code=code,
        hint="mend the record and send the file again",
    )

"""Find the records of one array in a JSON body that is never held whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
import numpy as np

from entrepot.base.errors import Invalid, TooMuch
from entrepot.exports.intake.tokens import (
    CLOSING,
    COLON,
    COMMA,
    OPENING,
    Tokenizer,
    Tokens,
    without_escapes,
)

REST_BYTES = 4 << 20
"""What all members beside the records may have together."""

RECORD_BYTES = 32 << 20
MOST_DEPTH = 64

_KEY = re.compile(rb'("(?:[^"\\]|\\.)*")\s*:\s*\Z')
_BLANK = b" \t\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Whole records, with the commas between them.

    Attributes:
        count: How many there are, as the commas tell.
        fields: How many members they have together.
        at: Where in the body the first begins.
    """

    raw: bytes
    count: int
    fields: int
    at: int


class Scanner:
    """Takes a body piece by piece; gives records, and keeps the rest.

    Attributes:
        rest: Everything but the records: the array is left empty in it.
        hole: Where in `rest` the records were, and how many bytes they had.
    """

    def __init__(self, member: tuple[str, ...]) -> None:
        self.rest = bytearray()
        self.hole = (0, 0)
        self.is_found = False
        self._member = member
        self._keys: list[str | None] = []
        self._tokenizer = Tokenizer()
        self._at = 0
        self._held = b""
        self._base = 0
        self._is_within = False
        self._record = _Begun()

    def feed(self, piece: bytes) -> Iterator[Group]:
        """Yield the records that are whole with this piece of the body.

        Raises:
            Invalid: It cannot be JSON, or is nested too deep.
            TooMuch: A record, or what is not records, is too large.
        """
        piece, self._held = _uncut(self._held + piece)
        tokens = self._tokenizer.read(piece)
        start = 0
        while start < len(piece):
            if self._is_within:
                group, start = self._within(piece, tokens, start)
                if group is not None:
                    yield group
            else:
                start = self._outside(piece, tokens, start)
        self._at += len(piece)

    def end(self) -> None:
        """Check that the body ended where it may.

        Raises:
            Invalid: It is cut off.
        """
        if self._held:
            self._keep(self._held)
        if self._is_within:
            raise Invalid(
                f"the body ends at byte {self._at} within {self._name}, before its `]`",
                hint="it was cut off on its way; send it again",
                position=self._at,
            )

    @property
    def _name(self) -> str:
        return ".".join(self._member) or "the array"

    def _outside(self, piece: bytes, tokens: Tokens, start: int) -> int:
        """Keep what is not records, up to the array's `[`; return where it ended."""
        todo = tokens.between(start, len(piece))
        kept = start
        place: int
        for place, sign in zip(todo.places.tolist(), todo.signs.tolist(), strict=True):
            if sign in OPENING:
                self._keep(piece[kept:place])
                kept = place
                if self._opens(sign):
                    self._keep(piece[kept : place + 1])
                    self._begin(place + 1, len(self._keys))
                    return place + 1
            elif sign in CLOSING and self._keys:
                self._keys.pop()
        self._keep(piece[kept:])
        return len(piece)

    def _opens(self, sign: int) -> bool:
        """Note one more level; tell whether it is the array that is wanted."""
        key = self._key() if len(self._keys) <= len(self._member) else None
        self._keys.append(key)
        if len(self._keys) > MOST_DEPTH:
            raise Invalid(f"the body is nested deeper than {MOST_DEPTH} levels")
        is_there = tuple(self._keys[1:]) == self._member
        return sign == ord("[") and is_there and not self.is_found

    def _key(self) -> str | None:
        match = _KEY.search(bytes(self.rest[-2_000:]))
        try:
            return msgspec.json.decode(match[1], type=str) if match else None
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None

    def _begin(self, place: int, depth: int) -> None:
        self.is_found = self._is_within = True
        self._base = depth
        self.hole = (len(self.rest), self._at + place)
        self._record = _Begun(at=self._at + place)

    def _within(
        self, piece: bytes, tokens: Tokens, start: int
    ) -> tuple[Group | None, int]:
        """Return the records that end here, and where to go on."""
        todo = tokens.between(start, len(piece))
        closed = np.flatnonzero(todo.depths < self._base)
        end = int(todo.places[closed[0]]) if len(closed) else len(piece)
        todo = todo.between(start, end)
        if len(todo.depths) and int(todo.depths.max()) - self._base > MOST_DEPTH:
            raise Invalid(f"{self._name}: nested deeper than {MOST_DEPTH} levels")
        if len(closed):
            group = self._record.take(piece[start:end], todo, self._base)
            self._close(piece[end], group, self._at + end)
            return (group if group.raw.strip(_BLANK) else None), end
        commas = todo.at(COMMA, self._base)
        if not len(commas):
            self._record.add(piece[start:], todo, self._base)
            return None, len(piece)
        cut = int(commas[-1])
        group = self._record.take(
            piece[start:cut], todo.between(start, cut), self._base
        )
        self._record = _Begun(at=self._at + cut + 1, is_after_comma=True)
        self._record.add(piece[cut + 1 :], todo.between(cut, end), self._base)
        return group, len(piece)

    def _close(self, sign: int, group: Group, at: int) -> None:
        if sign != ord("]"):
            raise Invalid(
                f"{self._name} is not closed by `]` but by `}}` at byte {at}",
                position=at,
            )
        is_empty = not group.raw.strip(_BLANK)
        if is_empty and (self._record.is_after_comma or group.count > 1):
            raise Invalid(f"{self._name} ends with a comma at byte {at}", position=at)
        self._is_within = False
        self.hole = (self.hole[0], at - self.hole[1])

    def _keep(self, piece: bytes) -> None:
        if len(self.rest) + len(piece) > REST_BYTES:
            raise TooMuch(
                f"what is beside {self._name} has more than {REST_BYTES >> 20} MB",
                hint=f"records belong into {self._name}",
            )
        self.rest += piece


class _Begun:
    """A record whose end is not there yet."""

    def __init__(self, at: int = 0, *, is_after_comma: bool = False) -> None:
        self.is_after_comma = is_after_comma
        self._pieces: list[bytes] = []
        self._size = self._fields = 0
        self._at = at

    def add(self, piece: bytes, tokens: Tokens, base: int) -> None:
        """Take one more piece of it."""
        self._pieces.append(piece)
        self._size += len(piece)
        self._fields += len(tokens.at(COLON, base + 1))
        if self._size > RECORD_BYTES:
            raise TooMuch(f"one record has more than {RECORD_BYTES >> 20} MB")

    def take(self, piece: bytes, tokens: Tokens, base: int) -> Group:
        """Return it with its end and the whole records behind it."""
        return Group(
            raw=b"".join([*self._pieces, piece]),
            count=len(tokens.at(COMMA, base)) + 1,
            fields=self._fields + len(tokens.at(COLON, base + 1)),
            at=self._at,
        )


def _uncut(piece: bytes) -> tuple[bytes, bytes]:
    """Return a piece without the escape that its end cuts in two, and that."""
    cut = without_escapes(piece).endswith(b"\\")
    return (piece[:-1], piece[-1:]) if cut else (piece, b"")

"""Where JSON's signs stand in bytes, and how deep: many bytes at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

QUOTE, COMMA, COLON = ord('"'), ord(","), ord(":")
OPENING, CLOSING = b"{[", b"}]"

_IS_SIGN = np.zeros(256, bool)
_IS_SIGN[list(b'"{}[]:,')] = True
_STEP = np.zeros(256, np.int8)
_STEP[list(OPENING)] = 1
_STEP[list(CLOSING)] = -1


@dataclass(frozen=True, slots=True)
class Tokens:
    """The signs outside of texts: where each stands, which it is, how deep after it."""

    places: npt.NDArray[np.int64]
    signs: npt.NDArray[np.uint8]
    depths: npt.NDArray[np.int32]

    def at(self, sign: int, depth: int) -> npt.NDArray[np.int64]:
        """Return where a sign stands at one depth."""
        found: npt.NDArray[np.int64] = self.places[
            (self.signs == sign) & (self.depths == depth)
        ]
        return found

    def between(self, start: int, end: int) -> Tokens:
        """Return the signs of a part: `start` counts, `end` does not."""
        first, last = np.searchsorted(self.places, (start, end))
        return Tokens(
            self.places[first:last], self.signs[first:last], self.depths[first:last]
        )


class Tokenizer:
    """Reads bytes piece by piece; a text may go on from one piece to the next."""

    def __init__(self) -> None:
        self._depth = 0
        self.is_in_text = False

    def read(self, piece: bytes) -> Tokens:
        """Return the next piece's signs; it must not end within an escape."""
        codes = np.frombuffer(without_escapes(piece), np.uint8)
        places = np.flatnonzero(_IS_SIGN[codes])
        signs = codes[places]
        is_quote = signs == QUOTE
        inside = (np.cumsum(is_quote, dtype=np.int32) + int(self.is_in_text)) & 1
        if len(inside):
            self.is_in_text = bool(inside[-1])
        is_outside = (inside == 0) & ~is_quote
        places, signs = places[is_outside], signs[is_outside]
        depths = np.cumsum(_STEP[signs], dtype=np.int32) + np.int32(self._depth)
        if len(depths):
            self._depth = int(depths[-1])
        return Tokens(places, signs, depths)


def without_escapes(piece: bytes) -> bytes:
    """Return as many bytes, none of them a quote that is escaped."""
    if b"\\" not in piece:
        return piece
    return piece.replace(b"\\\\", b"__").replace(b'\\"', b"__")


def tokens_of(text: bytes) -> Tokens:
    """Return the signs of a whole text."""
    return Tokenizer().read(text)

"""A text file in pieces of whole lines, each with its number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from entrepot.feeds.engines.bounds import RECORD_BYTES

BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines, the last with its end.

    Attributes:
        line: The number of the first, from 1.
        is_cut: It is one line, of which this is only the beginning: it is too long.
    """

    body: bytes
    line: int
    is_cut: bool = False


class Blocks:
    """The blocks of a file, read once; some of a block may be put back."""

    def __init__(self, file: BinaryIO, *, line: int = 1) -> None:
        self._blocks = _blocks(file, line)
        self._back: list[Block] = []

    def take(self) -> Block | None:
        """Return the next; None at the end."""
        return self._back.pop() if self._back else next(self._blocks, None)

    def put_back(self, block: Block) -> None:
        """Let a block be the next again."""
        if block.body:
            self._back.append(block)


def _blocks(file: BinaryIO, line: int) -> Iterator[Block]:
    rest = b""
    has_old_ends: bool | None = None
    while piece := file.read(BLOCK_BYTES):
        if has_old_ends is None:
            has_old_ends = b"\n" not in piece and b"\r" in piece
        if has_old_ends:
            piece = piece.replace(b"\r", b"\n")
        cut = piece.rfind(b"\n") + 1
        if cut:
            body, rest = rest + piece[:cut], piece[cut:]
            yield Block(body, line)
            line += body.count(b"\n")
        else:
            rest += piece
        if len(rest) > RECORD_BYTES:
            yield Block(rest[: RECORD_BYTES >> 8] + b"\n", line, is_cut=True)
            rest = _skip_line(file, has_old_ends)
            line += 1
    if rest:
        yield Block(rest + b"\n", line)


def _skip_line(file: BinaryIO, has_old_ends: bool) -> bytes:
    """Go on to the next line; return what was read of it already."""
    sign = b"\r" if has_old_ends else b"\n"
    while piece := file.read(BLOCK_BYTES):
        if sign in piece:
            return piece.partition(sign)[2].replace(
                b"\r", b"\n" if has_old_ends else b"\r"
            )
    return b""

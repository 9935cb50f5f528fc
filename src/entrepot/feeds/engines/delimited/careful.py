"""Blocks with line ends in values, wrong quotes, or bytes that are no text."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from entrepot.feeds.engines.bounds import RECORD_BYTES, SHOWN_CHARACTERS
from entrepot.feeds.engines.delimited.blocks import Block, Blocks
from entrepot.feeds.spec import RowError

LOOKED_AT_LINES = 20
FIELD_CHARACTERS = 32 << 20
"""As all readers of ours set it, for it is the process's own; rows are held shorter."""

_QUOTES = (
    "quotes are put around values that hold a quote, and quotes inside are doubled"
)


@dataclass(slots=True)
class Records:
    """Rows, the numbers of their lines, and what is wrong with the others."""

    rows: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)


class _TooLong(Exception):
    pass


class Careful:
    """Reads a block line by line, and begins again at the line after a broken one."""

    def __init__(
        self, block: Block, blocks: Blocks, *, encoding: str, delimiter: str, width: int
    ) -> None:
        csv.field_size_limit(FIELD_CHARACTERS)
        self._blocks = blocks
        self._encoding = encoding
        self._delimiter = delimiter
        self._width = width
        self._first = block.line
        self._lines = self._decoded(block)
        self._own = len(self._lines)
        self._fed = 0
        self._next = 0
        self.found = Records()

    def read(self) -> Records:
        """Return what the block holds; what was read beyond it is put back."""
        at = 0
        while at < self._own:
            at = self._read_from(at)
        self._put_back(at)
        return self.found

    def _read_from(self, at: int) -> int:
        """Read until something is wrong or the block is at its end; return where."""
        self._next = at
        reader = csv.reader(self._feed(), delimiter=self._delimiter, strict=True)
        while at < self._own:
            self._fed = 0
            try:
                record = next(reader, None)
            except csv.Error as error:
                self._wrong(at, "broken-quotes", _reason(error), _QUOTES)
                return at + 1
            except _TooLong:
                return self._after_too_long(at)
            if record is None:
                return len(self._lines)
            if record and not self._take(at, record, self._next - at):
                return at + 1
            at = self._next
        return at

    def _take(self, at: int, record: list[str], lines: int) -> bool:
        """Keep a record or say what is wrong; tell whether to go on behind it."""
        if len(record) != self._width:
            if lines > 1:
                self._wrong(at, "broken-quotes", "has a quote that never ends", _QUOTES)
                return False
            self._wrong(
                at,
                "wrong-width",
                f"has {len(record)} values where there are {self._width} columns",
                "a value that holds the delimiter stands in quotes",
            )
            return True
        text = "".join(record)
        if not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text):
            self._wrong(
                at,
                "wrong-encoding",
                f"has bytes that are no {self._encoding}",
                "save the whole file in one encoding",
            )
        elif "\0" in text:
            self._wrong(at, "no-text", "has a zero byte", "save the file as text")
        else:
            self.found.rows.append(record)
            self.found.lines.append(self._first + at)
        return True

    def _feed(self) -> Iterator[str]:
        while True:
            while self._next >= len(self._lines):
                if not self._pull():
                    return
            line = self._lines[self._next]
            self._next += 1
            self._fed += len(line)
            if self._fed > RECORD_BYTES:
                raise _TooLong
            yield line + "\n"

    def _pull(self) -> bool:
        more = self._blocks.take()
        if more is None:
            return False
        if more.is_cut:
            self._blocks.put_back(more)
            return False
        self._lines += self._decoded(more)
        return True

    def _after_too_long(self, at: int) -> int:
        """Say so, and find the next row: a value may be so long, or a quote is wrong.

        Where the lines that follow look like rows themselves it is the quote.
        """
        following = self._lines[at + 1 : at + 1 + LOOKED_AT_LINES]
        signs = self._width - 1
        like_rows = [line.count(self._delimiter) >= signs for line in following]
        if signs and sum(like_rows) * 2 > len(following):
            self._wrong(at, "broken-quotes", "has a quote that never ends", _QUOTES)
            return at + 1
        self._wrong(at, *TOO_LONG)
        self._put_back(self._next - 1)
        self._skip_value()
        return self._own

    def _skip_value(self) -> None:
        """Leave out all lines up to the one where the value that is open ends."""
        while (more := self._blocks.take()) is not None:
            place = more.body.find(b'"')
            if more.is_cut or place < 0:
                continue
            end = more.body.find(b"\n", place) + 1
            after = more.line + more.body.count(b"\n", 0, end)
            self._blocks.put_back(Block(more.body[end:], after))
            return

    def _put_back(self, at: int) -> None:
        """Give the lines from here on back, and hold none of them."""
        rest = "\n".join([*self._lines[at:], ""]) if at < len(self._lines) else ""
        body = rest.encode(self._encoding, "surrogateescape")
        self._blocks.put_back(Block(body, self._first + at))
        self._lines, self._own = [], 0

    def _decoded(self, block: Block) -> list[str]:
        text = block.body.decode(self._encoding, "surrogateescape")
        return text.removesuffix("\n").split("\n")

    def _wrong(self, at: int, code: str, reason: str, hint: str) -> None:
        shown = self._lines[at][:SHOWN_CHARACTERS]
        self.found.errors.append(
            RowError(
                line=self._first + at,
                column="",
                value=shown.encode("utf-8", "replace").decode().rstrip("\r"),
                reason=reason,
                code=code,
                hint=hint,
            )
        )


TOO_LONG = (
    "too-long",
    f"is longer than {RECORD_BYTES >> 20} MB",
    "such a value is seldom meant; is a quote missing?",
)


def cut_line(block: Block, encoding: str) -> RowError:
    """Return the error of a line that is too long to be held."""
    text = block.body[: 4 * SHOWN_CHARACTERS].decode(encoding, "replace")
    code, reason, hint = TOO_LONG
    return RowError(
        line=block.line,
        column="",
        value=text[:SHOWN_CHARACTERS],
        reason=reason,
        code=code,
        hint=hint,
    )


def _reason(error: csv.Error) -> str:
    words = str(error)
    if "end of data" in words:
        return "has a quote that never ends"
    if "expected after" in words:
        return "has text behind a value's closing quote"
    if "new-line" in words:
        return "has a line end of another kind in it"
    return f"cannot be cut into values: {words}"


def header_of(
    block: Block, encoding: str, delimiter: str
) -> tuple[Sequence[str], Block]:
    """Return the first record of a block that is not empty, and the rest.

    It must be whole within the block.
    """
    text = block.body.decode(encoding, "replace")
    lines = text.removesuffix("\n").split("\n")
    reader = csv.reader((line + "\n" for line in lines), delimiter=delimiter)
    try:
        names = next((record for record in reader if any(record)), [])
    except csv.Error:
        names = []
    used = reader.line_num
    rest = block.body.split(b"\n", used)[-1] if used <= len(lines) else b""
    return names, Block(rest, block.line + used)

"""What a column of text could be without any of it being changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

MOST_DIGITS = 15
"""Numbers up to here are themselves in every program, and ids are seldom shorter
than what is left as text."""

_DECIMAL = re.compile(r"-?\d+\.(\d+)")


class Guess:
    """Types that a column could still have, after what has been seen of it."""

    def __init__(self) -> None:
        self._could_be: list[Callable[[], pa.DataType]] | None = None

    def see(self, texts: pa.Array) -> None:
        """Take more of the column into account."""
        if texts.null_count == len(texts) or self._could_be == []:
            return
        if self._could_be is None:
            self._could_be = _candidates(texts)
        self._could_be = [type for type in self._could_be if _stays(texts, type())]

    def type(self) -> pa.DataType:
        """Return the narrowest type that gives every text again; else text."""
        import pyarrow as pa

        return self._could_be[0]() if self._could_be else pa.string()


def _candidates(texts: pa.Array) -> list[Callable[[], pa.DataType]]:
    import pyarrow as pa

    first = texts.drop_null()[0].as_py()
    found: list[Callable[[], pa.DataType]] = [pa.int64]
    decimal = _DECIMAL.fullmatch(first)
    if decimal and len(decimal[1]) < MOST_DIGITS:
        scale = len(decimal[1])
        found.append(lambda: pa.decimal128(MOST_DIGITS + 3, scale))
    return [*found, pa.float64, pa.date32]


def _stays(texts: pa.Array, type: pa.DataType) -> bool:
    """Tell whether every text is the one that its value would be written as."""
    import pyarrow as pa
    import pyarrow.compute as pc

    # The sign and the point are no digits: `-0.5` has two.
    digits = pc.utf8_length(pc.replace_substring_regex(texts, "[^0-9]", ""))
    longest = pc.max(digits).as_py()
    if not pa.types.is_date(type) and longest > MOST_DIGITS:
        return False
    try:
        again = texts.cast(type).cast(pa.string())
    except pa.ArrowInvalid:
        return False
    return bool(pc.all(pc.equal(again, texts)).as_py())

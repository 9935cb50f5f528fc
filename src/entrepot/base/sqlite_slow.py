"""SQLite's functions that take hours for long texts, again in linear time.

Its own `instr`, `replace` and `trim` compare each place of one text with each of the
other, and within one call nothing stops it: neither a time limit nor an interrupt. Its
`printf` counts to two billion though what comes is refused as too big.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from functools import partial
from typing import TypeAlias

Value: TypeAlias = str | bytes | int | float | None


def replace_slow_functions(connection: sqlite3.Connection, most_bytes: int) -> None:
    """Give a connection functions that answer as SQLite's own, and in time.

    Args:
        most_bytes: A longer result is not made; SQLite says that it is too big.
    """

    def put(name: str, count: int, function: Callable[..., Value]) -> None:
        connection.create_function(name, count, function, deterministic=True)

    put("instr", 2, _instr)
    put("replace", 3, partial(_replace, most_bytes))
    for name, strip in (("trim", str.strip), ("ltrim", str.lstrip)):
        put(name, 1, partial(_trim, strip))
        put(name, 2, partial(_trim, strip))
    put("rtrim", 1, partial(_trim, str.rstrip))
    put("rtrim", 2, partial(_trim, str.rstrip))
    put("printf", -1, _Printf())
    put("format", -1, _Printf())


WIDTH = re.compile(r"%[^a-zA-Z%]*")
WIDTHS_MOST = 10_000_000
"""Places that all directives of a format may ask for together."""


class _Printf:
    """SQLite's own, of another connection, for formats that are not too wide."""

    def __init__(self) -> None:
        self._sqlite = sqlite3.connect(":memory:", check_same_thread=False)

    def __call__(self, *values: Value) -> str | None:
        if values and _wanted_places(values) > WIDTHS_MOST:
            raise OverflowError  # SQLite says then that the string is too big
        places = ", ".join("?" * len(values))
        found = self._sqlite.execute(f"SELECT printf({places})", values).fetchone()
        text: str | None = found[0]
        return text


def _wanted_places(values: tuple[Value, ...]) -> int:
    """Return how wide a result may become by its directives alone."""
    directives = " ".join(WIDTH.findall(_text(values[0])))
    places = sum(int(digits[:12]) for digits in re.findall(r"[0-9]+", directives))
    given = max((abs(int(_number(value))) for value in values[1:]), default=0)
    return places + directives.count("*") * given


def _number(value: Value) -> float:
    # SQLite takes the number that a text begins with.
    if isinstance(value, int | float):
        return value if abs(value) < 2**63 else 2.0**63
    found = re.match(r"\s*[+-]?[0-9]{1,30}", _text(value)) if value else None
    return float(found[0]) if found else 0.0


def _instr(whole: Value, part: Value) -> int | None:
    if whole is None or part is None:
        return None
    if isinstance(whole, bytes) and isinstance(part, bytes):
        return whole.find(part) + 1
    return _text(whole).find(_text(part)) + 1


def _replace(most_bytes: int, whole: Value, old: Value, new: Value) -> Value:
    if whole is None or old is None:
        return None
    text, gone = _text(whole), _text(old)
    if not gone:
        return text if isinstance(whole, bytes) else whole
    if new is None:
        return None
    come = _text(new)
    more = text.count(gone) * (len(come) - len(gone))
    if more > 0 and len(text) + more > most_bytes:
        raise OverflowError  # SQLite says then that the string is too big
    return text.replace(gone, come)


def _trim(
    strip: Callable[[str, str], str], whole: Value, signs: Value = " "
) -> str | None:
    if whole is None or signs is None:
        return None
    # Each sign once: Python looks through all of them for each place.
    return strip(_text(whole), "".join(set(_text(signs))))


def _text(value: Value) -> str:
    """Return what SQLite makes of a value where it wants text."""
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, float):
        return _float_text(value)
    return str(value)


def _float_text(value: float) -> str:
    # https://www.sqlite.org/printf.html: %!.15g; it writes no minus before a zero.
    if value in (float("inf"), float("-inf")):
        return "Inf" if value > 0 else "-Inf"
    digits, mark, exponent = f"{value + 0.0:.15g}".partition("e")
    return digits + ("" if "." in digits else ".0") + mark + exponent

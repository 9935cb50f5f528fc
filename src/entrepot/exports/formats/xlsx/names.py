"""Names of sheets, columns and files as Excel allows them."""

from __future__ import annotations

import re

SHEET_NAME_UNITS = 31


def cut(text: str, units: int) -> str:
    """Return at most so many UTF-16 units of a text; no character is split."""
    raw = text.encode("utf-16-le", "surrogatepass")[: units * 2]
    return raw.decode("utf-16-le", "ignore")


def is_longer(text: str, units: int) -> bool:
    """Say whether a text has more UTF-16 units than that."""
    return len(text) > units or len(text.encode("utf-16-le")) > units * 2


def units_of(text: str) -> int:
    """Return how many UTF-16 units a text has, as Excel counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class SheetNames:
    """Names of sheets, none given twice, whatever their case."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._counts: dict[str, int] = {}

    def next(self, wanted: str) -> str:
        """Return a name for a sheet, or for a further one of the same wish."""
        while True:
            number = self._counts[wanted] = self._counts.get(wanted, 0) + 1
            name = sheet_name(wanted, number)
            if name.casefold() not in self._taken:
                self._taken.add(name.casefold())
                return name


def sheet_name(wanted: str, number: int) -> str:
    """Return the name of the first or a further sheet, within Excel's rules.

    At most 31 units, none of `[ ] : * ? / \\`, no `'` at an end, not "History".
    """
    plain = re.sub(r"[\[\]:*?/\\\x00-\x1f\ufffe\uffff]+", "_", wanted).strip("' ")
    plain = plain or "Data"
    if plain.casefold() == "history":
        plain += "_"
    tail = f" ({number})" if number > 1 else ""
    return cut(plain, SHEET_NAME_UNITS - len(tail)).rstrip("' ") + tail


def column_letters(number: int) -> str:
    """Return a column's name, from 1: A, B, … Z, AA, …"""
    letters = ""
    while number:
        number, digit = divmod(number - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


def file_stem(title: str) -> str:
    """Return a title as a file's name without extension, safe on every system."""
    return re.sub(r"[^\w.-]+", "_", title)[:80].strip("._") or "data"

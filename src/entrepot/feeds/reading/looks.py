"""What the values of a column look like, whatever it is called."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from entrepot.catalogue import is_gtin
from entrepot.feeds.reading.seen import Looks
from entrepot.feeds.reading.values.days import read_day
from entrepot.feeds.reading.values.numbers import SYMBOLS
from entrepot.feeds.reading.values.words import STATES, TRUTHS
from entrepot.feeds.reading.work import Fault

ENOUGH = 0.9
"""Of the values must look alike."""

_NUMBER = r"[+-]?(\d+|\d{1,3}([.,'\s]\d{3})+)([.,]\d+)?"
_SYMBOL = "(" + "|".join(map(re.escape, SYMBOLS)) + "|[A-Z]{3})"
_URL = re.compile(r"(https?:)?//\S+|/?[\w/.-]+\.(jpe?g|png|webp|gif|svg)", re.I)
_MONEY = re.compile(rf"{_SYMBOL}\s*{_NUMBER}|{_NUMBER}\s*{_SYMBOL}")
_PLACES = re.compile(r"\d+[.,]\d{2}")
_INTEGER = re.compile(r"[+-]?\d{1,10}")
_ANY_NUMBER = re.compile(_NUMBER)
_DAY = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}([T ].*)?")
_PATH = re.compile(r".+\s*(>|->|»|\|)\s*.+")


def looks_of(values: Sequence[str]) -> Looks:
    """Return what most of the values look like, the narrowest kind first."""
    if not values:
        return "empty"
    for looks, test in _TESTS:
        if sum(map(test, values)) >= ENOUGH * len(values):
            return looks
    return "text"


def decimal_sign_of(values: Sequence[str]) -> str:
    """Return the decimal sign that a column's numbers tell; empty where none does."""
    votes = {".": 0, ",": 0}
    for value in values:
        number = re.sub(r"[^\d.,]", "", value)
        signs = [sign for sign in number if sign in ".,"]
        if not signs or not any(map(str.isdigit, number)):
            continue
        last = signs[-1]
        after = number.rpartition(last)[2]
        if len(set(signs)) == 2:  # 1.234,50: the last is the decimal sign
            votes[last] += 3
        elif len(signs) > 1:  # 1.234.567: a sign between thousands
            votes["," if last == "." else "."] += 3
        elif len(after) != 3:
            votes[last] += 2
    if votes["."] == votes[","]:
        return ""
    return max(votes, key=lambda sign: votes[sign])


def date_order_of(values: Sequence[str]) -> str:
    """Return the order that a column's days tell; empty where none does."""
    for value in values:
        parts = re.findall(r"\d+", value)[:3]
        if len(parts) < 3 or not _DAY.fullmatch(value):
            continue
        if len(parts[0]) == 4:
            return "ymd"
        if int(parts[0]) > 12:
            return "dmy"
        if int(parts[1]) > 12:
            return "mdy"
        if "." in value:
            return "dmy"
    return ""


def has_currency(values: Sequence[str]) -> bool:
    """Tell whether amounts bring their currency along."""
    return any(_MONEY.fullmatch(value) for value in values)


def _is_day(value: str) -> bool:
    return bool(_DAY.fullmatch(value)) and any(
        not isinstance(read_day(value, order), Fault) for order in ("ymd", "dmy", "mdy")
    )


def _matches(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda value: pattern.fullmatch(value) is not None


_TESTS: tuple[tuple[Looks, Callable[[str], bool]], ...] = (
    ("url", _matches(_URL)),
    ("json", lambda value: value[:1] in "[{" and value[-1:] in "]}"),
    ("gtin", is_gtin),
    ("day", _is_day),
    ("boolean", lambda value: value.lower() in TRUTHS and not value[:1].isdigit()),
    ("status", lambda value: value.lower() in STATES and not value.isdigit()),
    ("integer", _matches(_INTEGER)),
    ("money", lambda v: bool(_MONEY.fullmatch(v) or _PLACES.fullmatch(v))),
    ("number", _matches(_ANY_NUMBER)),
    ("path", _matches(_PATH)),
)

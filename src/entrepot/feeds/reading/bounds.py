"""What a field can hold, looked at when all rules are through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot.catalogue import FIELDS
from entrepot.feeds.reading.values.gtins import ROUNDED, WRONG_CHECK, wrong_checks
from entrepot.feeds.reading.values.numbers import MOST_INTEGER, NEGATIVE, TOO_LARGE
from entrepot.feeds.reading.work import Fault, Work, true_rows

if TYPE_CHECKING:
    import pyarrow as pa

NO_CURRENCY = Fault(
    "unknown-currency", "is not three letters such as EUR", "see ISO 4217"
)
NO_TEXT = Fault("no-text", "has a zero byte", "save the file as text")
_WORDS = ("currency", "status")
"""Texts that are looked at otherwise than by their length."""

_NOT_BELOW_0 = ("weight", "length", "width", "height", "id")


def check_bounds(work: Work) -> None:
    """Reject the rows that have a value which its field cannot hold."""
    for name, values in work.fields.items():
        field = FIELDS.get(name)
        column = work.columns.get(name, name)
        if (field is not None and field.kind == "money") or name in _NOT_BELOW_0:
            _reject_negative(work, column, values)
        if field is not None and field.kind == "integer":
            _reject_large(work, column, values)
        if field is not None and field.characters and name not in _WORDS:
            _reject_long(work, column, values, field.characters)
    _check_currency(work)
    _check_barcodes(work)
    _check_zero_bytes(work)


def _reject_negative(work: Work, column: str, values: pa.Array) -> None:
    import pyarrow.compute as pc

    lowest = pc.min(values).as_py()
    if lowest is not None and lowest < 0:
        rows = true_rows(pc.less(values, 0))
        work.reject(rows, column, values, NEGATIVE)


def _reject_large(work: Work, column: str, values: pa.Array) -> None:
    import pyarrow.compute as pc

    rows = true_rows(pc.greater(pc.abs(values), MOST_INTEGER))
    work.reject(rows, column, values, TOO_LARGE)


def _reject_long(work: Work, column: str, values: pa.Array, characters: int) -> None:
    import pyarrow.compute as pc

    longest = pc.max(pc.binary_length(values)).as_py() or 0
    if longest <= characters:
        return
    fault = Fault(
        "too-long",
        f"has more than {characters:,} characters",
        "shorten it in the file, or leave the column out",
    )
    rows = true_rows(pc.greater(pc.utf8_length(values), characters))
    work.reject(rows, column, values, fault)


def _check_currency(work: Work) -> None:
    import pyarrow.compute as pc

    values = work.fields.get("currency")
    if values is None:
        return
    wrong = pc.invert(pc.match_substring_regex(values, "^[A-Z]{3}$"))
    work.reject(
        true_rows(wrong), work.columns.get("currency", "currency"), values, NO_CURRENCY
    )


def _check_barcodes(work: Work) -> None:
    import pyarrow.compute as pc

    values = work.fields.get("upc")
    if values is None:
        return
    column = work.columns.get("upc", "upc")
    rounded = pc.match_substring_regex(values, r"^[0-9][.,]?[0-9]*[eE]\+[0-9]+$")
    work.reject(true_rows(rounded), column, values, ROUNDED)
    work.warn(true_rows(wrong_checks(values)), column, values, WRONG_CHECK)


def _check_zero_bytes(work: Work) -> None:
    """A zero byte cannot be kept in text by every database."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for name, values in work.fields.items():
        if values.type != pa.string():
            continue
        rows = true_rows(pc.match_substring(values, "\0"))
        if rows:
            work.reject(rows, work.columns.get(name, name), values, NO_TEXT)

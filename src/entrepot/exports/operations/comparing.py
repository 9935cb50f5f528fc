"""A filter as SQL: values are bound as what the column holds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from entrepot.base.errors import InvalidValue
from entrepot.exports.operations.state import Bench, Column
from entrepot.exports.wanted import Filter, Scalar

SIGNS = {"eq": "=", "ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
PATTERN_CHARACTERS = 1_000
TEXTS = {
    "contains": "contains({0}, ?)",
    "starts_with": "starts_with({0}, ?)",
    "ends_with": "suffix({0}, ?)",
    "matches": "regexp_matches({0}, ?)",
}
WIDEST = 10**38
"""Whole numbers up to here can be told apart by DuckDB."""

TRUTHS: dict[object, bool] = {"true": True, "false": False, "1": True, "0": False}


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition and its bound values."""

    sql: str
    params: tuple[object, ...] = ()


def condition_of(bench: Bench, column: Column, wanted: Filter) -> Condition:
    """Return what holds for the rows that are kept.

    Raises:
        InvalidValue: The value is not one that the column could have.
    """
    operator, value = wanted.operator, wanted.value
    if operator in ("null", "not_null"):
        return Condition(f"{column.key} IS {'NOT ' * (operator != 'null')}NULL")
    if operator in ("in", "not_in", "between"):
        return _of_list(bench, column, operator, value)
    if isinstance(value, list) or value is None:
        raise InvalidValue(
            f"value: {operator} takes one value, not {'a list' if value else 'null'}",
            hint="`in` takes a list; `null` and `not_null` take no value",
        )
    if operator in TEXTS:
        return _of_text(bench, column, operator, str(value))
    sql, bound = _bound(bench, column, value)
    return Condition(f"{_left(column)} {SIGNS[operator]} {sql}", (bound,))


def _of_list(bench: Bench, column: Column, operator: str, value: object) -> Condition:
    values = value if isinstance(value, list) else None
    if values is None or (operator == "between" and len(values) != 2):
        count = "two values" if operator == "between" else "values"
        raise InvalidValue(f"value: {operator} takes a list of {count}")
    bound = [_bound(bench, column, one) for one in values]
    params = tuple(param for _, param in bound)
    left = _left(column)
    if operator == "between":
        return Condition(f"{left} BETWEEN {bound[0][0]} AND {bound[1][0]}", params)
    if not bound:
        return Condition("false" if operator == "in" else f"{column.key} IS NOT NULL")
    listed = ", ".join(sql for sql, _ in bound)
    negation = "NOT " if operator == "not_in" else ""
    return Condition(f"{left} {negation}IN ({listed})", params)


def _of_text(bench: Bench, column: Column, operator: str, text: str) -> Condition:
    if operator == "matches":
        if len(text) > PATTERN_CHARACTERS:
            raise InvalidValue(f"value: longer than {PATTERN_CHARACTERS} characters")
        # RE2: time grows with the text only. It says here what is wrong with one.
        bench.rows("SELECT regexp_matches('', ?)", [text])
    return Condition(TEXTS[operator].format(column.text), (text,))


def _left(column: Column) -> str:
    """Return the column as it is compared."""
    is_plain = column.is_text or column.is_number or column.is_time
    return column.key if is_plain or column.kind == "BOOLEAN" else column.text


def _bound(bench: Bench, column: Column, value: Scalar) -> tuple[str, object]:
    """Return SQL with one sign, and the value for it.

    Raises:
        InvalidValue: The column cannot have such a value.
    """
    if value is None:
        raise InvalidValue("value: null equals nothing", hint="use `null`")
    if column.is_number:
        return _number(column, value)
    if column.kind == "BOOLEAN":
        return "?", _truth(column, value)
    if column.is_time:
        return _time(bench, column, value)
    return "?", _as_text(value)


def _number(column: Column, value: Scalar) -> tuple[str, object]:
    try:
        number = Decimal(str(value)) if not isinstance(value, bool) else Decimal("x")
    except InvalidOperation:
        raise _wrong(column, value, "a number") from None
    if column.is_double or not number.is_finite():
        return "CAST(? AS DOUBLE)", float(number)
    if number == number.to_integral_value() and abs(number) < WIDEST:
        return "CAST(? AS HUGEINT)", int(number)
    if column.is_whole or math.log10(abs(number)) > 18:
        # A fraction is as far from the next integers as a double can tell.
        return "CAST(? AS DOUBLE)", float(number)
    return "?", number


def _truth(column: Column, value: Scalar) -> bool:
    found = TRUTHS.get(str(value).lower())
    if found is None:
        raise _wrong(column, value, "true or false")
    return found


def _time(bench: Bench, column: Column, value: Scalar) -> tuple[str, object]:
    # A date is compared as its midnight: `> 2025-01-01 10:00` leaves that day out.
    kind = "TIMESTAMP" if column.kind == "DATE" else column.kind
    is_there = isinstance(value, str) and bench.rows(
        f"SELECT TRY_CAST(? AS {kind}) IS NOT NULL", [value]
    ) == [(True,)]
    if not is_there:
        raise _wrong(column, value, "a date or time, as in 2025-12-31 23:59:59")
    return f"CAST(? AS {kind})", value


def _as_text(value: Scalar) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    is_integral = isinstance(value, float) and value.is_integer()
    return str(int(value) if is_integral else value)  # type: ignore[arg-type]  # a float


def _wrong(column: Column, value: Scalar, wanted: str) -> InvalidValue:
    return InvalidValue(
        f"value: {column.name} is compared with {wanted}, not {str(value)[:100]!r}"
    )


__all__ = ["Condition", "condition_of"]

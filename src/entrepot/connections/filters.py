"""The grammar of conditions and orders: `column:operator:value`, typed by the column.

A `:` inside the column is `~3A`. `in` and `between` take values separated by commas;
a comma inside a value is `~2C`, a `~` is `~7E`. The other values stand as they are.
`:search:words` looks through all columns that can be searched by words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation

from entrepot.base.errors import Invalid, UnknownName
from entrepot.base.names import decode_name, split_names
from entrepot.connections.elements import HAS, is_list
from entrepot.connections.query import Condition, Order, TableQuery
from entrepot.connections.search import SEARCH, check_words, ways
from entrepot.connections.spec import Column, Structure

OPERATORS = {
    "eq": "is",
    "ne": "is not",
    "lt": "is less than",
    "le": "is at most",
    "gt": "is more than",
    "ge": "is at least",
    "in": "is one of",
    "contains": "contains",
    "startswith": "begins with",
    "isnull": "is empty (NULL)",
    "between": "is between",
    "search": "has the words",
    "has": "has the element",
}
"""Every operator and how people say it."""

MOST_VALUES = 1000
"""The most values that `in` takes."""


def read_query(
    structure: Structure,
    *,
    columns: str = "",
    where: Sequence[str] = (),
    order_by: str = "",
    limit: int | None = None,
) -> TableQuery:
    """Return what the texts of an address ask of a table."""
    return TableQuery(
        schema=structure.schema,
        table=structure.table.name,
        columns=parse_columns(columns, structure),
        conditions=parse_conditions(where, structure),
        order=parse_order(order_by, structure),
        limit=limit,
    )


def parse_conditions(
    texts: Iterable[str], structure: Structure
) -> tuple[Condition, ...]:
    """Read conditions as they stand in an address.

    Raises:
        UnknownName: A column or an operator does not exist.
        Invalid: A value is not of the column's type, or values are missing.
    """
    return tuple(parse_condition(text, structure) for text in texts if text)


def parse_condition(text: str, structure: Structure) -> Condition:
    """Read one condition."""
    name, colon, rest = text.partition(":")
    op, _, value = rest.partition(":")
    if not colon:
        raise Invalid(
            f"{text!r} is not a condition",
            hint="write column:operator:value, for instance name:contains:steel",
        )
    if op not in OPERATORS:
        raise UnknownName("operator", op, list(OPERATORS))
    if op == SEARCH:
        return _search(decode_name(name), value, structure)
    column = find_column(decode_name(name), structure)
    return Condition(column=column.name, op=op, values=_values(op, value, column))


def _search(name: str, words: str, structure: Structure) -> Condition:
    column = find_column(name, structure).name if name else ""
    ways(structure, column)
    return Condition(column=column, op=SEARCH, values=(check_words(words),))


def parse_order(text: str, structure: Structure) -> tuple[Order, ...]:
    """Read `column`, `column desc`, or several separated by commas.

    Raises:
        UnknownName: A column does not exist.
    """
    return tuple(_order(part, structure) for part in split_names(text))


def parse_columns(text: str, structure: Structure) -> tuple[str, ...]:
    """Read column names separated by commas.

    Raises:
        UnknownName: A column does not exist.
    """
    names = [find_column(name, structure).name for name in split_names(text)]
    return tuple(dict.fromkeys(names))


def find_column(name: str, structure: Structure) -> Column:
    """Return the column of this name.

    Raises:
        UnknownName: There is none; the message names the table.
    """
    for column in structure.columns:
        if column.name == name:
            return column
    known = [column.name for column in structure.columns]
    raise UnknownName(f"column of {structure.table.name!r}", name, known)


def _order(text: str, structure: Structure) -> Order:
    if any(column.name == text for column in structure.columns):
        return Order(column=text)
    name, _, direction = text.rpartition(" ")
    if direction.lower() not in ("asc", "desc"):
        name, direction = text, "asc"
    column = find_column(name, structure)
    return Order(column=column.name, is_descending=direction.lower() == "desc")


def _values(op: str, text: str, column: Column) -> tuple[object, ...]:
    if op == "isnull":
        return (_boolean(text or "true", column),)
    if op == HAS and not is_list(column):
        raise Invalid(
            f"{column.name}: has looks into lists, and this is none",
            hint="use contains for a part of a text",
            column_type=column.type,
        )
    if op == HAS:
        return (text,)
    if op in ("contains", "startswith"):
        return (_searched(op, text, column),)
    if op not in ("in", "between"):
        return (parse_value(text, column),)
    parts = split_names(text)
    if op == "between" and len(parts) != 2:
        raise Invalid(
            f"{column.name}: between takes two values, not {len(parts)}",
            hint="write column:between:low,high",
        )
    if len(parts) > MOST_VALUES:
        raise Invalid(f"{column.name}: in takes at most {MOST_VALUES} values")
    return tuple(parse_value(part, column) for part in parts)


def _searched(op: str, text: str, column: Column) -> str:
    if column.kind == "bytes":
        raise Invalid(f"{column.name}: {op} does not look into bytes")
    return text


def parse_value(text: str, column: Column) -> object:
    """Read a value as the column's kind.

    Raises:
        Invalid: It is not one; names the column and its type.
    """
    parse = _untyped if not column.type else PARSERS.get(column.kind, _text)
    try:
        return parse(text, column)
    except (ValueError, InvalidOperation):
        article = "an" if column.kind[0] in "aeiou" else "a"
        raise Invalid(
            f"{column.name}: {text[:100]!r} is not {article} {column.kind}",
            column=column.name,
            column_type=column.type,
        ) from None


def _text(text: str, column: Column) -> str:
    return text


def _integer(text: str, column: Column) -> int:
    value = int(text)
    if not -(2**63) <= value < 2**63:
        raise ValueError(text)
    return value


def _number(text: str, column: Column) -> float:
    return float(text)


def _decimal(text: str, column: Column) -> Decimal:
    value = Decimal(text)
    if not value.is_finite():
        raise ValueError(text)
    return value


def _boolean(text: str, column: Column) -> bool:
    if text.lower() not in ("true", "false", "1", "0", "yes", "no"):
        raise Invalid(
            f"{column.name}: {text[:100]!r} is not a boolean",
            hint="write true or false",
            column=column.name,
            column_type=column.type,
        )
    return text.lower() in ("true", "1", "yes")


def _date(text: str, column: Column) -> date:
    return date.fromisoformat(text)


def _time(text: str, column: Column) -> time:
    return time.fromisoformat(text)


def _datetime(text: str, column: Column) -> datetime:
    value = datetime.fromisoformat(text.replace(" ", "T", 1))
    zoned = "ZONE" in column.type.upper() or column.type.upper().endswith("TZ")
    if zoned and value.tzinfo is None and "WITHOUT" not in column.type.upper():
        return value.replace(tzinfo=UTC)
    return value


def _bytes(text: str, column: Column) -> bytes:
    return bytes.fromhex(text)


def _untyped(text: str, column: Column) -> object:
    for parse in (int, float):
        try:
            return parse(text)
        except ValueError:
            continue
    return text


PARSERS: dict[str, Callable[[str, Column], object]] = {
    "integer": _integer,
    "number": _number,
    "decimal": _decimal,
    "text": _text,
    "boolean": _boolean,
    "date": _date,
    "time": _time,
    "datetime": _datetime,
    "bytes": _bytes,
    "other": _text,
}
"""From a value's text to the value, by the column's kind."""

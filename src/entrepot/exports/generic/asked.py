"""Operations as the documents write them, and as we do."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from entrepot.base.errors import Invalid, InvalidValue
from entrepot.exports.wanted import Operation

MOST = 100
SIGNS = {
    "==": "eq", "=": "eq", "equals": "eq", "equal": "eq",
    "!=": "ne", "<>": "ne", "not_equals": "ne", "not_equal": "ne",
    ">": "gt", "greater_than": "gt", ">=": "ge", "greater_equal": "ge",
    "<": "lt", "less_than": "lt", "<=": "le", "less_equal": "le",
    "not in": "not_in", "is_null": "null", "isnull": "null", "notnull": "not_null",
    "startswith": "starts_with", "endswith": "ends_with", "regex": "matches",
}  # fmt: skip
"""Other words for the operators, as clients of the documents use them."""


def read_operations(given: Sequence[object]) -> list[Operation]:
    """Return operations in either form: `sort` by one `column`, `group` by one.

    Raises:
        Invalid: One is of no known form; it is named by its place.
    """
    if len(given) > MOST:
        raise Invalid(f"operations: more than {MOST}")
    return [_read(one, f"operations[{place}]") for place, one in enumerate(given)]


def _read(given: object, where: str) -> Operation:
    if not isinstance(given, dict):
        raise InvalidValue(f"{where}: an object is wanted")
    try:
        found: Operation = msgspec.convert(_ours(given), Operation)
    except msgspec.ValidationError as error:
        what, _, at = str(error).partition(" - at ")
        member = at.strip("`").removeprefix("$")
        words = f"{what[:1].lower()}{what[1:]}"
        raise InvalidValue(f"{where}{member}: {words}") from None
    return found


def _ours(given: dict[str, object]) -> dict[str, object]:
    """Return an operation in our form."""
    kind, column = given.get("type"), given.get("column")
    if kind == "filter" and given.get("operator") in SIGNS:
        return {**given, "operator": SIGNS[str(given["operator"])]}
    if kind == "sort" and "by" not in given:
        by = {"column": column, "order": given.get("order", "asc")}
        return {"type": "sort", "by": [by]}
    if kind == "group" and "aggregates" not in given:
        return {"type": "group", "by": [column], "aggregates": [_figure(given)]}
    return given


def _figure(given: dict[str, object]) -> dict[str, object]:
    """Return the one figure of the documents' group: `count`, or `sum_column`."""
    function = given.get("aggregate", "count")
    if function == "count":
        return {"function": "count", "name": "count"}
    column = given.get(f"{function}_column", given.get("sum_column"))
    return {"function": function, "column": column, "name": column}

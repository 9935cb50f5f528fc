"""What is asked for beside the records, as callers of many ages write it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta, Struct

from entrepot.base.errors import Invalid, UnknownName
from entrepot.exports.wanted import Filter, Operation, Scalar, Sort, SortKey

FORMATS = {"excel": "xlsx", "xlsx": "xlsx", "csv": "csv", "json": "json"}
"""What they call a format, and what we do."""

MOST_CHUNK_ROWS = 25_000
DEFAULT_CHUNK_ROWS = 10_000

Operator = Literal[
    "eq", "ne", "lt", "le", "gt", "ge", "in", "not_in", "between", "contains",
    "starts_with", "ends_with",
]  # fmt: skip
OPERATORS: tuple[str, ...] = get_args(Operator)
ALIASES = {"gte": "ge", "lte": "le", "from": "ge", "to": "le", "min": "ge", "max": "le"}

Rows = Annotated[int, Meta(ge=1, le=10_000_000)]


class AskedOptions(Struct, frozen=True, kw_only=True):
    """How the records are written.

    Attributes:
        include_related: The records hold what is related; it is there either way.
    """

    include_related: bool = False
    batch_size: Rows | None = None
    sort_by: str = ""
    sort_order: Annotated[str, Meta(examples=["asc", "desc"])] = "asc"


class Asked(Struct, frozen=True, kw_only=True, rename={"is_async": "async"}):
    """An export that is asked for; the records stand beside it, in `data`.

    Attributes:
        filters: Value, values or comparisons by column; what is null or empty keeps
            all rows.
        chunk_size: Records of each file where there are several; also `batch_size`.
        is_async: Answer at once, and make the file after that.
    """

    template: str = "standard"
    format: Annotated[str, Meta(examples=["excel", "csv", "json"])] = "excel"
    filename: Annotated[str, Meta(max_length=500)] = ""
    sheet_name: Annotated[str, Meta(max_length=500)] = ""
    filters: dict[str, object] = {}
    force_chunking: bool = False
    chunk_size: Rows | None = None
    batch_size: Rows | None = None
    options: AskedOptions = AskedOptions()
    response_mode: Literal["metadata", "file"] = "metadata"
    is_async: bool | Literal["auto"] = "auto"


class Posted(Asked, frozen=True, kw_only=True):
    """The body of a request, for the reference."""

    data: Annotated[list[dict[str, object]], Meta(min_length=1)]


def read_asked(members: Mapping[str, object]) -> tuple[Asked, list[str]]:
    """Return what is asked for, and what of it nobody knows.

    What is null counts as left out; PHP's empty array as an empty object; numbers and
    yes or no may be written as texts.

    Raises:
        Invalid: A member cannot be what it is.
    """
    given = {name: _plain(name, v) for name, v in members.items() if v is not None}
    warnings = [_unknown(name) for name in given if name not in KNOWN]
    given = {name: value for name, value in given.items() if name in KNOWN}
    try:
        asked = msgspec.convert(given, Asked, strict=False)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at ")
        name = where.strip("`").removeprefix("$.") or "the request"
        raise Invalid(f"{name}: {what[:1].lower()}{what[1:]}", field=name) from None
    _format(asked)
    return asked, warnings


KNOWN = (*(field.encode_name for field in msgspec.structs.fields(Asked)), "data")


def chosen_format(asked: Asked) -> str:
    """Return our own name for the format."""
    return FORMATS[asked.format.lower()]


def chunk_rows(asked: Asked, recommended: int | None) -> int:
    """Return how many records each file has where there are several."""
    wished = asked.chunk_size or asked.batch_size or asked.options.batch_size
    return min(wished or recommended or DEFAULT_CHUNK_ROWS, MOST_CHUNK_ROWS)


def operations(asked: Asked, columns: tuple[str, ...]) -> list[Operation]:
    """Return what happens to the records before they are written.

    Args:
        columns: That the records have.

    Raises:
        UnknownName: A filter or the order is of another column.
        Invalid: A comparison is none, or the order is neither way.
    """
    wanted: list[Operation] = []
    for column, value in asked.filters.items():
        if value not in (None, "", [], {}):
            _check(column, columns, "filters")
            wanted += _filters(column, value)
    options = asked.options
    order = options.sort_order.lower()
    if order not in ("asc", "desc"):
        raise Invalid("options.sort_order: it is asc or desc", field="sort_order")
    if options.sort_by:
        _check(options.sort_by, columns, "options.sort_by")
        direction: Literal["asc", "desc"] = "desc" if order == "desc" else "asc"
        wanted.append(Sort(by=[SortKey(column=options.sort_by, order=direction)]))
    return wanted


def _filters(column: str, value: object) -> list[Operation]:
    if not isinstance(value, dict):
        return [_filter(column, "in" if isinstance(value, list) else "eq", value)]
    comparisons: dict[str, object] = {
        ALIASES.get(str(name), str(name)): limit for name, limit in value.items()
    }
    for name in comparisons:
        if name not in OPERATORS:
            raise UnknownName(f"comparison of {column}", name, OPERATORS)
    return [
        _filter(column, name, limit)
        for name, limit in comparisons.items()
        if limit not in (None, "", [])
    ]


def _filter(column: str, operator: str, value: object) -> Filter:
    known = msgspec.convert(operator, Operator)
    try:
        scalar = msgspec.convert(value, Scalar | list[Scalar])
    except msgspec.ValidationError as error:
        raise Invalid(f"filters.{column}: {error}", field=column) from None
    return Filter(column=column, operator=known, value=scalar)


def _check(column: str, columns: tuple[str, ...], where: str) -> None:
    if column not in columns:
        raise UnknownName(f"column for {where}", column, columns)


def _format(asked: Asked) -> None:
    if asked.format.lower() not in FORMATS:
        raise UnknownName("format", asked.format, sorted(FORMATS))


def _plain(name: str, value: object) -> object:
    if name in ("filters", "options") and value == []:
        return {}
    if name == "options" and isinstance(value, dict):
        return {key: inner for key, inner in value.items() if inner is not None}
    return value


def _unknown(name: str) -> str:
    close = difflib.get_close_matches(name, KNOWN, n=1)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    return f"{name!r} is no member of this request and was left aside{hint}"

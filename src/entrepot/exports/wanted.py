"""What people ask for: a source, what happens to its rows, and the file.

The same shapes come as JSON in requests and as TOML or JSON in templates.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

Scalar = str | int | float | bool | None
Name = Annotated[str, Meta(min_length=1, max_length=500)]
Names = Annotated[list[Name], Meta(min_length=1, max_length=16_384)]


class _Said(Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a request: every member is known, and may be left out or not."""


class Source(_Said, frozen=True, kw_only=True):
    """Where rows come from: a table, a query, records, a file, or rows with a name.

    Exactly one of `table`, `query`, `records`, `upload` and `named` is given.

    Attributes:
        connection: Of a table or a query.
        where: Conditions on a table, `column:op:value`, as in addresses.
        columns, order_by: Of a table, as in addresses.
        query: A SELECT, read behind the wall; `params` are its bound values.
        upload: Id of a file that was sent before; `sheet` where it has several.
        named: Rows that the server has by name, e.g. `catalogue.products`, or
            `watch.log?q=level%3AERROR` where more may be said of them.
        spool: Where sent records have been put; only our own code says this.
    """

    connection: str = ""
    table: str = ""
    schema: str = ""
    columns: str = ""
    where: list[str] = []
    order_by: str = ""
    limit: Annotated[int, Meta(ge=0)] | None = None
    query: Annotated[str, Meta(max_length=1_000_000)] = ""
    params: list[Scalar] = []
    records: list[dict[str, object]] | None = None
    upload: str = ""
    sheet: str = ""
    named: Annotated[str, Meta(max_length=60_000)] = ""
    spool: str = ""


class Filter(_Said, frozen=True, kw_only=True, tag="filter", tag_field="type"):
    """Keep the rows for which the comparison holds; NULL holds for none but `null`."""

    column: Name
    operator: Literal[
        "eq", "ne", "lt", "le", "gt", "ge", "in", "not_in", "between", "contains",
        "starts_with", "ends_with", "matches", "null", "not_null",
    ] = "eq"  # fmt: skip
    value: Scalar | list[Scalar] = None


class SortKey(_Said, frozen=True, kw_only=True):
    """One column to sort by; NULL comes last."""

    column: Name
    order: Literal["asc", "desc"] = "asc"


class Sort(_Said, frozen=True, kw_only=True, tag="sort", tag_field="type"):
    """Order the rows; rows that are equal keep their order."""

    by: Annotated[list[SortKey], Meta(min_length=1, max_length=100)]


class Select(_Said, frozen=True, kw_only=True, tag="select", tag_field="type"):
    """Keep these columns, in this order."""

    columns: Names


class Rename(_Said, frozen=True, kw_only=True, tag="rename", tag_field="type"):
    """Give columns other names: old to new."""

    columns: dict[Name, Name]


class Derive(_Said, frozen=True, kw_only=True, tag="derive", tag_field="type"):
    """Add a column, or replace one, by an SQL expression over the row's columns."""

    column: Name
    expression: Annotated[str, Meta(min_length=1, max_length=10_000)]


class Aggregate(_Said, frozen=True, kw_only=True):
    """One figure of a group; `column` may be empty for `count`."""

    function: Literal["count", "count_distinct", "sum", "mean", "min", "max", "median"]
    column: str = ""
    name: str = ""


class Group(_Said, frozen=True, kw_only=True, tag="group", tag_field="type"):
    """One row for each combination of values, sorted by them; NULL is a value."""

    by: list[Name] = []
    aggregates: Annotated[list[Aggregate], Meta(min_length=1, max_length=1_000)]


class JoinKey(_Said, frozen=True, kw_only=True):
    """A column here and the one there that equals it."""

    left: Name
    right: Name


class Join(_Said, frozen=True, kw_only=True, tag="join", tag_field="type"):
    """Add the columns of another source's rows where the keys are equal.

    A column that both have gets `suffix` from the other source.
    """

    source: Source
    on: Annotated[list[JoinKey], Meta(min_length=1, max_length=20)]
    how: Literal["inner", "left", "right", "full"] = "left"
    columns: list[Name] = []
    suffix: Name = "_2"


class Dedupe(_Said, frozen=True, kw_only=True, tag="dedupe", tag_field="type"):
    """Keep one row for each combination of values; all columns when none is named."""

    by: list[Name] = []
    keep: Literal["first", "last"] = "first"


class Pivot(_Said, frozen=True, kw_only=True, tag="pivot", tag_field="type"):
    """Turn the values of a column into columns; one row for each `by`."""

    by: Names
    column: Name
    value: Name
    function: Literal["count", "sum", "mean", "min", "max"] = "sum"
    values: list[Scalar] = []


Operation = Filter | Sort | Select | Rename | Derive | Group | Join | Dedupe | Pivot


class Split(_Said, frozen=True, kw_only=True):
    """Cut the rows into files of so many, which go out as one zip."""

    rows: Annotated[int, Meta(ge=1, le=10_000_000)]


class ExportRequest(_Said, frozen=True, kw_only=True):
    """A file that is wanted.

    Attributes:
        format: The template's, else Excel, where it is empty.
        template: Name of one, also `name@version`.
        title: For file, sheet and lists; else the template's or the source's.
        file_name: Without its extension, which follows the format.
        sheet_name: Instead of the template's, where it has one sheet.
        deliver_to: Names of destinations that get it when it is whole.
        wait: Have it made while the request waits; by default it is where the source
            is known to be small.
        fresh: Do not take a kept file, though it is of the same request.
    """

    source: Source
    format: Annotated[str, Meta(max_length=100)] = ""
    options: dict[str, str | int | float | bool] = {}
    operations: Annotated[list[Operation], Meta(max_length=100)] = []
    template: str = ""
    title: Annotated[str, Meta(max_length=500)] = ""
    file_name: Annotated[str, Meta(max_length=500)] = ""
    sheet_name: Annotated[str, Meta(max_length=31)] = ""
    split: Split | None = None
    deliver_to: Annotated[list[Name], Meta(max_length=20)] = []
    wait: bool | None = None
    fresh: bool = False

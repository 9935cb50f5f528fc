"""What people ask of a statement, as JSON: the names of the document, and ours."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from msgspec import Meta

from entrepot.base.errors import Invalid
from entrepot.console.spec import Scalar, Wanted

Values = list[Scalar] | dict[str, Scalar]
MOST_VALUES = 65_535
Shape = Literal["objects", "arrays"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Further wishes, by the names of the document.

    Attributes:
        timeout: In milliseconds.
        includeMetadata: Tell the columns' types.
    """

    timeout: Annotated[int, Meta(ge=1, le=3_600_000)] | None = None
    maxRows: Annotated[int, Meta(ge=1)] | None = None  # the document's
    includeMetadata: bool = True  # the document's


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementAsked:
    """A statement and where it is to run.

    Attributes:
        query, sql: The statement; either name.
        connection, instance_id, connection_id: Where; any of the names, or none of
            them where there is only one connection.
        schema: Whose names are told when one is misspelt.
        params: In the order of the places, or by name for places like `:name`.
        timeout: In seconds, within what the role may take.
    """

    query: Annotated[str, Meta(examples=["SELECT 1 AS x"])] = ""
    sql: str = ""
    connection: Annotated[str, Meta(max_length=200)] = ""
    instance_id: Annotated[str, Meta(max_length=200)] = ""
    connection_id: Annotated[str, Meta(max_length=200)] = ""
    schema: Annotated[str, Meta(max_length=200)] = ""
    params: Values = field(default_factory=list)
    timeout: Annotated[float, Meta(gt=0, le=3_600)] | None = None

    def statement(self) -> str:
        """Return the statement, by whichever name."""
        return self.query or self.sql

    def place(self) -> str:
        """Return the connection, by whichever name; empty where none is said."""
        return self.connection or self.instance_id or self.connection_id


def checked_values(params: Values) -> Values:
    """Return the values, if they are not too many.

    Raises:
        Invalid: They are.
    """
    if len(params) > MOST_VALUES:
        raise Invalid(f"params: {len(params)} values, more than {MOST_VALUES}")
    return params


def wanted(
    asked: StatementAsked,
    *,
    max_rows: int | None = None,
    options: Options | None = None,
    query_id: int | None = None,
) -> Wanted:
    """Return what is wanted of a statement.

    Raises:
        Invalid: It has too many values.
    """
    options = options or Options()
    seconds = asked.timeout
    if seconds is None and options.timeout is not None:
        seconds = options.timeout / 1000
    return Wanted(
        sql=asked.statement(),
        connection=asked.place(),
        schema=asked.schema,
        params=checked_values(asked.params),
        max_rows=max_rows if max_rows is not None else options.maxRows,
        seconds=seconds,
        query_id=query_id,
    )

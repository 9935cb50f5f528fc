"""Facets: the values of a column with how many rows have each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

By = Literal["value", "element", "year", "month"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    """One value and its rows.

    Attributes:
        value: JSON-ready; a year as `2026`, a month as `2026-11`.
        where: The conditions that leave these rows; empty where none can say it.
        is_on: They are among those of the rows that were counted.
    """

    value: object
    rows: int
    where: tuple[str, ...] = ()
    is_on: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A column's most frequent values among the rows.

    Attributes:
        by: Dates are counted by year; by month where all are of one year. Lists are
            counted by their elements, a row once for each.
        has_more: There are values beyond these.
        first_rows: Only so many rows were counted, since all would have taken too
            long; None where all were.
        problem: Why there are no values.
    """

    column: str
    type: str
    kind: str
    by: By = "value"
    values: tuple[FacetValue, ...] = ()
    has_more: bool = False
    first_rows: int | None = None
    problem: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A column whose values fall into few groups.

    Attributes:
        different_values: Among the first rows that were looked at.
    """

    column: str
    different_values: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetsAsked:
    """Which facets somebody wants.

    Attributes:
        columns: As they stand in the address, one facet each.
        more: Columns of which more values are wanted.
        limit: Values of a facet.
        is_exact: All rows are counted, though it takes as long as a page may.
        seconds: The most the database may take for one facet then.
    """

    columns: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    limit: int = 30
    is_exact: bool = False
    seconds: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """The facets asked for, and columns that would make good ones."""

    facets: tuple[Facet, ...] = ()
    suggested: tuple[Suggestion, ...] = ()

"""A profile: what the values of a table's columns are like."""

from __future__ import annotations

from dataclasses import dataclass

from entrepot.dataproducts.facets import FacetValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """A part of a column's range and its rows.

    Attributes:
        low: Where it begins; a day, `2026-11` or `2026` for dates.
        high: Where it ends, which is the next one's beginning; as `low` for dates.
    """

    low: float | str
    high: float | str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnProfile:
    """What one column's values are like; None and empty where nothing is known.

    Attributes:
        first_rows: All is told of so many rows only, the first that the database gave;
            None where it is of all rows.
        different_is_estimate: Reckoned from the first rows, for the whole table.
        mean: Of the finite numbers.
        longest: Characters.
        not_finite: Rows with NaN or infinity.
        top: The most frequent values; none where all differ.
        problem: Why something is missing.
    """

    name: str
    type: str
    kind: str
    description: str = ""
    rows: int | None = None
    nulls: int | None = None
    different_values: int | None = None
    different_is_estimate: bool = False
    low: object = None
    high: object = None
    mean: object = None
    longest: int | None = None
    not_finite: int = 0
    top: tuple[FacetValue, ...] = ()
    bins: tuple[Bin, ...] = ()
    first_rows: int | None = None
    problem: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The profile of some columns of a table.

    Attributes:
        columns: Those looked at, in the table's order.
        next_columns: Those that come next, to be asked for by name.
        is_whole: Nothing is missing and all rows were looked at.
        made_at: ISO-8601; nothing was written since, or it is a few minutes old.
        seconds: That the database took.
    """

    columns: tuple[ColumnProfile, ...]
    next_columns: tuple[str, ...] = ()
    is_whole: bool = True
    made_at: str = ""
    seconds: float = 0.0

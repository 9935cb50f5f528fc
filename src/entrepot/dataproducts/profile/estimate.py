"""How many different values a table has, reckoned from a part of its rows."""

from __future__ import annotations


def estimate_different(
    different: int, alone: int, rows: int, table_rows: int | None
) -> int:
    """Return about how many there are in the whole table.

    The estimator of Haas and Stokes that PostgreSQL's ANALYZE uses too.

    Args:
        different: Values in the part.
        alone: Values that stand in one of its rows only.
        rows: Of the part.
        table_rows: About; without it the part's own number is all there is.
    """
    # https://github.com/postgres/postgres/blob/master/src/backend/commands/analyze.c
    if table_rows is None or table_rows <= rows or not rows:
        return different
    share = rows / table_rows
    reckoned = rows * different / (rows - alone + alone * share)
    return min(max(round(reckoned), different), table_rows)

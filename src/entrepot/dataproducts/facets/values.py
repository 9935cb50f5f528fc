"""A value of a facet, with the conditions that leave its rows."""

from __future__ import annotations

from entrepot.connections import SUMMARY_CHARACTERS, Column, Filter
from entrepot.dataproducts.facets.spec import FacetValue


def facet_value(value: object, rows: object, column: Column) -> FacetValue:
    """Return a value that the database counted; a long text is cut."""
    shown = _cut(value)
    return FacetValue(
        value=shown, rows=int(str(rows)), where=_where(value, shown, column)
    )


def _where(value: object, shown: object, column: Column) -> tuple[str, ...]:
    if value is None:
        return (Filter(column.name, "isnull", "true").where(),)
    # JSON has no equality in PostgreSQL; a cut text is not the value.
    if column.type.lower() == "json" or value != shown:
        return ()
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return (Filter(column.name, "eq", text).where(),)


def element_value(value: object, rows: object, column: Column) -> FacetValue:
    """Return an element of lists; a long one is cut, and no condition leaves it."""
    shown = _cut(value)
    is_whole = value is not None and value == shown
    where = (Filter(column.name, "has", str(value)).where(),) if is_whole else ()
    return FacetValue(value=shown, rows=int(str(rows)), where=where)


def _cut(value: object) -> object:
    if isinstance(value, str) and len(value) > SUMMARY_CHARACTERS:
        return value[:SUMMARY_CHARACTERS] + "…"
    return value

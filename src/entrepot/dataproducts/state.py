"""What part of a table a page shows, read from its address and written back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from entrepot.base.names import encode_name, split_names
from entrepot.connections import Filter, parse_filter
from entrepot.dataproducts.spec import RowsRequest, Total

PAGE_ROWS = (25, 50, 100, 250, 500)
USUAL_ROWS = 100


@dataclass(frozen=True, slots=True)
class State:
    """The request of a page, and the number of its first row where it is known."""

    request: RowsRequest
    first_row: int = 1

    @property
    def filters(self) -> list[Filter]:
        """Return the conditions, in the address's order."""
        return [parse_filter(where) for where in self.request.where]

    @property
    def columns(self) -> list[str]:
        """Return the columns asked for; empty for all."""
        return split_names(self.request.columns)

    @property
    def order(self) -> tuple[str, bool]:
        """Return the first column sorted by and whether it falls; empty for none."""
        parts = split_names(self.request.order_by)
        name, _, direction = (parts[0] if parts else "").rpartition(" ")
        if direction.lower() in ("asc", "desc"):
            return name, direction.lower() == "desc"
        return (parts[0] if parts else ""), False

    @property
    def is_first_page(self) -> bool:
        """Tell whether the page begins at the first row."""
        return not self.request.after and not self.request.offset

    def query(self) -> str:
        """Return the query string of this state."""
        return urlencode(list(self._pairs()))

    def kept(self, *without: str) -> list[tuple[str, str]]:
        """Return name and value of everything but the place, for forms."""
        left_out = {*without, "after", "offset", "first"}
        return [(k, v) for k, v in self._pairs() if k not in left_out]

    def chosen(self) -> str:
        """Return the query string of columns, filters and order: what a file has."""
        return urlencode(self.kept("limit", "total"))

    def sorted_by(self, column: str) -> str:
        """Return the query for a click on a head: rising, falling, as it was."""
        name = encode_name(column, ",")
        now, is_descending = self.order
        if now != column:
            return self.with_(order_by=name)
        return self.with_(order_by="" if is_descending else f"{name} desc")

    def without_filter(self, position: int) -> str:
        """Return the query with one condition fewer."""
        where = self.request.where
        return self.with_(where=where[:position] + where[position + 1 :])

    def with_filter(self, filter: Filter) -> str:
        """Return the query with one condition more."""
        return self.with_(where=(*self.request.where, filter.where()))

    def with_total(self, total: Total) -> str:
        """Return the query of this same page with its rows counted otherwise."""
        return State(replace(self.request, total=total), self.first_row).query()

    def with_(self, **changes: object) -> str:
        """Return the query of the first page after a change."""
        changed = replace(self.request, after="", offset=0, **changes)  # type: ignore[arg-type]  # fields of the request, by name
        return State(changed).query()

    def _pairs(self) -> Iterator[tuple[str, str]]:
        asked = self.request
        for where in asked.where:
            yield "where", where
        if asked.columns:
            yield "columns", asked.columns
        if asked.order_by:
            yield "order_by", asked.order_by
        if asked.limit != USUAL_ROWS:
            yield "limit", str(asked.limit)
        if asked.total == "exact":
            yield "total", asked.total
        if asked.offset:
            yield "offset", str(asked.offset)
        if asked.after:
            yield "after", asked.after
        if self.first_row > 1:
            yield "first", str(self.first_row)


def state_of_form(
    state: State,
    *,
    columns: Sequence[str],
    operators: Sequence[str],
    values: Sequence[str],
) -> str:
    """Return the query of a filter form: rows without a column are left out."""
    filters = [
        Filter(column, op, value)
        for column, op, value in zip(columns, operators, values, strict=False)
        if column
    ]
    return state.with_(where=tuple(filter.where() for filter in filters))


def state_of_columns(state: State, shown: Sequence[str], known: Sequence[str]) -> str:
    """Return the query of the column chooser; all or none chosen means all."""
    wanted = [name for name in known if name in set(shown)]
    if len(wanted) == len(known):
        wanted = []
    return state.with_(columns=",".join(encode_name(name, ",") for name in wanted))

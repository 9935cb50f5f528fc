"""What part of a table a page shows, read from its address and written back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from entrepot.base.names import encode_name, split_names
from entrepot.connections import Filter, parse_filter
from entrepot.dataproducts.facets import FacetValue
from entrepot.dataproducts.spec import RowsRequest, Total

PAGE_ROWS = (25, 50, 100, 250, 500)
USUAL_ROWS = 100
FACETS = ("facet", "more", "exact")
"""Parameters of a page that say what stands beside the rows."""


SEARCH = ":search:"
"""Begin of the condition that the search box makes: all columns are looked through."""


@dataclass(frozen=True, slots=True)
class State:
    """The request of a page, and the number of its first row where it is known.

    Attributes:
        facets: Columns whose values are counted beside the rows.
        more: Those of which more values are shown.
        is_exact: All rows are counted for them, whatever it takes.
    """

    request: RowsRequest
    first_row: int = 1
    facets: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    is_exact: bool = False

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
    def words(self) -> str:
        """Return the words that the search box has looked for."""
        found = [w for w in self.request.where if w.startswith(SEARCH)]
        return found[0].removeprefix(SEARCH) if found else ""

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
        return urlencode(self.kept("limit", "total", *FACETS))

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
        return replace(self, request=replace(self.request, total=total)).query()

    def with_facet(self, column: str) -> str:
        """Return the query of this same page with one facet more beside it."""
        return replace(self, facets=(*self.facets, column)).query()

    def without_facet(self, column: str) -> str:
        """Return the query of this same page with one facet fewer."""
        others = tuple(name for name in self.facets if name != column)
        return replace(self, facets=others).query()

    def without_facets(self) -> str:
        """Return the query of this same page with the rows alone."""
        return replace(self, facets=()).query()

    def with_more(self, column: str) -> str:
        """Return the query of this same page with more values of a facet."""
        return replace(self, more=(*self.more, column)).query()

    def with_exact_facets(self) -> str:
        """Return the query of this same page with its facets' rows all counted."""
        return replace(self, is_exact=True).query()

    def with_value(self, value: FacetValue) -> str:
        """Return the query with the conditions of a facet's value, or without them."""
        others = tuple(w for w in self.request.where if w not in value.where)
        return self.with_(where=others if value.is_on else (*others, *value.where))

    def with_(self, **changes: object) -> str:
        """Return the query of the first page after a change."""
        changed = replace(self.request, after="", offset=0, **changes)  # type: ignore[arg-type]  # fields of the request, by name
        return replace(self, request=changed, first_row=1).query()

    def beside(self) -> Iterator[tuple[str, str]]:
        """Yield name and value of what stands beside the rows."""
        yield from (("facet", name) for name in self.facets)
        yield from (("more", name) for name in self.more if name in self.facets)
        if self.is_exact and self.facets:
            yield "exact", "true"

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
        yield from self.beside()


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
        if column or op == "search"
    ]
    return state.with_(where=tuple(filter.where() for filter in filters))


def state_of_search(state: State, words: str) -> str:
    """Return the query of a search by words in place of the last one; none without."""
    others = tuple(w for w in state.request.where if not w.startswith(SEARCH))
    return state.with_(where=(*others, f"{SEARCH}{words}") if words.strip() else others)


def state_of_columns(state: State, shown: Sequence[str], known: Sequence[str]) -> str:
    """Return the query of the column chooser; all or none chosen means all."""
    wanted = [name for name in known if name in set(shown)]
    if len(wanted) == len(known):
        wanted = []
    return state.with_(columns=",".join(encode_name(name, ",") for name in wanted))

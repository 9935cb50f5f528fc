"""`/api/data-products/…/tables/…`: what a table's rows are like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from entrepot.base.allowances import allowance
from entrepot.base.errors import Invalid
from entrepot.base.names import split_names
from entrepot.dataproducts.api.blueprint import bp
from entrepot.dataproducts.api.products import FAR, HERE, Columns, Where
from entrepot.dataproducts.facets import Facets, FacetsAsked, list_facets
from entrepot.dataproducts.freshness import Freshness, find_freshness
from entrepot.dataproducts.profile import Profile, make_profile
from entrepot.dataproducts.reading import open_subject
from entrepot.dataproducts.relations import Relations, list_relations
from entrepot.web.guard import require
from entrepot.web.routes import Doc, current_house, route

TABLE = f"{HERE}/<name:schema>/tables/<name:table>"


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetsQuery:
    """The query string of facets."""

    facet: Annotated[
        tuple[str, ...], Meta(max_length=20, description="A column to count; repeated.")
    ] = ()
    where: Where = ()
    limit: Annotated[int, Meta(ge=1, le=1000, description="Values of a facet.")] = 30
    exact: Annotated[
        bool, Meta(description="Count all rows, as long as a page may take.")
    ] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileQuery:
    """The query string of a profile."""

    columns: Columns = ""
    where: Where = ()
    again: Annotated[bool, Meta(description="Look now, not at what is kept.")] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationsQuery:
    """The query string of relations."""

    where: Where = ()


def read_seconds() -> float:
    """Return how long the database may work for whoever asks."""
    who = require("viewer")
    return allowance(who.role, current_house().settings).read_seconds


@route(
    bp,
    "GET",
    f"{TABLE}/facets",
    Doc(query=FacetsQuery, data=Facets, errors=(*FAR, Invalid)),
)
def table_facets(schema: str, table: str, query: FacetsQuery) -> Facets:
    """Count the rows of a table by the values of columns.

    `where` counts as it does for the rows. Dates are counted by year, or by month where
    all are of one year. Where all rows would take too long the first of them are
    counted, and `first_rows` says how many. `suggested` are columns with few values.
    """
    house = current_house()
    asked = FacetsAsked(
        columns=query.facet,
        limit=query.limit,
        is_exact=query.exact,
        seconds=read_seconds(),
    )
    subject = open_subject(house, schema, table, tuple(w for w in query.where if w))
    return list_facets(house, subject, asked)


@route(
    bp,
    "GET",
    f"{TABLE}/profile",
    Doc(query=ProfileQuery, data=Profile, errors=(*FAR, Invalid)),
)
def table_profile(schema: str, table: str, query: ProfileQuery) -> Profile:
    """Tell what the values of a table's columns are like.

    Of each column: NULLs, different values, least, greatest, mean, the most frequent
    and a histogram. Each has a time limit, and all have one together: what took longer
    is told of the first rows only (`first_rows`), or has a `problem`. Without `columns`
    the first forty are looked at. It is kept as long as nothing is written.
    """
    where = tuple(condition for condition in query.where if condition)
    subject = open_subject(current_house(), schema, table, where)
    names = split_names(query.columns)
    return make_profile(current_house(), subject, names, again=query.again)


@route(bp, "GET", f"{TABLE}/freshness", Doc(data=Freshness, errors=FAR))
def table_freshness(schema: str, table: str) -> Freshness:
    """Tell how new a table's rows are.

    That is the newest value of a column of dates, where an index has it or the table is
    small, and since when nothing was written, where the database can tell.
    """
    return find_freshness(current_house(), open_subject(current_house(), schema, table))


@route(
    bp,
    "GET",
    f"{TABLE}/relations",
    Doc(query=RelationsQuery, data=Relations, errors=(*FAR, Invalid)),
)
def table_relations(schema: str, table: str, query: RelationsQuery) -> Relations:
    """List the tables that a table's rows point at, and those that point at it.

    Where `where` names one row by the columns in question (`column:eq:value`), each
    relation has the conditions that leave the other table's rows that belong to it.
    """
    where = tuple(condition for condition in query.where if condition)
    subject = open_subject(current_house(), schema, table, where)
    return list_relations(current_house(), subject)

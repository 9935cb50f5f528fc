"""Pages of a table besides its rows: profile, relations, users, and programs."""

from __future__ import annotations

import functools
import shlex
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import render_template, url_for

from entrepot.base.names import encode_name, split_names
from entrepot.connections import OPERATORS
from entrepot.dataproducts import screens
from entrepot.dataproducts.examples import list_examples
from entrepot.dataproducts.freshness import find_freshness
from entrepot.dataproducts.pages.blueprint import bp
from entrepot.dataproducts.pages.products import (
    TABLE,
    PageQuery,
    state_of,
    table_address,
)
from entrepot.dataproducts.profile import Profile, make_profile
from entrepot.dataproducts.reading import Subject, known_subject
from entrepot.dataproducts.relations import list_relations
from entrepot.dataproducts.sap.names import entity_of
from entrepot.dataproducts.screens import StructurePage
from entrepot.dataproducts.state import State
from entrepot.web import shell
from entrepot.web.guard import needs
from entrepot.web.routes import current_house, read_query

SAMPLE_ROWS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfilePageQuery(PageQuery):
    """The query string of a profile's page."""

    again: bool = False


@bp.app_template_filter()
def where_query(conditions: Iterable[str]) -> str:
    """Write conditions as a query string."""
    return urlencode([("where", condition) for condition in conditions])


@bp.app_template_filter()
def table_word(name: str) -> str:
    """Return a table's name for people: the entity where the name holds one."""
    return entity_of(name) or name


@bp.app_template_filter()
def shell_word(text: str) -> str:
    """Quote a text for a shell."""
    return shlex.quote(text)


@bp.app_template_filter()
def shortly(value: object) -> str:
    """Write a number with as many digits as are read at a glance."""
    if not isinstance(value, float | int):
        return str(value)
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


@bp.get(f"{TABLE}/profile")
@needs("viewer")
def profile(address: str, table: str) -> str:
    """Show what the values of the columns are like."""
    query: ProfilePageQuery = read_query(ProfilePageQuery)
    state, page = (
        state_of(query),
        screens.structure_page(current_house(), address, table),
    )
    subject = _subject(page, state)
    names = split_names(query.columns)
    found = make_profile(current_house(), subject, names, again=query.again)
    few = replace(state.request, limit=SAMPLE_ROWS, total="none", columns="")
    link = functools.partial(table_address, address)
    sample = screens.table_page(current_house(), address, table, State(few), link)
    chosen = [("where", where) for where in state.request.where]
    return _render(
        "profile",
        page,
        state,
        profile=found,
        sample=sample,
        again=urlencode([*chosen, ("columns", query.columns), ("again", "true")]),
        next_query=_next_query(found, chosen),
        rows_path=table_address(address, page.product.schema, table),
        rows_address=_with_query(
            table_address(address, page.product.schema, table), urlencode(chosen)
        ),
    )


@bp.get(f"{TABLE}/relations")
@needs("viewer")
def relations(address: str, table: str) -> str:
    """Show the tables that hang together with this one."""
    state = state_of(read_query(PageQuery))
    page = screens.structure_page(current_house(), address, table)
    found = list_relations(current_house(), _subject(page, state))
    return _render("relations", page, state, relations=found)


@bp.get(f"{TABLE}/used-by")
@needs("viewer")
def used_by(address: str, table: str) -> str:
    """Show what uses this table."""
    page = screens.structure_page(current_house(), address, table)
    product = page.product
    subject = shell.TableSubject(product.connection, product.schema, table)
    panels = shell.load_panels(current_house(), "table", str(subject))
    return _render("used_by", page, None, panels=panels)


@bp.get(f"{TABLE}/api")
@needs("viewer")
def table_api(address: str, table: str) -> str:
    """Show how programs get the same rows."""
    state = state_of(read_query(PageQuery))
    page = screens.structure_page(current_house(), address, table)
    here = url_for(
        "dataproducts_api.table_rows",
        schema=page.product.address,
        table=table,
        _external=True,
    )
    query, where = state.chosen(), where_query(state.request.where)
    others = [
        ("The whole as a file", _with_query(f"{here}/export?format=csv", query)),
        ("Structure", f"{here}/structure"),
        ("Profile", _with_query(f"{here}/profile", where)),
        ("Facets", _with_query(f"{here}/facets", where)),
        ("Relations", _with_query(f"{here}/relations", where)),
        ("Freshness", f"{here}/freshness"),
    ]
    return _render(
        "table_api",
        page,
        state,
        query=query,
        examples=list_examples(_with_query(f"{here}?limit=1000", query)),
        others=others,
    )


def _render(
    template: str, page: StructurePage, state: State | None, **values: object
) -> str:
    """Render a page of a table, with how new its rows are."""
    return render_template(
        f"dataproducts/{template}.html",
        page=page,
        path={"address": page.product.address, "table": page.structure.table.name},
        filters=state.filters if state else [],
        operators=OPERATORS,
        freshness=find_freshness(current_house(), _subject(page, None)),
        **values,
    )


def _subject(page: StructurePage, state: State | None) -> Subject:
    where = state.request.where if state else ()
    return known_subject(current_house(), page.product, page.structure, where)


def _next_query(found: Profile, chosen: list[tuple[str, str]]) -> str:
    if not found.next_columns:
        return ""
    names = ",".join(encode_name(name, ",") for name in found.next_columns)
    return urlencode([*chosen, ("columns", names)])


def _with_query(address: str, query: str) -> str:
    if not query:
        return address
    return f"{address}{'&' if '?' in address else '?'}{query}"

"""Pages: products, one product, a table's rows and its structure."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from entrepot.base.allowances import allowance
from entrepot.base.house import House
from entrepot.connections import OPERATORS
from entrepot.dataproducts import screens, service, state
from entrepot.dataproducts.api.products import RowsQuery
from entrepot.dataproducts.pages.beside import facets_of
from entrepot.dataproducts.pages.blueprint import bp
from entrepot.dataproducts.spec import Product, RowsRequest, Unreachable
from entrepot.web import problems, shell
from entrepot.web.guard import needs, require
from entrepot.web.routes import current_house, read_query

PRODUCTS = "/data-products"
ON_HOME = 8
TABLE = f"{PRODUCTS}/<name:address>/tables/<name:table>"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageQuery(RowsQuery):
    """The query string of a page: that of the API, and what stands beside the rows."""

    first: int = 1
    facet: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    exact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportForm(PageQuery):
    """Which part of a table goes into a file, and the format whose options show."""

    format: str = "xlsx"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterForm(PageQuery):
    """The filter builder: one value of each list for each of its rows."""

    column: tuple[str, ...] = ()
    op: tuple[str, ...] = ()
    value: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchForm(PageQuery):
    """The search box."""

    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnForm(PageQuery):
    """The column chooser: the names ticked."""

    show: tuple[str, ...] = ()


@bp.get(PRODUCTS)
@needs("viewer")
def products() -> str:
    """List the products."""
    asked, connection = request.args.get("q", ""), request.args.get("connection", "")
    page = screens.products_page(current_house(), asked, connection)
    return render_template("dataproducts/products.html", page=page)


@bp.get(f"{PRODUCTS}/<name:address>")
@needs("viewer")
def product(address: str) -> str:
    """Show a product's tables."""
    panels = shell.load_panels(current_house(), "product", address)
    page = screens.product_page(
        current_house(), address, request.args.get("q", ""), panels
    )
    return render_template("dataproducts/product.html", page=page)


@bp.get(TABLE)
@needs("viewer")
def table(address: str, table: str) -> tuple[str, int]:
    """Show a table's rows."""
    link = functools.partial(table_address, address)
    asked = state_of(read_query(PageQuery))
    page = screens.table_page(current_house(), address, table, asked, link)
    problem = problems.describe(page.error) if page.error else None
    text = render_template(
        "dataproducts/table.html",
        page=page,
        facets=facets_of(page),
        problem=problem,
        operators=OPERATORS,
        page_rows=state.PAGE_ROWS,
    )
    return text, int(str(problem["status"])) if problem else 200


@bp.get(f"{TABLE}/structure")
@needs("viewer")
def structure(address: str, table: str) -> str:
    """Show a table's columns, keys and indexes."""
    page = screens.structure_page(current_house(), address, table)
    return render_template("dataproducts/structure.html", page=page)


@bp.get(f"{TABLE}/export")
@needs("viewer")
def export(address: str, table: str) -> str:
    """Show the options of a file of these rows."""
    form: ExportForm = read_query(ExportForm)
    page = screens.export_page(
        current_house(), address, table, state_of(form), form.format
    )
    return render_template("dataproducts/export.html", page=page)


@bp.get(f"{TABLE}/filtered")
@needs("viewer")
def filtered(address: str, table: str) -> Response:
    """Turn the filter form into the table's address."""
    form: FilterForm = read_query(FilterForm)
    query = state.state_of_form(
        state_of(form), columns=form.column, operators=form.op, values=form.value
    )
    return _to_table(address, table, query)


@bp.get(f"{TABLE}/searched")
@needs("viewer")
def searched(address: str, table: str) -> Response:
    """Turn the search box into the table's address."""
    form: SearchForm = read_query(SearchForm)
    query = state.state_of_search(state_of(form), form.words)
    return _to_table(address, table, query)


@bp.get(f"{TABLE}/columns")
@needs("viewer")
def columns(address: str, table: str) -> Response:
    """Turn the column chooser into the table's address."""
    known = service.get_structure(current_house(), address, table).columns
    form: ColumnForm = read_query(ColumnForm)
    names = [column.name for column in known]
    query = state.state_of_columns(state_of(form), form.show, names)
    return _to_table(address, table, query)


def _to_table(address: str, table: str, query: str) -> Response:
    there = url_for("dataproducts_pages.table", address=address, table=table)
    return redirect(f"{there}?{query}" if query else there, code=303)


def table_address(address: str, schema: str, table: str) -> str:
    """Return the page of a table of a product's connection."""
    connection, colon, _ = address.partition(":")
    product = f"{connection}:{schema}" if colon else schema
    return url_for("dataproducts_pages.table", address=product, table=table)


def state_of(query: PageQuery) -> state.State:
    """Return which part of a table an address means."""
    asked = RowsRequest(
        limit=query.limit,
        offset=query.offset,
        after=query.after,
        columns=query.columns,
        order_by=query.order_by,
        where=tuple(where for where in query.where if where),
        total="exact" if query.total == "exact" else "estimate",
        seconds=allowance(
            require("viewer").role, current_house().settings
        ).read_seconds,
    )
    return state.State(asked, query.first, query.facet, query.more, query.exact)


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePanel:
    """The first products, on the home page."""

    products: list[Product]
    unreachable: list[Unreachable]
    product_count: int


def _listed(house: House) -> tuple[list[Product], list[Unreachable]]:
    """Return the products, asked for once in a request."""
    if "products" not in g:
        g.products = service.list_products(house)
    listed: tuple[list[Product], list[Unreachable]] = g.products
    return listed


def _on_home(house: House, subject: str) -> HomePanel:
    products, unreachable = _listed(house)
    return HomePanel(
        products=products[:ON_HOME],
        unreachable=unreachable,
        product_count=len(products),
    )


def _figures(house: House) -> list[shell.Figure]:
    products, unreachable = _listed(house)
    tables = sum(product.table_count or 0 for product in products)
    here = url_for("dataproducts_pages.products")
    note = (
        f"{len(unreachable)} connections do not answer" if unreachable else "to browse"
    )
    return [
        shell.Figure(
            name="Data products",
            count=len(products),
            note=note,
            address=here,
            tone="warn" if unreachable else "",
        ),
        shell.Figure(name="Tables", count=tables, note="and views", address=here),
    ]


def _found(house: House) -> list[shell.Found]:
    """List products and tables for search and jump."""
    found = []
    for product in service.list_products(house)[0]:
        here = url_for("dataproducts_pages.product", address=product.address)
        found.append(
            shell.Found(
                label=product.display_name, note="product", icon="crate", address=here
            )
        )
        found += [
            shell.Found(
                label=table.display_name,
                note=product.display_name,
                icon="view" if "view" in table.type else "table",
                address=table_address(product.address, product.schema, table.name),
            )
            for table in service.list_tables(house, product.address, has_words=False)
        ]
    return found


shell.PLACES.append(
    shell.Place(
        label="Data products",
        endpoint="dataproducts_pages.products",
        icon="crate",
        group="Goods",
        short="Data",
        letter="D",
        order=10,
    )
)
shell.CARDS.append(
    shell.Card(endpoint="dataproducts_pages.products", load=_figures, order=10)
)
shell.PANELS.append(
    shell.Panel(
        page="home",
        endpoint="dataproducts_pages.products",
        template="dataproducts/on_home.html",
        load=_on_home,
        order=10,
    )
)
shell.FINDERS.append(_found)

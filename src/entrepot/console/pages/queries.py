"""Pages: the saved queries, found by words, tag, connection and whose they are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Literal

from flask import render_template, url_for
from msgspec import Meta

from entrepot.base.house import House
from entrepot.connections import list_connections
from entrepot.console.pages.blueprint import bp
from entrepot.console.saved import seeing, using
from entrepot.console.saved.spec import QuerySeen
from entrepot.web import shell
from entrepot.web.guard import needs, require
from entrepot.web.routes import current_house, read_query

Whose = Literal["all", "mine", "shared"]
GROUPS: dict[Whose, str] = {"all": "All", "mine": "Mine", "shared": "Shared"}
OF_TABLE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class QueriesQuery:
    """Which saved queries, and from which on."""

    q: Annotated[str, Meta(max_length=500)] = ""
    tag: Annotated[str, Meta(max_length=50)] = ""
    connection: Annotated[str, Meta(max_length=200)] = ""
    whose: Whose = "all"
    offset: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class QueriesPage:
    """Saved queries by name.

    Attributes:
        groups: What is chosen: name, address, and whether it is on.
        all_tags: As links: the tag, its address, and whether it is chosen.
        before, after: Addresses of those before and after; empty where there are none.
    """

    queries: list[QuerySeen]
    query: QueriesQuery
    connections: list[str]
    groups: list[tuple[str, str, bool]]
    all_tags: list[tuple[str, str, bool]]
    before: str
    after: str

    @property
    def is_filtered(self) -> bool:
        """Tell whether some are left out."""
        query = self.query
        return bool(query.q or query.tag or query.connection or query.whose != "all")


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePanel:
    """Saved queries that read a table; `has_more` beyond these."""

    table: str
    queries: list[QuerySeen]
    has_more: bool


@bp.get("/console/queries")
@needs("viewer")
def queries() -> str:
    """List the saved queries: one's own and the shared ones."""
    query: QueriesQuery = read_query(QueriesQuery)
    house, who = current_house(), require("viewer")
    wanted = seeing.QueryFilter(
        q=query.q, tag=query.tag, connection=query.connection, whose=query.whose
    )
    found = seeing.list_queries(
        house, who, wanted, limit=query.limit + 1, offset=query.offset
    )
    start, last = replace(query, offset=0), max(query.offset - query.limit, 0)
    is_end = len(found) <= query.limit
    page = QueriesPage(
        queries=found[: query.limit],
        query=query,
        connections=[one.name for one in list_connections(house)],
        groups=[
            (label, _address(replace(start, whose=whose)), whose == query.whose)
            for whose, label in GROUPS.items()
        ],
        all_tags=[_tag(start, tag) for tag in seeing.list_tags(house, who)],
        before=_address(replace(query, offset=last)) if query.offset else "",
        after=""
        if is_end
        else _address(replace(query, offset=query.offset + query.limit)),
    )
    return render_template("console/queries.html", page=page)


def _tag(query: QueriesQuery, tag: str) -> tuple[str, str, bool]:
    is_on = tag == query.tag
    return tag, _address(replace(query, tag="" if is_on else tag)), is_on


def _address(query: QueriesQuery) -> str:
    usual = QueriesQuery()
    return url_for(
        "console_pages.queries",
        q=query.q or None,
        tag=query.tag or None,
        connection=query.connection or None,
        whose=query.whose if query.whose != usual.whose else None,
        offset=query.offset or None,
        limit=query.limit if query.limit != usual.limit else None,
    )


def _of_table(house: House, subject: str) -> TablePanel | None:
    table = shell.read_table_subject(subject)
    found = using.queries_of_table(
        house, require("viewer"), table.connection, table.schema, table.table
    )
    if not found:
        return None
    return TablePanel(
        table=table.table, queries=found[:OF_TABLE], has_more=len(found) > OF_TABLE
    )


def _find(house: House) -> list[shell.Found]:
    found = seeing.list_queries(house, require("viewer"), seeing.QueryFilter())
    return [
        shell.Found(
            label=one.name,
            note=f"saved query on {one.connection}",
            icon="star",
            address=url_for("console_pages.query", id=one.id),
        )
        for one in found
    ]


shell.FINDERS.append(_find)
shell.PANELS.append(
    shell.Panel(
        page="table",
        endpoint="console_pages.queries",
        template="console/of_table.html",
        load=_of_table,
        order=30,
    )
)
shell.SUBJECTS["query"] = ("console_pages.query", "id")

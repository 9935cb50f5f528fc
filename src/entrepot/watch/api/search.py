"""`/api/logs/search`: lines found by fields, ranges and words, in any order."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Annotated
from urllib.parse import urlencode

from msgspec import Meta

from entrepot.base.errors import Invalid, TimedOut
from entrepot.watch.api.asked import Narrowing, Query, Search, SearchQuery
from entrepot.watch.api.blueprint import bp
from entrepot.watch.api.logs import NARROWED
from entrepot.watch.lines import service
from entrepot.watch.lines.wanted import search as narrowed
from entrepot.watch.search.fields import FIELDS, Kind
from entrepot.watch.search.parsing import parse_query
from entrepot.watch.search.tree import render_tree
from entrepot.watch.spec import Line, Order, Wanted
from entrepot.web.reply import Cut, Page
from entrepot.web.routes import Doc, current_house, route

ADDRESS = "/api/logs/search"
LONGEST_ADDRESS = 8_000
"""Characters of an address that every server takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSeen:
    """A field that a search may name; `also` are its other names."""

    name: str
    kind: Kind
    summary: str
    example: str
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A search as it was understood; empty where nothing narrows."""

    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckQuery:
    """A search that may be written still."""

    query: Annotated[Query, Meta(examples=["level:ERROR AND endpoint:/api/*"])] = ""


@route(
    bp,
    "GET",
    ADDRESS,
    Doc(
        role="analyst",
        query=SearchQuery,
        data=list[Line],
        is_paged=True,
        errors=(*NARROWED, TimedOut),
    ),
)
def search_logs(query: SearchQuery) -> Page:
    """Search the log.

    A search is words of the message and fields such as `level:ERROR`, ranges such as
    `timestamp:[2026-11-20 TO 2026-11-21]`, joined by AND, OR, NOT and parentheses.
    `GET /api/logs/search/fields` lists the fields. What cannot be read is told with its
    `position`, the character from 1.
    """
    if query.q and query.query:
        raise Invalid("query: it is the same as q, which is given too")
    asked = {one.name: getattr(query, one.name) for one in fields(Narrowing)}
    filters = Narrowing(**asked | {"q": ""})
    name = "q" if query.q else "query"
    wanted = narrowed(filters.wanted(), query.q or query.query, name=name)
    return _page(wanted, query)


@route(
    bp,
    "POST",
    ADDRESS,
    Doc(
        role="analyst",
        body=Search,
        data=list[Line],
        is_paged=True,
        errors=(*NARROWED, TimedOut),
    ),
)
def post_search(body: Search) -> Page:
    """Search the log, as the address of the same name does.

    For searches that are too long for an address. `filters` narrow besides.
    """
    wanted = narrowed(body.filters.wanted(), body.query, name="query")
    asked = {one.name: getattr(body.filters, one.name) for one in fields(Narrowing)}
    text = " ".join(f"({one})" for one in (body.query, body.filters.q) if one)
    same = SearchQuery(
        **asked | {"q": text if body.filters.q else body.query},
        sort=body.sort,
        limit=body.limit,
        offset=body.offset,
    )
    return _page(wanted, same)


@route(bp, "GET", f"{ADDRESS}/fields", Doc(role="analyst", data=list[FieldSeen]))
def search_fields() -> list[FieldSeen]:
    """List the fields that a search may name."""
    return [
        FieldSeen(
            name=field.name,
            kind=field.kind,
            summary=field.summary,
            example=field.example,
            also=field.also,
        )
        for field in FIELDS.values()
    ]


@route(
    bp,
    "GET",
    f"{ADDRESS}/check",
    Doc(role="analyst", query=CheckQuery, data=Checked, errors=NARROWED),
)
def check_search(query: CheckQuery) -> Checked:
    """Say how a search is understood, without looking."""
    tree = parse_query(query.query, name="query")
    return Checked(query=render_tree(tree) if tree else "")


def _page(wanted: Wanted, query: SearchQuery) -> Page:
    order: Order = query.sort
    found = service.list_lines(
        current_house(), wanted, limit=query.limit, offset=query.offset, order=order
    )
    following = None if found.older is None else _address(query)
    return Page(found.lines, Cut(next=following, limit=query.limit, total=found.total))


def _address(query: SearchQuery) -> str | None:
    """Return where the next lines are; None where it would be too long."""
    following = replace(query, offset=query.offset + query.limit)
    given = {field.name: getattr(following, field.name) for field in fields(query)}
    usual = {field.name: field.default for field in fields(query)}
    asked = {name: value for name, value in given.items() if value != usual[name]}
    address = f"{ADDRESS}?{urlencode(asked, doseq=True)}"
    return address if len(address) <= LONGEST_ADDRESS else None

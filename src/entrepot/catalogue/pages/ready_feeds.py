"""Feeds that are always ready: `/feeds/<name>` for shops to fetch, and their page."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from flask import Response, redirect, render_template, request, url_for
from msgspec import Meta
from werkzeug.wrappers import Response as AnyResponse

from entrepot.base.errors import Unavailable
from entrepot.base.house import House
from entrepot.catalogue.outbound import settings as knobs
from entrepot.catalogue.outbound.google import Lacking
from entrepot.catalogue.outbound.ready import (
    FEEDS,
    get_feed,
    newest_file,
    ready_file,
    tag_of,
)
from entrepot.catalogue.outbound.seeing import FeedSeen, list_feeds
from entrepot.catalogue.pages.blueprint import bp
from entrepot.catalogue.pages.form_fields import label_of
from entrepot.catalogue.pages.listing import WRITER, can_write
from entrepot.web import downloads, problems, shell
from entrepot.web.guard import needs, require
from entrepot.web.routes import current_house, read_query

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyFeedsQuery:
    """Of which feed the products left out are shown."""

    lacking: Annotated[str, Meta(max_length=50)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyFeedsPage:
    """The feeds, and what one of them leaves out.

    Attributes:
        lacking_of: The feed whose products left out are shown; None for none.
    """

    feeds: list[FeedSeen]
    is_public: bool
    can_write: bool
    lacking_of: FeedSeen | None = None
    lacking: list[tuple[Lacking, str]] = field(default_factory=list)
    problem: dict[str, object] | None = None


@bp.get("/catalogue/feeds")
@needs("viewer")
def ready_feeds() -> tuple[str, int]:
    """List the ready feeds: their addresses, their state, what they leave out."""
    query: ReadyFeedsQuery = read_query(ReadyFeedsQuery)
    if query.lacking:
        get_feed(query.lacking)
    return _show(current_house(), query.lacking)


@bp.post("/catalogue/feeds/<name>")
@needs(WRITER)
def write_ready_feed(name: str) -> AnyResponse | tuple[str, int]:
    """Write a feed now, or let a job do so."""
    try:
        ready_file(current_house(), name)
    except Unavailable as error:
        return _show(current_house(), "", error)
    return redirect(url_for("catalogue_pages.ready_feeds"), code=303)


def _show(house: House, name: str, error: Unavailable | None = None) -> tuple[str, int]:
    feeds = list_feeds(house)
    file = newest_file(house, name) if name else None
    reasons = file.reasons[:MOST_SHOWN] if file else ()
    page = ReadyFeedsPage(
        feeds=feeds,
        is_public=house.settings[knobs.PUBLIC],
        can_write=can_write(),
        lacking_of=next((feed for feed in feeds if feed.name == name), None),
        lacking=[(one, label_of(one.field) if one.field else "") for one in reasons],
        problem=problems.describe(error) if error else None,
    )
    status = problems.status_of(error) if error else 200
    return render_template("catalogue/ready_feeds.html", page=page), status


@bp.get("/feeds/shopify.csv", defaults={"name": "shopify.csv"})
@bp.get("/feeds/google.xml", defaults={"name": "google.xml"})
@bp.get("/feeds/google.tsv", defaults={"name": "google.tsv"})
@bp.get("/feeds/products.json", defaults={"name": "products.json"})
def ready_feed(name: str) -> Response:
    """Send a feed, or 304 to whoever has this state of the catalogue."""
    house, feed = current_house(), get_feed(name)
    is_public = house.settings[knobs.PUBLIC]
    if not is_public:
        require("viewer")
    caching = "public, no-cache" if is_public else "private, no-cache"
    if request.if_none_match.contains(tag_of(house)):
        unchanged = Response(status=304)
        unchanged.set_etag(tag_of(house))
        unchanged.headers["Cache-Control"] = caching
        return unchanged
    with downloads.hold_slot() as slot:
        file = ready_file(house, name)
        response = downloads.send_file(
            Path(file.path),
            slot=slot,
            name=name,
            media_type=feed.media_type,
            sha256=file.sha256,
            headers={"X-Feed-Products": str(file.products)},
        )
    response.set_etag(file.tag)
    response.headers["Cache-Control"] = caching
    response.headers["Last-Modified"] = file.written_at.strftime(
        "%a, %d %b %Y %H:%M:%S GMT"
    )
    return response


def _find(house: House) -> list[shell.Found]:
    return [
        shell.Found(
            label="Ready feeds",
            note="the catalogue for shops and searches",
            icon="outbound",
            address=url_for("catalogue_pages.ready_feeds"),
        )
    ]


shell.FINDERS.append(_find)
assert set(FEEDS) == {"shopify.csv", "google.xml", "google.tsv", "products.json"}

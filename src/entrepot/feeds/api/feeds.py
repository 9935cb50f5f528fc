"""`/api/feeds`: places that products come from again and again."""

from __future__ import annotations

from entrepot.base.errors import Conflict, Denied, Invalid, UnknownName
from entrepot.feeds import feeds
from entrepot.feeds.api.blueprint import bp
from entrepot.feeds.api.imports import HERE, WHO
from entrepot.feeds.feeds_seen import FeedChange, FeedSeen, FeedWanted
from entrepot.feeds.seen import ImportSeen
from entrepot.web.guard import require
from entrepot.web.routes import Doc, current_house, route

ID = {"id": "1"}


@route(bp, "GET", "/feeds", Doc(role="analyst", data=list[FeedSeen], errors=WHO))
def list_feeds() -> list[FeedSeen]:
    """List the feeds by name, each with its newest import."""
    return feeds.list_feeds(current_house())


@route(
    bp,
    "POST",
    "/feeds",
    Doc(
        role="admin",
        body=FeedWanted,
        data=FeedSeen,
        status=201,
        errors=(*WHO, Conflict, Invalid, UnknownName),
    ),
)
def add_feed(body: FeedWanted) -> FeedSeen:
    """Make a feed."""
    return feeds.add_feed(current_house(), body, by=require("admin").name)


@route(
    bp,
    "GET",
    "/feeds/<int:id>",
    Doc(role="analyst", data=FeedSeen, path_examples=ID, errors=HERE),
)
def get_feed(id: int) -> FeedSeen:
    """Return one feed."""
    house = current_house()
    return feeds.get_feed(house, feeds.get_feed_name(house, id))


@route(
    bp,
    "PATCH",
    "/feeds/<int:id>",
    Doc(
        role="admin",
        body=FeedChange,
        data=FeedSeen,
        path_examples=ID,
        errors=(*HERE, Conflict, Invalid, UnknownName, Denied),
    ),
)
def change_feed(id: int, body: FeedChange) -> FeedSeen:
    """Let a feed be different; an empty `cron` ends its schedule."""
    house = current_house()
    name = feeds.get_feed_name(house, id)
    return feeds.change_feed(house, name, body, by=require("admin").name)


@route(
    bp,
    "DELETE",
    "/feeds/<int:id>",
    Doc(role="admin", data=FeedSeen, path_examples=ID, errors=HERE),
)
def remove_feed(id: int) -> FeedSeen:
    """Forget a feed and its schedule; its products and imports stay."""
    house = current_house()
    name = feeds.get_feed_name(house, id)
    return feeds.remove_feed(house, name, by=require("admin").name)


@route(
    bp,
    "POST",
    "/feeds/<int:id>/run",
    Doc(
        role="analyst",
        data=ImportSeen,
        status=202,
        path_examples=ID,
        errors=(*HERE, Conflict),
    ),
)
def run_feed(id: int) -> ImportSeen:
    """Fetch its file now, and preview it."""
    house = current_house()
    name = feeds.get_feed_name(house, id)
    return feeds.run_feed(house, name, by=require("analyst").name)

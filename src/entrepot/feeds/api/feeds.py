"""`/api/feeds`: places that products come from again and again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from msgspec import Meta

from entrepot.base.errors import Conflict, Denied, Invalid, UnknownName
from entrepot.feeds import feeds
from entrepot.feeds.api.blueprint import bp
from entrepot.feeds.api.imports import HERE, WHO
from entrepot.feeds.reading import Plan
from entrepot.feeds.seen import FeedChange, FeedSeen, FeedWanted, ImportSeen
from entrepot.feeds.states import Empty, Missing
from entrepot.web.guard import require
from entrepot.web.routes import Doc, current_house, route

ID = {"id": "1"}
Name = Annotated[str, Meta(min_length=1, max_length=100, examples=["supplier"])]
Address = Annotated[str, Meta(max_length=2000)]
Secret = Annotated[
    str, Meta(max_length=4096, description="Kept encrypted, and never shown again.")
]
Words = Annotated[str, Meta(max_length=500)]
Percent = Annotated[int, Meta(ge=0, le=100)]
Priority = Annotated[int, Meta(ge=0, le=1_000_000)]
Cron = Annotated[str, Meta(max_length=100, examples=["0 6 * * *"])]
Zone = Annotated[str, Meta(max_length=64, examples=["Europe/Berlin"])]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFeed:
    """A feed to be made; `cron` says when it runs by itself."""

    name: Name
    source: Annotated[str, Meta(max_length=20, examples=["url"])]
    address: Address = ""
    secret: Secret = field(default="", repr=False)
    description: Words = ""
    plan: Plan | None = None
    priority: Priority = 100
    missing: Missing = "keep"
    empty: Empty = "keep"
    vanish_percent: Percent = 20
    cron: Cron = ""
    time_zone: Zone = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFeedFacts:
    """What shall be different; what is left out stays."""

    name: Name | None = None
    source: Annotated[str, Meta(max_length=20)] | None = None
    address: Address | None = None
    secret: Secret | None = field(default=None, repr=False)
    description: Words | None = None
    plan: Plan | None = None
    priority: Priority | None = None
    missing: Missing | None = None
    empty: Empty | None = None
    vanish_percent: Percent | None = None
    is_active: bool | None = None
    cron: Cron | None = None
    time_zone: Zone | None = None


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
        body=NewFeed,
        data=FeedSeen,
        status=201,
        errors=(*WHO, Conflict, Invalid, UnknownName),
    ),
)
def add_feed(body: NewFeed) -> FeedSeen:
    """Make a feed."""
    given = {name: getattr(body, name) for name in NewFeed.__slots__}
    return feeds.add_feed(
        current_house(), FeedWanted(**given), by=require("admin").name
    )


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
        body=NewFeedFacts,
        data=FeedSeen,
        path_examples=ID,
        errors=(*HERE, Conflict, Invalid, UnknownName, Denied),
    ),
)
def change_feed(id: int, body: NewFeedFacts) -> FeedSeen:
    """Let a feed be different; an empty `cron` ends its schedule."""
    house = current_house()
    given = {name: getattr(body, name) for name in NewFeedFacts.__slots__}
    change = FeedChange(**given)
    name = feeds.get_feed_name(house, id)
    return feeds.change_feed(house, name, change, by=require("admin").name)


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
